package incident

// Dossiers makes a unit's dossier from what the store has; it implements rollcall.DossierSource.
type Dossiers struct{ Store Store }

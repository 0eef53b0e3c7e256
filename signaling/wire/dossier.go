package wire

// Dossier is what the called unit and the hall see about the unit.
type Dossier struct {
	Turn   string       `json:"turn"`
	Unit   string       `json:"unit"`
	State  string       `json:"state"` // "pending", "ready", "unavailable"
	Hash   string       `json:"hash,omitempty"`
	Frozen string       `json:"frozen_at,omitempty"`
	Body   *DossierBody `json:"body,omitempty"`
}

// DossierBody is the unit's last 24 hours as they were when it was called.
type DossierBody struct {
	From      string        `json:"from"`
	To        string        `json:"to"`
	Counts    DossierCounts `json:"counts"`
	Incidents []Incident    `json:"incidents"` // important ones first
	Patrol    *Patrol       `json:"patrol" tstype:"Patrol | null,required"`
}

// DossierCounts are the headline figures of the 24 hours.
type DossierCounts struct {
	Total     int `json:"total"`
	Important int `json:"important"`
	Open      int `json:"open"`     // not fed back yet
	Accepted  int `json:"accepted"` // accepted as a case 受案
	Repeated  int `json:"repeated"`
	Overdue   int `json:"overdue"` // breaks a clock of the three-clear rules
}

// Incident is one emergency call.
type Incident struct {
	ID         string `json:"id"`
	Level      int    `json:"level"` // 1 is the gravest
	Category   string `json:"category"`
	Sub        string `json:"sub"`
	Place      string `json:"place"`
	Summary    string `json:"summary"`
	Reporter   string `json:"reporter"` // masked
	ReportedAt string `json:"reported_at"`
	SignedAt   string `json:"signed_at,omitempty"`
	LeftAt     string `json:"left_at,omitempty"`
	ArrivedAt  string `json:"arrived_at,omitempty"`
	FedBackAt  string `json:"fed_back_at,omitempty"`
	Officer    string `json:"officer"`
	Handling   string `json:"handling"`
	Status     string `json:"status"` // "open", "fed_back", "accepted", "filed", "closed"
	CaseNumber string `json:"case_number,omitempty"`
	Repeated   bool   `json:"repeated"`
}

// Patrol is the unit's plan for today.
type Patrol struct {
	Officers int      `json:"officers"`
	Vehicles int      `json:"vehicles"`
	Places   []string `json:"places"`
	Note     string   `json:"note"`
}

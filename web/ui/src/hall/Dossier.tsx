import { useTranslation } from 'react-i18next';
import { DossierView } from '../components/Dossier';
import { useMuster } from '../components/muster';
import { openTurns } from './seats';
import { TurnNote } from './TurnNote';

/** The dossier of the unit that is looked at, else of the one that was called last. */
export function Dossier({ picked }: { picked: string | null }) {
  const { t } = useTranslation();
  const turn = useMuster((s) => {
    const open = openTurns(s.turns);
    return open.find((one) => one.unit === picked) ?? open.at(-1);
  });
  const dossier = useMuster((s) => s.dossiers[turn?.id ?? '']);
  const unit = useMuster((s) => s.units[turn?.unit ?? '']);
  if (!turn) return <div className="no-dossier">{t('hall.dossier.none')}</div>;
  return (
    <div className="hall-dossier" data-unit={turn.unit}>
      <b className="hall-dossier-unit">{unit?.name}</b>
      <DossierView dossier={dossier} />
      <TurnNote key={turn.id} turn={turn} />
    </div>
  );
}

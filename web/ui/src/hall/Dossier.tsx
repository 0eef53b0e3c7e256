import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { DossierView } from '../components/Dossier';
import { useMuster } from '../components/muster';
import type * as wire from '../lib/wire.gen';
import { DossierTabs } from './DossierTabs';
import { dossierTurn } from './seats';
import { TurnNote } from './TurnNote';

interface Props {
  picked: string | null;
  /** The turn that keys act on. */
  acting: wire.Turn | undefined;
  onChoose: (turn: wire.Turn) => void;
}

/** The dossier of the unit that is looked at, else of the one that keys act on; a tab each for those on the floor. */
export function Dossier({ picked, acting, onChoose }: Props) {
  const { t } = useTranslation();
  const turn = useMuster((s) => dossierTurn(s.turns, picked, acting));
  const dossier = useMuster((s) => s.dossiers[turn?.id ?? '']);
  // What was typed for one unit is still there after a look at another's dossier.
  const drafts = useRef<Record<string, string>>({});
  if (!turn) return <div className="no-dossier">{t('hall.dossier.none')}</div>;
  return (
    <div className="hall-dossier" data-unit={turn.unit}>
      <DossierTabs turn={turn} onChoose={onChoose} />
      <DossierView key={turn.id} dossier={dossier} />
      <TurnNote key={`${turn.id} note`} turn={turn} drafts={drafts.current} />
    </div>
  );
}

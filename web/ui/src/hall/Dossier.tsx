import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { DossierView } from '../components/Dossier';
import { useMuster } from '../components/muster';
import type * as wire from '../lib/wire.gen';
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
      <Tabs turn={turn} onChoose={onChoose} />
      <DossierView key={turn.id} dossier={dossier} />
      <TurnNote key={`${turn.id} note`} turn={turn} drafts={drafts.current} />
    </div>
  );
}

/** Whose dossier it is; with several on the floor the key of each. */
function Tabs({ turn, onChoose }: { turn: wire.Turn; onChoose: Props['onChoose'] }) {
  const units = useMuster((s) => s.units);
  const places = useMuster((s) => s.floor.places);
  const turns = useMuster((s) => s.turns);
  const others = places.some((p) => p.turn && p.turn !== turn.id);
  if (!others) return <b className="hall-dossier-unit">{units[turn.unit]?.name}</b>;
  return (
    <div className="hall-dossier-tabs" role="tablist">
      {places.map((place, i) => {
        const its = turns.find((one) => one.id === place.turn);
        if (!its) return null;
        return (
          <button
            key={its.id}
            type="button"
            role="tab"
            aria-selected={its.id === turn.id}
            title={units[its.unit]?.name}
            data-testid={`dossier-tab-${i + 1}`}
            onClick={() => onChoose(its)}
          >
            <kbd>{i + 1}</kbd> {units[its.unit]?.short}
          </button>
        );
      })}
      {!places.some((p) => p.turn === turn.id) && <b>{units[turn.unit]?.short}</b>}
    </div>
  );
}

import { useMuster } from '../components/muster';
import type * as wire from '../lib/wire.gen';

interface Props {
  /** The turn whose dossier is read. */
  turn: wire.Turn;
  onChoose: (turn: wire.Turn) => void;
}

/** Whose dossier it is; with several on the floor the key of each. */
export function DossierTabs({ turn, onChoose }: Props) {
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

import { useTranslation } from 'react-i18next';
import { LineVideo, useLineUnit } from '../components/LineVideo';
import { useMuster } from '../components/muster';
import type * as wire from '../lib/wire.gen';
import { officerNames } from './seats';
import { TurnBar } from './TurnBar';

/** The large pictures of the units on the floor, each with its turn below. */
export function FloorStage({ picked, onPick }: { picked: string | null; onPick: (unit: string) => void }) {
  const { t } = useTranslation();
  const places = useMuster((s) => s.floor.places);
  const taken = places.filter((p) => p.unit).length;
  return (
    <div className="floor-stage" data-taken={taken}>
      {places.map((place, i) => (
        <Place key={`floor${i + 1}`} number={i + 1} place={place} picked={picked} onPick={onPick} />
      ))}
      {taken === 0 && (
        <div className="floor-nobody">
          <h2>{t('hall.floor.nobody')}</h2>
          <p>{t('hall.floor.hint')}</p>
        </div>
      )}
    </div>
  );
}

interface PlaceProps {
  number: number;
  place: wire.Place;
  picked: string | null;
  onPick: (unit: string) => void;
}

function Place({ number, place, picked, onPick }: PlaceProps) {
  const line = `floor${number}.video`;
  const turn = useMuster((s) => s.turns.find((t) => t.id === place.turn));
  const shown = useLineUnit(line, place.unit);
  const unit = place.unit;
  const officers = useMuster((s) => officerNames(s.seats[s.slots[line]?.unit || unit || '']));
  return (
    <article
      className="place"
      data-testid={`floor-${number}`}
      data-unit={unit ?? ''}
      data-sound={place.sound}
    >
      {unit && (
        <>
          <button type="button" className="place-picture" onClick={() => onPick(unit)} title={shown?.name}>
            <LineVideo line={line} />
            <span>
              {shown?.name}
              {officers && <em>{officers}</em>}
            </span>
          </button>
          {turn && <TurnBar turn={turn} picked={picked} />}
        </>
      )}
    </article>
  );
}

import { useTranslation } from 'react-i18next';
import { LineVideo, useLineUnit } from '../components/LineVideo';
import { useMuster } from '../components/muster';
import type * as wire from '../lib/wire.gen';
import { officerNames } from './seats';
import { TurnBar } from './TurnBar';

interface Shared {
  picked: string | null;
  /** The turn that keys act on. */
  acting: string | undefined;
  onChoose: (turn: wire.Turn) => void;
}

/** The large pictures of the units on the floor, each with its turn below. */
export function FloorStage(props: Shared) {
  const { t } = useTranslation();
  const places = useMuster((s) => s.floor.places);
  const taken = places.filter((p) => p.unit).length;
  return (
    <div className="floor-stage" data-taken={taken}>
      {places.map((place, i) => (
        <Place key={`floor${i + 1}`} number={i + 1} place={place} several={taken > 1} {...props} />
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

interface PlaceProps extends Shared {
  number: number;
  place: wire.Place;
  /** Others are on the floor, too: it is said which one the keys act on. */
  several: boolean;
}

function Place({ number, place, several, picked, acting, onChoose }: PlaceProps) {
  const { t } = useTranslation();
  const line = `floor${number}.video`;
  const turn = useMuster((s) => s.turns.find((t) => t.id === place.turn));
  const shown = useLineUnit(line, place.unit);
  const unit = place.unit;
  const officers = useMuster((s) => officerNames(s.seats[s.slots[line]?.unit || unit || '']));
  const muted = useMuster((s) => Boolean(s.seats[unit ?? '']?.muted));
  return (
    <article
      className="place"
      data-testid={`floor-${number}`}
      data-unit={unit ?? ''}
      data-sound={place.sound}
      data-acting={several && turn !== undefined && turn.id === acting}
    >
      {unit && (
        <>
          <button
            type="button"
            className="place-picture"
            onClick={() => turn && onChoose(turn)}
            title={shown?.name}
          >
            <LineVideo line={line} />
            <span>
              {several ? shown?.short : shown?.name}
              {officers && <em>{officers}</em>}
            </span>
            {muted && <strong data-testid="place-muted">{t('hall.mic.place')}</strong>}
            {several && <kbd title={t('hall.keys.choose')}>{number}</kbd>}
          </button>
          {turn && <TurnBar turn={turn} picked={picked} />}
        </>
      )}
    </article>
  );
}

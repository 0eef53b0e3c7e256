import { useTranslation } from 'react-i18next';
import { DossierView } from '../components/Dossier';
import { LineVideo, useLineUnit } from '../components/LineVideo';
import { useMuster } from '../components/muster';
import type * as wire from '../lib/wire.gen';
import { CallBanner, TurnEnded } from './CallBanner';
import { MicBanner } from './Mic';
import { OwnPicture } from './OwnPicture';
import { RollBanner } from './RollBanner';
import { isOpen, lastTurn, phase, rollAsked } from './turn';
import { Waiting } from './Waiting';

/** The call: the hall big, the floor beside it; while the unit is called its dossier takes the floor's place. */
export function Room({ onRecheck }: { onRecheck: () => void }) {
  const turn = useMuster(lastTurn);
  const unit = useMuster((s) => s.units[s.hello?.you.unit ?? '']);
  const you = useMuster((s) => s.hello?.you.name);
  const roll = useMuster(rollAsked);
  const open = isOpen(turn) && !turn?.held ? turn : undefined;
  const name = unit?.name ?? you ?? '';
  return (
    <main className="room" data-mode={open ? 'called' : 'watching'}>
      {open && <CallBanner key={open.id} turn={open} name={name} />}
      {turn && !open && <TurnEnded turn={turn} />}
      {!open && (roll ? <RollBanner /> : <MicBanner />)}
      <Stage onRecheck={onRecheck} called={open !== undefined} />
      <OwnPicture name={unit?.short ?? ''} />
      {open ? <Dossier turn={open} /> : <Floor />}
    </main>
  );
}

function Dossier({ turn }: { turn: wire.Turn }) {
  const dossier = useMuster((s) => s.dossiers[turn.id]);
  return <DossierView dossier={dossier} />;
}

/** The hall's picture, or a shared picture with the hall in its corner, or the waiting room's words. */
function Stage({ onRecheck, called }: { onRecheck: () => void; called: boolean }) {
  const { t } = useTranslation();
  // The line waits for a shared picture all the time; only a live one takes the hall's place.
  const sharing = useMuster((s) => s.slots['share.video']?.state === 'live');
  const running = useMuster((s) => phase(s) === 'open');
  return (
    <div className="stage tile" data-sharing={sharing}>
      {sharing && <LineVideo line="share.video" className="stage-share" />}
      <LineVideo line="hall.video" className="stage-hall" />
      <span className="tile-name">{t(sharing ? 'station.room.share' : 'station.room.hall')}</span>
      {called && <Others />}
      {!running && !called && <Waiting onRecheck={onRecheck} />}
    </div>
  );
}

function Floor() {
  const places = useMuster((s) => s.floor.places);
  return (
    <div className="floor">
      {places.map((place, i) => (
        <FloorTile key={i} number={i + 1} place={place} />
      ))}
    </div>
  );
}

/** Who else is on the floor while this unit is: small, across the foot of the hall's picture. */
function Others() {
  const places = useMuster((s) => s.floor.places);
  const me = useMuster((s) => s.hello?.you.unit);
  return (
    <div className="others">
      {places.map(
        (place, i) =>
          place.unit && place.unit !== me && <FloorTile key={place.unit} number={i + 1} place={place} />,
      )}
    </div>
  );
}

function FloorTile({ number, place }: { number: number; place: wire.Place }) {
  const { t } = useTranslation();
  const unit = useLineUnit(`floor${number}.video`, place.unit);
  return (
    <div className="tile" data-testid={`floor-${number}`} data-unit={place.unit ?? ''}>
      {place.unit ? <LineVideo line={`floor${number}.video`} /> : null}
      {place.unit ? (
        <span className="tile-name">
          {unit?.short ?? place.unit}
          {place.sound && <em>{t('station.room.floorSound')}</em>}
        </span>
      ) : (
        <span className="tile-empty">{t('station.room.floorEmpty', { n: number })}</span>
      )}
    </div>
  );
}

import { useTranslation } from 'react-i18next';
import { useDevicesState } from '../components/devices';
import { useMuster } from '../components/muster';
import type * as wire from '../lib/wire.gen';
import { type AirTruth, airTruth, ownSeat } from './turn';

/** Who sees and hears the officer now, in one glance. */
export function AirSign() {
  const { t } = useTranslation();
  const devices = useDevicesState();
  const air = useMuster((s) => s.air);
  const link = useMuster((s) => s.link);
  const media = useMuster((s) => s.media);
  const blur = useMuster((s) => s.session?.blur === true);
  const muted = useMuster((s) => mutedBy(ownSeat(s)));
  const truth = airTruth({ air, link, media }, devices);
  const online = link.state === 'open';
  const privately = air.private && online && media.state === 'connected';
  const hint = hintKey(truth, air.mic, devices);
  return (
    <div
      className="air-sign"
      data-testid="air-sign"
      data-picture={truth.picture}
      data-sound={truth.sound}
      data-private={privately}
      data-muted={muted !== null}
      role="status"
    >
      <i aria-hidden />
      <b>
        {t(
          privately
            ? 'station.sign.private'
            : `station.sign.${blur && truth.picture === 'hall' ? 'blurred' : signKey(truth)}`,
        )}
      </b>
      <span>
        {t(
          `station.sign.${online ? (muted ?? (privately && hint === 'micReady' ? 'privateMic' : hint)) : 'offline'}`,
        )}
      </span>
    </div>
  );
}

function signKey({ picture, sound }: AirTruth) {
  if (!sound) return picture;
  if (picture === 'everyone') return 'everyoneSound';
  return picture === 'hall' ? 'hallSound' : 'soundOnly';
}

/** Who muted the microphone, null while it is on. */
function mutedBy(seat: wire.Seat | undefined) {
  if (!seat?.muted) return null;
  return seat.muted_by === 'officer' ? 'muted' : 'mutedByHall';
}

function hintKey(truth: AirTruth, mic: boolean, devices: ReturnType<typeof useDevicesState>) {
  if (mic && (!devices.microphone.track || devices.silent)) return 'micTrouble';
  if (truth.sound) return 'micOn';
  if (mic) return 'micReady';
  if (!devices.camera.track) return 'noCamera';
  return truth.picture === 'everyone' ? 'micWaits' : 'micOff';
}

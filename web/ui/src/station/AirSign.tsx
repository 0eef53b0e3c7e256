import { useTranslation } from 'react-i18next';
import { useDevicesState } from '../components/devices';
import { useMuster } from '../components/muster';
import { type AirTruth, airTruth } from './turn';

/** Who sees and hears the officer now, in one glance. */
export function AirSign() {
  const { t } = useTranslation();
  const devices = useDevicesState();
  const air = useMuster((s) => s.air);
  const link = useMuster((s) => s.link);
  const media = useMuster((s) => s.media);
  const blur = useMuster((s) => s.session?.blur === true);
  const truth = airTruth({ air, link, media }, devices);
  const privately = air.private && link.state === 'open' && media.state === 'connected';
  return (
    <div
      className="air-sign"
      data-testid="air-sign"
      data-picture={truth.picture}
      data-sound={truth.sound}
      data-private={privately}
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
          `station.sign.${privately && !devices.silent ? 'privateMic' : hintKey(truth, link.state === 'open', air.mic, devices)}`,
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

function hintKey(
  truth: AirTruth,
  online: boolean,
  mic: boolean,
  devices: ReturnType<typeof useDevicesState>,
) {
  if (!online) return 'offline';
  if (mic && (!devices.microphone.track || devices.silent)) return 'micTrouble';
  if (truth.sound) return 'micOn';
  if (mic) return 'micReady';
  if (!devices.camera.track) return 'noCamera';
  return truth.picture === 'everyone' ? 'micWaits' : 'micOff';
}

import { useTranslation } from 'react-i18next';
import { useDevicesState } from '../components/devices';
import { useMuster } from '../components/muster';
import { airWords } from './air';
import { ownSeat } from './turn';

/** Who sees and hears the officer now, in one glance. */
export function AirSign() {
  const { t } = useTranslation();
  const devices = useDevicesState();
  const air = useMuster((s) => s.air);
  const link = useMuster((s) => s.link);
  const media = useMuster((s) => s.media);
  const blur = useMuster((s) => s.session?.blur === true);
  const seat = useMuster(ownSeat);
  const { truth, privately, sign, hint } = airWords({ air, link, media, blur, seat }, devices);
  return (
    <div
      className="air-sign"
      data-testid="air-sign"
      data-picture={truth.picture}
      data-sound={truth.sound}
      data-private={privately}
      data-muted={Boolean(seat?.muted)}
      role="status"
    >
      <i aria-hidden />
      <b>{t(`station.sign.${sign}`)}</b>
      <span>{t(`station.sign.${hint}`)}</span>
    </div>
  );
}

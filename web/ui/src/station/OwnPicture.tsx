import { useTranslation } from 'react-i18next';
import { Mirror, useDevicesState } from '../components/devices';
import { AirSign } from './AirSign';
import { MicButton } from './Mic';

/** The own picture with the on-air sign across its foot. */
export function OwnPicture({ name }: { name: string }) {
  const { t } = useTranslation();
  const { camera, picture, opened } = useDevicesState();
  const trouble = camera.trouble ?? (picture === 'ok' ? null : picture);
  return (
    <div className="tile own">
      <Mirror />
      {opened && trouble && <p className="own-trouble">{t(`station.trouble.camera.${trouble}`)}</p>}
      <span className="tile-name">
        {t('station.room.me')} · {name}
      </span>
      <MicButton />
      <AirSign />
    </div>
  );
}

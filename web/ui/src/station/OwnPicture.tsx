import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { AirSign } from './AirSign';
import { useDevicesState } from './useStation';

/** The own camera as in a mirror. */
export function Mirror() {
  const { camera } = useDevicesState();
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current) video.current.srcObject = camera.track ? new MediaStream([camera.track]) : null;
  }, [camera.track]);
  return <video ref={video} className="mirror" data-testid="own-video" muted autoPlay playsInline />;
}

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
      <AirSign />
    </div>
  );
}

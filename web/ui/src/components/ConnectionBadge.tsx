import { Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import type { AppState } from '../lib/types';
import { useMuster } from './muster';

/** How the page is connected: one dot and one sentence for the socket and the media together. */
export function ConnectionBadge() {
  const { t } = useTranslation();
  const link = useMuster((s) => s.link);
  const media = useMuster((s) => s.media.state);
  const text = link.state === 'open' ? t(`common.link.media.${media}`) : t(`common.link.${link.state}`);
  return (
    <Tooltip
      title={link.state === 'open' ? `${text} · ${t('common.link.rtt', { ms: link.rttMS })}` : undefined}
    >
      <span
        className="connection"
        data-testid="connection"
        data-state={health(link.state, media)}
        role="status"
      >
        <i />
        <span>{text}</span>
      </span>
    </Tooltip>
  );
}

function health(link: AppState['link']['state'], media: AppState['media']['state']): 'ok' | 'busy' | 'bad' {
  if (link === 'stopped' || media === 'failed') return 'bad';
  return link === 'open' && media !== 'connecting' ? 'ok' : 'busy';
}

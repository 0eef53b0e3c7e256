import { Button, Spin } from 'antd';
import { useTranslation } from 'react-i18next';
import { LangSwitch } from '../components/LangSwitch';
import { useMuster } from '../components/muster';
import { sentence } from '../i18n';
import type * as wire from '../lib/wire.gen';

/** Before the first snapshot nothing is known, so nothing is claimed. */
export function Connecting() {
  const { t } = useTranslation();
  const state = useMuster((s) => s.link.state);
  return (
    <main className="whole-page" aria-busy="true" data-testid="connecting">
      <Spin size="large" />
      <p>{t(state === 'waiting' ? 'common.errors.network' : 'common.link.connecting')}</p>
    </main>
  );
}

/** Covers the page while the connection is away; what is under it is no longer live. */
export function Lost() {
  const { t } = useTranslation();
  const link = useMuster((s) => s.link);
  if (link.state === 'open' || link.state === 'stopped') return null;
  return (
    <div className="lost" data-testid="lost" role="alert">
      <Spin size="large" />
      <h1>{t('station.lost.title')}</h1>
      <p>{link.bye ? sentence(link.bye) : t('station.lost.hint')}</p>
      <small>{t('station.lost.attempt', { n: Math.max(1, link.attempt) })}</small>
    </div>
  );
}

/** The server will not have the page back by itself. */
export function Stopped({ bye }: { bye: wire.Error | null }) {
  const { t } = useTranslation();
  const why = bye?.code === 'replaced' || bye?.code === 'revoked' ? bye.code : 'other';
  return (
    <main className="whole-page" data-testid="stopped" data-code={bye?.code ?? ''}>
      <h1>{t(`station.stopped.${why}`)}</h1>
      <p>{why === 'other' ? bye && sentence(bye) : t(`station.stopped.${why}Hint`)}</p>
      {why !== 'revoked' && (
        <Button type="primary" size="large" onClick={() => location.reload()}>
          {t(why === 'replaced' ? 'station.stopped.here' : 'station.stopped.again')}
        </Button>
      )}
      <LangSwitch />
    </main>
  );
}

export function NoLink() {
  const { t } = useTranslation();
  return (
    <main className="whole-page" data-testid="no-link">
      <h1>{t('station.noLink.title')}</h1>
      <p>{t('station.noLink.hint')}</p>
      <LangSwitch />
    </main>
  );
}

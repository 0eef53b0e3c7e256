import { Button, Spin } from 'antd';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useLocation } from 'react-router';
import { sentence } from '../i18n';
import { createMuster } from '../lib/muster';
import type * as wire from '../lib/wire.gen';
import { LangSwitch } from './LangSwitch';
import { MusterProvider, useMuster } from './muster';
import { Notices } from './Notices';

/** A page of somebody who logged in: connects, and shows its content once the first snapshot is there. */
export function ConsolePage({
  page,
  children,
}: {
  page: 'console' | 'wall' | 'observer';
  children: ReactNode;
}) {
  const [client] = useState(() => createMuster({ page }));
  useEffect(() => {
    client.start();
    return () => client.stop();
  }, [client]);
  return (
    <MusterProvider client={client}>
      <Gate>{children}</Gate>
      <Notices />
    </MusterProvider>
  );
}

function Gate({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const link = useMuster((s) => s.link);
  const ready = useMuster((s) => s.ready);
  if (link.state === 'stopped' && link.bye) return <Ended bye={link.bye} />;
  if (ready) return children;
  return (
    <main className="whole-page" aria-busy="true">
      <Spin size="large" />
      <p>{link.bye ? sentence(link.bye) : t(`common.link.${link.state}`)}</p>
    </main>
  );
}

function Ended({ bye }: { bye: wire.Error }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  if (bye.code === 'unauthenticated')
    return <Navigate to={`/login?next=${encodeURIComponent(pathname)}`} replace />;
  return (
    <main className="whole-page" data-testid="stopped" data-code={bye.code}>
      <h1>{sentence(bye)}</h1>
      <Button type="primary" size="large" onClick={() => location.reload()}>
        {t('common.reload')}
      </Button>
      <LangSwitch />
    </main>
  );
}

import { Alert, App, Button, Skeleton } from 'antd';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useLocation } from 'react-router';
import { language } from '../i18n';
import { Refused, unreachable } from '../lib/api';

/** Something that comes from the server: nothing yet, what it is, or why it did not come. */
export interface Load<T> {
  data: T | undefined;
  error: Refused | undefined;
  busy: boolean;
  reload: () => void;
}

/** Loads when the key changes. While it loads again, what was there stays. */
export function useLoad<T>(key: string, load: () => Promise<T>): Load<T> {
  const [state, setState] = useState<{ key: string; data?: T; error?: Refused; busy: boolean }>({
    key,
    busy: true,
  });
  const [round, setRound] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round asks again for the same
  useEffect(() => {
    let current = true;
    setState((s) => (s.key === key ? { ...s, busy: true } : { key, busy: true }));
    latest.current().then(
      (data) => current && setState({ key, data, busy: false }),
      (e: unknown) =>
        current && setState({ key, error: e instanceof Refused ? e : unreachable, busy: false }),
    );
    return () => {
      current = false;
    };
  }, [key, round]);
  const reload = useCallback(() => setRound((n) => n + 1), []);
  const mine = state.key === key;
  return {
    data: mine ? state.data : undefined,
    error: mine ? state.error : undefined,
    busy: state.busy || !mine,
    reload,
  };
}

/** Shows what was loaded, or that it is on its way, or why it is not there; without a login it leads to one. */
export function Loaded<T>({ load, children }: { load: Load<T>; children: (data: T) => ReactNode }) {
  const { t } = useTranslation();
  const { pathname, search } = useLocation();
  if (load.error?.code === 'unauthenticated')
    return <Navigate to={`/login?next=${encodeURIComponent(pathname + search)}`} replace />;
  if (load.error) {
    return (
      <Alert
        type="error"
        showIcon
        title={words(load.error)}
        action={<Button onClick={load.reload}>{t('common.retry')}</Button>}
        data-testid="load-error"
      />
    );
  }
  if (load.data === undefined) return <Skeleton active paragraph={{ rows: 12 }} />;
  return children(load.data);
}

/** The sentence of a refusal in the language of the page. */
export function words(e: Refused): string {
  return language() === 'en' ? e.en : e.zh;
}

/** Says why a change was refused; without a login it loads the page again, which leads to one. */
export function useRefusal(reload: () => void): (e: unknown) => void {
  const { message } = App.useApp();
  return (e) => {
    const refused = e instanceof Refused ? e : unreachable;
    if (refused.code === 'unauthenticated') reload();
    else void message.error(words(refused));
  };
}

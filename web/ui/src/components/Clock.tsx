import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useClient } from './muster';
import { clockTime, day, weekday } from './time';

/** The server's time, new at the turn of each of its seconds. */
export function useNow(): number {
  const client = useClient();
  const [now, setNow] = useState(() => client.now());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const tick = () => {
      const at = client.now();
      setNow(at);
      timer = setTimeout(tick, 1000 - (at % 1000) + 5);
    };
    tick();
    return () => clearTimeout(timer);
  }, [client]);
  return now;
}

export function Clock() {
  const { t } = useTranslation();
  const now = useNow();
  return (
    <time className="clock" dateTime={new Date(now).toISOString()}>
      <b>{clockTime(now)}</b>
      <span>
        {day(now)} {t('common.week', { returnObjects: true })[weekday(now)]}
      </span>
    </time>
  );
}

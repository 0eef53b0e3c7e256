import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNow } from '../components/Clock';
import { useDevicesState } from '../components/devices';
import { useMuster } from '../components/muster';
import { day, duration, minuteTime, weekday } from '../components/time';
import type * as wire from '../lib/wire.gen';
import { SignInCard } from './SignIn';
import { ownSeat, type Phase, phase } from './turn';

/** What the officer reads while no call runs: when it starts, and whether everything is ready. */
export function Waiting({ onRecheck }: { onRecheck: () => void }) {
  const session = useMuster((s) => s.session);
  const next = useMuster((s) => s.next);
  const at = phase({ session, next });
  return (
    <div className="waiting" data-testid="waiting" data-phase={at}>
      <When at={at} session={session} next={next} />
      <SignInCard />
      <Ready onRecheck={onRecheck} />
    </div>
  );
}

interface WhenProps {
  at: Phase;
  session: wire.Session | null;
  next: wire.Next | null;
}

function When({ at, session, next }: WhenProps) {
  const { t } = useTranslation();
  if (at === 'waiting' && session) return <Countdown session={session} />;
  if (at === 'closed') {
    return (
      <>
        <h1>{t('station.waiting.closed')}</h1>
        <p>{t('station.waiting.thanks')}</p>
        {next && <NextCall next={next} />}
      </>
    );
  }
  if (next) return <NextCall next={next} />;
  return (
    <>
      <h1>{t('station.waiting.none')}</h1>
      <p>{t('station.waiting.noneHint')}</p>
    </>
  );
}

function Countdown({ session }: { session: wire.Session }) {
  const { t } = useTranslation();
  const left = Date.parse(session.planned_at) - useNow();
  return (
    <>
      <p className="waiting-title">{session.title}</p>
      {session.announced && (
        <p className="postponed" data-testid="postponed">
          {t('station.waiting.postponed', {
            time: minuteTime(session.planned_at),
            was: minuteTime(session.announced),
            reason: session.reason ?? '',
          })}
        </p>
      )}
      <p>{left > 0 ? t('station.waiting.untilStart') : t('station.waiting.soon')}</p>
      <p className="countdown" data-testid="countdown" role="timer">
        {duration(left)}
      </p>
      <p>{t('station.waiting.stay')}</p>
    </>
  );
}

function NextCall({ next }: { next: wire.Next }) {
  const { t } = useTranslation();
  const weekdays = t('common.week', { returnObjects: true });
  return (
    <div className="next-call" data-testid="next-call">
      <p>{t('station.waiting.next')}</p>
      <p className="countdown">
        {day(next.planned_at).slice(5)} {weekdays[weekday(next.planned_at)]} {minuteTime(next.planned_at)}
      </p>
      <p>{t('station.waiting.opens', { time: minuteTime(next.waiting_at) })}</p>
    </div>
  );
}

function Ready({ onRecheck }: { onRecheck: () => void }) {
  const { t } = useTranslation();
  const { camera, microphone, picture, silent } = useDevicesState();
  const blocked = useMuster((s) => s.soundBlocked);
  const seat = useMuster(ownSeat);
  const signedIn = seat?.first_at;
  const cameraOk = camera.track !== null && picture === 'ok';
  const microphoneOk = microphone.track !== null && !silent;
  return (
    <ul className="ready" aria-label={t('station.waiting.ready')}>
      <Item ok={cameraOk} name={t('station.check.camera')} />
      <Item ok={microphoneOk} name={t('station.check.microphone')} />
      <Item ok={!blocked} name={t('station.check.speaker')} />
      <li data-ok={signedIn ? true : undefined}>
        <span>{t('station.waiting.signedIn')}</span>
        {signedIn
          ? t('station.waiting.signedInAt', { time: minuteTime(signedIn) })
          : t('station.waiting.notSignedIn')}
      </li>
      <li>
        <Button type="link" onClick={onRecheck}>
          {t('station.waiting.recheck')}
        </Button>
      </li>
    </ul>
  );
}

function Item({ ok, name }: { ok: boolean; name: string }) {
  const { t } = useTranslation();
  return (
    <li data-ok={ok}>
      <span>{name}</span>
      {ok ? t('station.waiting.fine') : t('station.waiting.attention')}
    </li>
  );
}

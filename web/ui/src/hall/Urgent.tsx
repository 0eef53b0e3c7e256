import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNow } from '../components/Clock';
import { LineVideo } from '../components/LineVideo';
import { useMuster } from '../components/muster';
import { duration, minuteTime } from '../components/time';
import { useCommand } from '../components/useCommand';
import { lateness } from '../i18n';
import { useOnce } from './useOnce';

/** What the host must not overlook: it stands above the floor for as long as it lasts. */
export function Urgent() {
  return (
    <>
      <PrivateLine />
      <Forgotten />
      <Behind />
      <OpenedLate />
    </>
  );
}

/** The unit that the hall speaks with alone; at the hall's own console the unit is on the hall's line. */
function PrivateLine() {
  const { t } = useTranslation();
  const run = useCommand();
  const line = useMuster((s) => s.desk.line);
  const unit = useMuster((s) => s.units[line ?? '']);
  const mine = useMuster((s) => s.hall.you);
  const muted = useMuster((s) => Boolean(s.seats[line ?? '']?.muted));
  if (!line) return null;
  return (
    <div className="urgent" data-testid="private-line" data-unit={line}>
      {mine && (
        <div className="urgent-video">
          <LineVideo line="hall.video" />
        </div>
      )}
      <div className="urgent-words">
        <b title={unit?.name}>{t('hall.desk.lineWith', { unit: unit?.short ?? '' })}</b>
        <span>
          {t(mine ? (muted ? 'hall.mic.lineMuted' : 'hall.desk.lineHint') : 'hall.desk.lineNoHall')}
        </span>
      </div>
      {muted && (
        <Button onClick={() => void run('mic.ask', { unit: line })} data-testid="line-mic-ask">
          {t('hall.mic.ask')}
        </Button>
      )}
      <Button danger onClick={() => void run('line.close')} data-testid="line-close">
        {t('hall.desk.lineClose')}
      </Button>
    </div>
  );
}

/** How long before the rules close a forgotten call the host is warned. */
const warnMS = 10 * 60_000;

function Forgotten() {
  const { t } = useTranslation();
  const run = useCommand();
  const closes = useMuster((s) => s.session?.closes_at);
  const now = useNow();
  const left = closes ? Date.parse(closes) - now : Number.POSITIVE_INFINITY;
  if (left > warnMS) return null;
  return (
    <div className="urgent" data-testid="forgotten">
      <div className="urgent-words">
        <b>{t('hall.desk.closesIn', { time: duration(Math.max(0, left)) })}</b>
      </div>
      <Button type="primary" danger onClick={() => void run('session.keep')} data-testid="session-keep">
        {t('hall.desk.keep')}
      </Button>
    </div>
  );
}

/** A scheduled call can't open while another one is: somebody has to end it. */
function Behind() {
  const { t } = useTranslation();
  const run = useOnce();
  const { modal } = App.useApp();
  const behind = useMuster((s) => s.desk.behind);
  const session = useMuster((s) => s.session);
  if (!behind || !session) return null;
  const names = { open: session.title, title: behind.title, time: minuteTime(behind.planned_at) };
  const ask = () =>
    modal.confirm({
      title: t('hall.desk.yieldAsk', names),
      content: (
        <>
          <p>{t(session.state === 'waiting' ? 'hall.desk.yieldWaiting' : 'hall.desk.yieldOpen', names)}</p>
          <p>{t('hall.desk.yieldLate')}</p>
        </>
      ),
      okText: t('hall.session.yes'),
      cancelText: t('hall.session.cancel'),
      okButtonProps: { danger: true },
      onOk: () => run('session.yield', { session: session.id }),
    });
  return (
    <div className="urgent" data-testid="behind">
      <div className="urgent-words">
        <b>{t('hall.desk.behind', { title: behind.title, time: minuteTime(behind.planned_at) })}</b>
        <span>{t('hall.desk.behindHint')}</span>
      </div>
      <Button type="primary" danger onClick={ask} data-testid="session-yield">
        {t('hall.desk.yield')}
      </Button>
    </div>
  );
}

/** How long the hall is told why the call opened late: it is no surprise any more then. */
const lateMS = 10 * 60_000;

function OpenedLate() {
  const { t } = useTranslation();
  const session = useMuster((s) => s.session);
  const late = session && lateness(session);
  const opened = session?.opened_at;
  const now = useNow();
  if (!late || !opened || now - Date.parse(opened) > lateMS) return null;
  return (
    <div className="urgent" data-testid="opened-late">
      <div className="urgent-words">
        <b>{t('hall.desk.openedLate', { time: minuteTime(opened) })}</b>
        <span>{late}</span>
      </div>
    </div>
  );
}

import { Button, Tag } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Clock, useNow } from '../components/Clock';
import { ConnectionBadge } from '../components/ConnectionBadge';
import { LangSwitch } from '../components/LangSwitch';
import { useMuster } from '../components/muster';
import { duration, minuteTime } from '../components/time';
import { useLogout } from '../components/useLogout';
import { SessionControls } from './SessionControls';
import { counts } from './seats';

/** Which call it is, how many are here, whether it is being recorded. */
export function Header({ onHelp, onPlan }: { onHelp: () => void; onPlan: () => void }) {
  const { t } = useTranslation();
  const session = useMuster((s) => s.session);
  const drill = session?.kind === 'drill';
  return (
    <header className="hall-header" data-drill={drill}>
      <b className="hall-title">
        {drill && <Tag color="purple">{t('common.kinds.drill')}</Tag>}
        <span>{session ? session.title : t('hall.title')}</span>
      </b>
      {session && <Phase />}
      <SessionControls onPlan={onPlan} />
      <Counts />
      <span className="hall-gap" />
      <Record />
      <ConnectionBadge />
      <Clock />
      <Nav onHelp={onHelp} />
    </header>
  );
}

/** When the call is planned to end, and later, quietly, by how much it runs over. */
function PlannedEnd() {
  const { t } = useTranslation();
  const end = useMuster((s) => s.session?.planned_end);
  const now = useNow();
  if (!end) return null;
  const over = now - Date.parse(end);
  const planned = t('hall.session.plannedEnd', { time: minuteTime(end) });
  return (
    <small className="planned-end" data-testid="planned-end" data-over={over > 0} title={planned}>
      {over > 0 ? t('hall.session.over', { time: duration(over) }) : planned}
    </small>
  );
}

function Phase() {
  const { t } = useTranslation();
  const session = useMuster((s) => s.session);
  const now = useNow();
  if (session?.state === 'waiting') {
    const left = Date.parse(session.planned_at) - now;
    return (
      <span data-testid="phase">
        {t('hall.session.startsIn', { time: duration(left) })} <PlannedEnd />
      </span>
    );
  }
  if (session?.state === 'open') {
    const spent = now - Date.parse(session.begun_at ?? session.planned_at);
    return (
      <span data-testid="phase">
        {t('hall.session.running', { time: duration(spent) })} <PlannedEnd />
      </span>
    );
  }
  return <span data-testid="phase">{t('hall.phase.closed')}</span>;
}

const shown = ['late', 'missing', 'gone', 'missed', 'called'] as const;

function Counts() {
  const { t } = useTranslation();
  const seats = useMuster((s) => s.seats);
  const now = useMemo(() => counts(seats), [seats]);
  if (now.total === 0) return null;
  return (
    <dl className="hall-counts" data-testid="counts">
      <div data-key="here">
        <dt>{t('hall.counts.here')}</dt>
        <dd>
          {now.here}
          <small>/{now.total}</small>
        </dd>
      </div>
      {shown.map((key) => (
        <div key={key} data-key={key} data-zero={now[key] === 0}>
          <dt>{t(`hall.counts.${key}`)}</dt>
          <dd>{now[key]}</dd>
        </div>
      ))}
    </dl>
  );
}

function Record() {
  const { t } = useTranslation();
  const record = useMuster((s) => s.record);
  const session = useMuster((s) => s.session);
  const state = record.state === 'spool' || record.state === 'lost' ? record.state : 'ok';
  if (!session && state === 'ok') return null;
  const color = { ok: 'green', spool: 'orange', lost: 'red' }[state];
  return (
    <Tag color={color} data-testid="record-state" data-state={state} role="status">
      {t(`hall.record.${state}`, { n: record.pending })}
    </Tag>
  );
}

function Nav({ onHelp }: { onHelp: () => void }) {
  const { t } = useTranslation();
  const logout = useLogout();
  const name = useMuster((s) => s.hello?.you.name);
  const admin = useMuster((s) => s.hello?.you.role === 'admin');
  return (
    <nav className="hall-nav">
      <Link to="/wall" target="_blank">
        {t('hall.nav.wall')}
      </Link>
      {admin && (
        <Link to="/admin" target="_blank">
          {t('hall.nav.admin')}
        </Link>
      )}
      <Button type="text" onClick={onHelp}>
        {t('hall.nav.keys')}
      </Button>
      <LangSwitch />
      <Button type="text" onClick={logout} title={name}>
        {t('hall.nav.logout')}
      </Button>
    </nav>
  );
}

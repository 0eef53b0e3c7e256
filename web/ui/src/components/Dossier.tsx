import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type * as wire from '../lib/wire.gen';
import './dossier.css';
import { day, minuteTime } from './time';

/** A unit's last 24 hours, to be read aloud: headline figures, then the incidents (important ones first), then the patrol. */
export function DossierView({ dossier }: { dossier: wire.Dossier | undefined }) {
  const { t } = useTranslation();
  const body = dossier?.state === 'ready' ? dossier.body : undefined;
  return (
    <section className="dossier" data-testid="dossier" data-state={dossier?.state ?? 'pending'}>
      <header>
        <h2>{t('common.dossier.title')}</h2>
        {body && <span>{t('common.dossier.range', { from: short(body.from), to: short(body.to) })}</span>}
      </header>
      {body ? <Body body={body} /> : <p className="dossier-word">{t(`common.dossier.${absent(dossier)}`)}</p>}
    </section>
  );
}

function absent(dossier: wire.Dossier | undefined): 'pending' | 'unavailable' {
  return dossier?.state === 'unavailable' ? 'unavailable' : 'pending';
}

function Body({ body }: { body: wire.DossierBody }) {
  const { t } = useTranslation();
  return (
    <>
      <Counts counts={body.counts} />
      <div className="dossier-scroll">
        {body.incidents.length === 0 && <p className="dossier-word">{t('common.dossier.none')}</p>}
        {body.incidents.map((incident) => (
          <Incident key={incident.id} incident={incident} />
        ))}
        <Patrol patrol={body.patrol} />
      </div>
    </>
  );
}

const countKeys = ['total', 'important', 'open', 'accepted', 'repeated', 'overdue'] as const;
const alarming = new Set<string>(['important', 'open', 'overdue']);

function Counts({ counts }: { counts: wire.DossierCounts }) {
  const { t } = useTranslation();
  return (
    <dl className="dossier-counts">
      {countKeys.map((key) => (
        <div key={key} data-alarm={alarming.has(key) && counts[key] > 0}>
          <dt>{t(`common.dossier.${key}`)}</dt>
          <dd>{counts[key]}</dd>
        </div>
      ))}
    </dl>
  );
}

function Incident({ incident }: { incident: wire.Incident }) {
  const { t } = useTranslation();
  const times = [
    ['reported', incident.reported_at],
    ['signed', incident.signed_at],
    ['left', incident.left_at],
    ['arrived', incident.arrived_at],
    ['fedBack', incident.fed_back_at],
  ] as const;
  return (
    <article className="incident" data-level={incident.level}>
      <h3>
        <Tag color={incident.level <= 2 ? 'red' : 'default'}>
          {t('common.dossier.level', { level: incident.level })}
        </Tag>
        {incident.category}
        {incident.sub && ` · ${incident.sub}`}
        <Status status={incident.status} />
        {incident.repeated && <Tag color="orange">{t('common.dossier.repeatedMark')}</Tag>}
      </h3>
      <p className="incident-place">
        {minuteTime(incident.reported_at)} · {incident.place}
      </p>
      <p>{incident.summary}</p>
      {incident.handling && (
        <p>
          <b>{t('common.dossier.handling')}</b> {incident.handling}
        </p>
      )}
      <p className="incident-times">
        {times.map(
          ([key, at]) =>
            at && <span key={key}>{`${t(`common.dossier.times.${key}`)} ${minuteTime(at)}`}</span>,
        )}
        {incident.officer && <span>{incident.officer}</span>}
        {incident.case_number && (
          <span>{t('common.dossier.caseNumber', { number: incident.case_number })}</span>
        )}
      </p>
    </article>
  );
}

const statusColor = {
  open: 'orange',
  fed_back: 'blue',
  accepted: 'cyan',
  filed: 'purple',
  closed: 'green',
} as const;

function Status({ status }: { status: string }) {
  const { t } = useTranslation();
  const known = status in statusColor ? (status as keyof typeof statusColor) : 'open';
  return <Tag color={statusColor[known]}>{t(`common.dossier.status.${known}`)}</Tag>;
}

function Patrol({ patrol }: { patrol: wire.Patrol | null }) {
  const { t } = useTranslation();
  return (
    <article className="incident patrol">
      <h3>{t('common.dossier.patrol')}</h3>
      {!patrol && <p>{t('common.dossier.noPatrol')}</p>}
      {patrol && (
        <>
          <p>
            <b>{t('common.dossier.force', { officers: patrol.officers, vehicles: patrol.vehicles })}</b>
          </p>
          <p>{patrol.places.join('、')}</p>
          {patrol.note && <p>{patrol.note}</p>}
        </>
      )}
    </article>
  );
}

function short(at: string): string {
  return `${day(at).slice(5)} ${minuteTime(at)}`;
}

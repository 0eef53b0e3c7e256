import { Alert, Button, Empty, Input, Segmented, Select, Tag } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { clockTime, day as dayOf, minuteTime } from '../components/time';
import { buildIndex, search } from '../hall/search';
import { lateness } from '../i18n';
import { api, ask, type Schema } from '../lib/api';
import { EntryDrawer } from './EntryDrawer';
import { EntryTable } from './EntryTable';
import {
  addDays,
  type Entry,
  excuse,
  type Filter,
  filterEntries,
  noFilter,
  plannedTime,
  policeTypes,
  statuses,
  tally,
  undecided,
} from './entries';
import { Faults } from './Faults';
import { DateInput, Download, Head } from './parts';
import { Loaded, useLoad } from './useLoad';

/** The attendance of one day's calls. */
export function DayPage() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const today = dayOf(Date.now());
  const day = params.get('day') ?? today;
  const setDay = (next: string) => setParams({ day: next }, { replace: true });
  const load = useLoad(`day ${day}`, () =>
    ask(api.GET('/api/attendance/day', { params: { query: { day } } })),
  );
  return (
    <>
      <Head title={t('admin.nav.day')}>
        <Button onClick={() => setDay(addDays(day, -1))}>{t('admin.day.before')}</Button>
        <DateInput value={day} onChange={setDay} label={t('admin.day.day')} />
        <Button onClick={() => setDay(addDays(day, 1))} disabled={day >= today}>
          {t('admin.day.after')}
        </Button>
        <span className="admin-gap" />
        <Button onClick={load.reload} loading={load.busy}>
          {t('admin.refresh')}
        </Button>
        <Download href={`/api/attendance/day.csv?day=${day}`} />
      </Head>
      <Loaded load={load}>
        {({ reports }) =>
          reports?.length ? (
            <Reports reports={reports} onSaved={load.reload} />
          ) : (
            <NoSession day={day} onDay={setDay} />
          )
        }
      </Loaded>
    </>
  );
}

/** How far back a day with a call is looked for. */
const lookBack = 60;

function NoSession({ day, onDay }: { day: string; onDay: (day: string) => void }) {
  const { t } = useTranslation();
  const query = { from: addDays(day, -lookBack), to: day };
  const load = useLoad(`last ${day}`, () => ask(api.GET('/api/sessions', { params: { query } })));
  const last = load.data?.sessions?.[0];
  return (
    <Empty description={t('admin.day.none')} data-testid="no-session-day">
      {last && (
        <Button type="primary" onClick={() => onDay(dayOf(last.planned_at))}>
          {t('admin.day.last', { day: dayOf(last.planned_at) })}
        </Button>
      )}
    </Empty>
  );
}

function Reports({ reports, onSaved }: { reports: Schema['Report'][]; onSaved: () => void }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState('');
  const report = reports.find((r) => r.session.id === chosen) ?? reports.at(-1);
  if (!report) return null;
  return (
    <>
      {reports.length > 1 && (
        <Segmented
          value={report.session.id}
          onChange={setChosen}
          options={reports.map((r) => {
            const name = `${plannedTime(r.session)} ${r.session.title}`;
            const n = undecided(r).length;
            return { value: r.session.id, label: n > 0 ? t('admin.fault.waiting', { name, n }) : name };
          })}
        />
      )}
      <ReportView key={report.session.id} report={report} onSaved={onSaved} />
    </>
  );
}

function ReportView({ report, onSaved }: { report: Schema['Report']; onSaved: () => void }) {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<Filter>(noFilter);
  const [opened, setOpen] = useState('');
  const entries = useMemo(
    () => (report.units ?? []).map((e) => excuse(e, report.session.calendar)),
    [report],
  );
  const spelled = useSpelled(entries, filter.words);
  const shown = useMemo(() => filterEntries(entries, filter, spelled), [entries, filter, spelled]);
  const counts = useMemo(() => tally(entries), [entries]);
  const names = useMemo(() => new Map(entries.map((e) => [e.unit.code, e.unit.name])), [entries]);
  return (
    <>
      <SessionWords session={report.session} />
      {report.session.late && (
        <Alert
          type="warning"
          showIcon
          title={t('admin.day.openedLate', { why: lateness(report.session) })}
          data-testid="opened-late"
        />
      )}
      {(report.gaps ?? []).map((gap) => (
        <Alert
          key={gap.from}
          type="warning"
          showIcon
          title={t('admin.day.gap', { from: clockTime(gap.from), to: clockTime(gap.to), n: gap.dropped })}
        />
      ))}
      <Faults report={report} names={names} onSaved={onSaved} />
      <div className="admin-tools">
        <Input.Search
          allowClear
          placeholder={t('admin.day.search')}
          value={filter.words}
          onChange={(e) => setFilter({ ...filter, words: e.target.value })}
          style={{ width: 280 }}
          data-testid="attendance-search"
        />
        <Select
          value={filter.branch}
          onChange={(branch) => setFilter({ ...filter, branch })}
          options={groupsOf(entries, t('admin.day.allUnits'), t('admin.day.policeTypes'))}
          style={{ width: 170 }}
        />
        <Segmented
          value={filter.status}
          onChange={(status) => setFilter({ ...filter, status })}
          options={[
            { value: '', label: `${t('admin.day.all')} ${entries.length}` },
            ...statuses.map((s) => ({ value: s, label: `${t(`admin.status.${s}`)} ${counts[s]}` })),
          ]}
        />
      </div>
      <EntryTable entries={shown} onOpen={(e) => setOpen(e.unit.code)} />
      <EntryDrawer
        session={report.session}
        entry={entries.find((e) => e.unit.code === opened) ?? null}
        names={names}
        onClose={() => setOpen('')}
        onSaved={onSaved}
      />
    </>
  );
}

function SessionWords({ session: s }: { session: Schema['Session'] }) {
  const { t } = useTranslation();
  const kind = (['regular', 'extra', 'drill'] as const).find((k) => k === s.kind) ?? 'regular';
  const again = s.begun_at || !s.closed_at; // else the reason is that of the cancellation
  const reason = again && s.reason ? t('admin.day.why', { reason: s.reason }) : '';
  const words = [
    s.announced
      ? t('admin.day.postponed', { was: minuteTime(s.announced), time: plannedTime(s), why: reason })
      : t('admin.day.planned', { time: plannedTime(s) }),
    s.begun_at && t('admin.day.begun', { time: clockTime(s.begun_at) }),
    t('admin.day.lateAfter', { time: clockTime(s.late_after) }),
    s.closed_at && t('admin.day.closed', { time: clockTime(s.closed_at) }),
  ];
  return (
    <p className="admin-session" data-testid="session-words">
      <b>{s.title}</b>
      <Tag color={kind === 'drill' ? 'purple' : 'blue'}>{t(`common.kinds.${kind}`)}</Tag>
      {!s.closed_at && <Tag color="green">{t('admin.day.running')}</Tag>}
      {s.calendar === 'dayoff' && <Tag>{t('admin.day.dayoff')}</Tag>}
      {s.calendar === 'unknown' && <Tag color="orange">{t('admin.day.unknownDay')}</Tag>}
      <span>{words.filter(Boolean).join(' · ')}</span>
    </p>
  );
}

function groupsOf(entries: readonly Entry[], all: string, types: string) {
  const branches = entries.filter((e) => e.unit.kind === 'branch');
  return [
    { value: '', label: all },
    { value: policeTypes, label: types },
    ...branches.map((e) => ({ value: e.unit.code, label: e.unit.short })),
  ];
}

/** Codes of the units that the words spell in pinyin; the dictionary is loaded when somebody types letters. */
function useSpelled(entries: readonly Entry[], words: string): ReadonlySet<string> {
  const [found, setFound] = useState<ReadonlySet<string>>(new Set());
  const letters = /^[a-z ]+$/i.test(words);
  useEffect(() => {
    let current = true;
    if (!letters) return setFound(new Set());
    void buildIndex(entries.map((e) => e.unit)).then((index) => {
      if (current) setFound(new Set(search(index, words, entries.length).map((u) => u.code)));
    });
    return () => {
      current = false;
    };
  }, [entries, words, letters]);
  return found;
}

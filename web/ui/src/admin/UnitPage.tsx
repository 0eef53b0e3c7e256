import { Select, Statistic, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { clockTime, day as dayOf, minuteTime } from '../components/time';
import { api, ask, type Schema } from '../lib/api';
import { addDays, attended, excuse, gaps, percent, span } from './entries';
import { DateInput, Download, Head, StatusTag, useLackWords } from './parts';
import { Loaded, useLoad } from './useLoad';

/** One unit over a span of days. */
export function UnitPage() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const today = dayOf(Date.now());
  const unit = params.get('unit') ?? '';
  const from = params.get('from') ?? addDays(today, -30);
  const to = params.get('to') ?? today;
  const set = (change: Record<string, string>) => setParams({ unit, from, to, ...change }, { replace: true });
  const roster = useLoad('units', () => ask(api.GET('/api/units')));
  return (
    <>
      <Head title={t('admin.nav.unit')}>
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={t('admin.unit.choose')}
          value={unit || null}
          onChange={(code: string) => set({ unit: code })}
          options={(roster.data?.units ?? []).map((u) => ({ value: u.code, label: `${u.name} ${u.code}` }))}
          style={{ width: 380 }}
          loading={roster.busy}
          data-testid="pick-unit"
        />
        <DateInput value={from} onChange={(d) => set({ from: d })} label={t('admin.unit.from')} />
        <DateInput value={to} onChange={(d) => set({ to: d })} label={t('admin.unit.to')} />
        <span className="admin-gap" />
        {unit && <Download href={`/api/attendance/unit.csv?unit=${unit}&from=${from}&to=${to}`} />}
      </Head>
      {roster.error && <Loaded load={roster}>{() => null}</Loaded>}
      {unit ? (
        <Sessions unit={unit} from={from} to={to} />
      ) : (
        <p className="admin-hint">{t('admin.unit.hint')}</p>
      )}
    </>
  );
}

function Sessions(props: { unit: string; from: string; to: string }) {
  const { unit, from, to } = props;
  const load = useLoad(`unit ${unit} ${from} ${to}`, () =>
    ask(api.GET('/api/attendance/unit/{unit}', { params: { path: { unit }, query: { from, to } } })),
  );
  return <Loaded load={load}>{(report) => <Report report={report} />}</Loaded>;
}

function Report({ report }: { report: Schema['UnitReport'] }) {
  const { t } = useTranslation();
  const { tally } = report;
  const words = useLackWords();
  const figures = [
    [t('admin.month.sessions'), tally.sessions],
    [t('admin.month.rate'), percent(...attended(tally))],
    [t('admin.status.on_time'), tally.on_time],
    [t('admin.status.late'), tally.late],
    [t('admin.status.absent'), tally.absent],
    [t('admin.status.excused'), tally.excused],
    [t('admin.status.day_off'), tally.day_off],
    [t('admin.status.pending'), tally.pending],
    [t('admin.status.left_early'), tally.left_early],
    [t('admin.status.lacking'), tally.lacking],
    [t('admin.table.interruptions'), tally.interruptions],
    [t('admin.table.calls'), tally.calls],
    [t('admin.table.answered'), tally.answered],
  ] as const;
  return (
    <>
      <div className="admin-figures">
        {figures.map(([title, value]) => (
          <Statistic key={title} title={title} value={value} />
        ))}
      </div>
      <p className="admin-hint">
        {t('admin.unit.counted')} {t('admin.month.judged')}
      </p>
      <Table<Schema['UnitSession']>
        size="small"
        rowKey={(s) => s.session.id}
        dataSource={report.sessions ?? []}
        pagination={{ pageSize: 50, hideOnSinglePage: true }}
        locale={{ emptyText: t('admin.unit.none') }}
        columns={[
          {
            title: t('admin.day.day'),
            render: (_, s) => `${dayOf(s.session.planned_at)} ${minuteTime(s.session.planned_at)}`,
          },
          { title: t('admin.table.session'), render: (_, s) => s.session.title },
          {
            title: t('admin.table.status'),
            render: (_, s) => <StatusTag entry={excuse(s.entry, s.session.calendar)} />,
          },
          {
            title: t('admin.table.arrived'),
            render: (_, s) => (s.entry.first_at ? clockTime(s.entry.first_at) : '—'),
          },
          { title: t('admin.table.present'), render: (_, s) => span(s.entry.present_seconds) },
          { title: t('admin.table.interruptions'), render: (_, s) => gaps(s.entry) },
          {
            title: t('admin.status.lacking'),
            render: (_, s) => (s.entry.lacks ?? []).map((lack) => <div key={words(lack)}>{words(lack)}</div>),
          },
          { title: t('admin.table.calls'), render: (_, s) => `${s.entry.answered} / ${s.entry.calls}` },
        ]}
      />
    </>
  );
}

import { Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { day as dayOf } from '../components/time';
import { api, ask, type Schema } from '../lib/api';
import { addDays, attended, percent, span } from './entries';
import { DateInput, Download, Head } from './parts';
import { Loaded, useLoad } from './useLoad';
import { useRest } from './useRest';

type Tally = Schema['Tally'];

/** What a month adds up to, unit by unit. */
export function MonthPage() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const month = params.get('month') ?? dayOf(Date.now()).slice(0, 7);
  const load = useLoad(`month ${month}`, () =>
    ask(api.GET('/api/attendance/month', { params: { query: { month } } })),
  );
  return (
    <>
      <Head title={t('admin.nav.month')}>
        <DateInput
          type="month"
          value={month}
          onChange={(m) => setParams({ month: m }, { replace: true })}
          label={t('admin.month.month')}
        />
        <span className="admin-gap" />
        <Download href={`/api/attendance/month.csv?month=${month}`} />
      </Head>
      <Loaded load={load}>{(report) => <Tallies month={month} report={report} />}</Loaded>
    </>
  );
}

function rate(x: Tally): number {
  const [part, whole] = attended(x);
  return whole > 0 ? part / whole : 0;
}

function Tallies({ month, report }: { month: string; report: Schema['MonthReport'] }) {
  const { t } = useTranslation();
  const from = `${month}-01`;
  const to = addDays(addDays(from, 31).slice(0, 8).concat('01'), -1);
  const { box, height } = useRest<HTMLDivElement>();
  const number = (title: string, of: (x: Tally) => number, width = 84) => ({
    title,
    width,
    align: 'right' as const,
    sorter: (a: Tally, b: Tally) => of(a) - of(b),
    render: (_: unknown, x: Tally) => of(x) || <span className="admin-zero">0</span>,
  });
  const columns: TableColumnsType<Tally> = [
    {
      title: t('admin.table.unit'),
      width: 220,
      fixed: 'left',
      render: (_, x) => (
        <Link className="admin-unit" to={`/admin/unit?unit=${x.unit.code}&from=${from}&to=${to}`}>
          {x.unit.name}
        </Link>
      ),
    },
    {
      title: t('admin.month.rate'),
      width: 100,
      align: 'right',
      sorter: (a, b) => rate(a) - rate(b),
      render: (_, x) => percent(...attended(x)),
    },
    number(t('admin.status.on_time'), (x) => x.on_time),
    number(t('admin.status.late'), (x) => x.late),
    number(t('admin.status.absent'), (x) => x.absent),
    number(t('admin.status.excused'), (x) => x.excused, 108),
    number(t('admin.status.day_off'), (x) => x.day_off, 116),
    number(t('admin.status.pending'), (x) => x.pending),
    number(t('admin.status.left_early'), (x) => x.left_early),
    number(t('admin.status.lacking'), (x) => x.lacking, 100),
    number(t('admin.table.interruptions'), (x) => x.interruptions),
    {
      title: t('admin.table.present'),
      width: 104,
      align: 'right',
      sorter: (a, b) => a.present_seconds - b.present_seconds,
      render: (_, x) => span(x.present_seconds),
    },
    number(t('admin.table.calls'), (x) => x.calls),
    number(t('admin.table.answered'), (x) => x.answered),
    number(t('admin.table.missed'), (x) => x.missed),
  ];
  return (
    <>
      <p className="admin-session">
        <b>{t('admin.month.held', { n: report.sessions })}</b>
        <span>{t('admin.unit.counted')}</span>
        <span>{t('admin.month.judged')}</span>
      </p>
      <div ref={box} className="admin-table" data-testid="month-table">
        <Table<Tally>
          virtual
          size="small"
          rowKey={(x) => x.unit.code}
          columns={columns}
          dataSource={report.units ?? []}
          pagination={false}
          scroll={{ x: columns.reduce((sum, column) => sum + Number(column.width), 0), y: height }}
          locale={{ emptyText: t('admin.month.none') }}
        />
      </div>
    </>
  );
}

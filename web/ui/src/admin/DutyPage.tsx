import { Button, Checkbox, Empty, Input, Popconfirm, Table, Tag } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { day as dayOf } from '../components/time';
import { api, ask, type Schema } from '../lib/api';
import { DutyImport } from './DutyImport';
import { byUnit, filterDuty, type Officer, type UnitDuty } from './duty';
import { addDays } from './entries';
import { DateInput, Head } from './parts';
import { Loaded, useLoad, useRefusal } from './useLoad';

/** Who is on duty at each unit on a day, and the import of it. */
export function DutyPage() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const day = params.get('day') ?? dayOf(Date.now());
  const setDay = (next: string) => setParams({ day: next }, { replace: true });
  const load = useLoad(`duty ${day}`, async () => {
    const [units, duty] = await Promise.all([
      ask(api.GET('/api/units')),
      ask(api.GET('/api/duty', { params: { query: { date: day } } })),
    ]);
    return { units: units.units ?? [], officers: duty.officers ?? [] };
  });
  const imported = (days: string[]) => {
    const [first] = days;
    if (first && !days.includes(day)) setDay(first);
    else load.reload();
  };
  return (
    <>
      <Head title={t('admin.nav.duty')}>
        <Button onClick={() => setDay(addDays(day, -1))}>{t('admin.day.before')}</Button>
        <DateInput value={day} onChange={setDay} label={t('admin.day.day')} />
        <Button onClick={() => setDay(addDays(day, 1))}>{t('admin.day.after')}</Button>
        <span className="admin-gap" />
        <DutyImport onImported={imported} />
      </Head>
      <p className="admin-hint">{t('admin.duty.hint')}</p>
      <Loaded load={load}>
        {(data) =>
          data.officers.length > 0 ? (
            <Roster {...data} day={day} onChanged={load.reload} />
          ) : (
            <Empty description={t('admin.duty.none', { day })} data-testid="no-duty" />
          )
        }
      </Loaded>
    </>
  );
}

interface Props {
  units: Schema['UnitItem'][];
  officers: Officer[];
  day: string;
  onChanged: () => void;
}

function Roster({ units, officers, day, onChanged }: Props) {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const [onlyMissing, setOnlyMissing] = useState(false);
  const rows = useMemo(() => byUnit(units, officers), [units, officers]);
  const shown = useMemo(() => filterDuty(rows, query, onlyMissing), [rows, query, onlyMissing]);
  const missing = rows.filter((r) => r.officers.length === 0).length;
  return (
    <>
      <div className="admin-tools">
        <Input.Search
          allowClear
          placeholder={t('admin.duty.search')}
          value={query}
          onChange={(e) => setQuery(e.target.value)}
          style={{ width: 300 }}
        />
        <Checkbox checked={onlyMissing} onChange={(e) => setOnlyMissing(e.target.checked)}>
          {t('admin.duty.onlyMissing', { n: missing })}
        </Checkbox>
        <span className="admin-zero">{t('admin.duty.count', { n: officers.length })}</span>
        <span className="admin-gap" />
        <Delete day={day} n={officers.length} onDeleted={onChanged} />
      </div>
      <DutyTable rows={shown} />
    </>
  );
}

function DutyTable({ rows }: { rows: UnitDuty[] }) {
  const { t } = useTranslation();
  const lines = (of: (o: Officer) => string) => (_: unknown, r: UnitDuty) =>
    r.officers.map((o) => <div key={o.number}>{of(o) || <span className="admin-zero">—</span>}</div>);
  return (
    <Table<UnitDuty>
      size="small"
      rowKey={(r) => r.unit.code}
      dataSource={rows}
      pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
      locale={{ emptyText: t('admin.day.noMatch') }}
      data-testid="duty-table"
      columns={[
        { title: t('admin.table.unit'), width: 280, render: (_, r) => r.unit.name },
        {
          title: t('admin.duty.officer'),
          render: (_, r) =>
            r.officers.length > 0 ? (
              lines((o) => o.name)(_, r)
            ) : (
              <Tag color="orange">{t('admin.duty.nobody')}</Tag>
            ),
        },
        { title: t('admin.duty.number'), render: lines((o) => o.number) },
        { title: t('admin.duty.phone'), render: lines((o) => o.phone) },
        { title: t('admin.duty.role'), render: lines((o) => o.role) },
      ]}
    />
  );
}

function Delete({ day, n, onDeleted }: { day: string; n: number; onDeleted: () => void }) {
  const { t } = useTranslation();
  const refuse = useRefusal(onDeleted);
  const remove = () =>
    ask(api.DELETE('/api/duty/{date}', { params: { path: { date: day } } })).then(onDeleted, refuse);
  return (
    <Popconfirm title={t('admin.duty.deleteAsk', { day, n })} onConfirm={() => void remove()}>
      <Button danger>{t('admin.duty.delete')}</Button>
    </Popconfirm>
  );
}

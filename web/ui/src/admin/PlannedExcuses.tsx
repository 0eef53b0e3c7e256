import { Button, Popconfirm, Segmented, Space, Table } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { excuseReasons } from '../components/ExcuseLine';
import { clockTime, day as dayOf } from '../components/time';
import { api, ask, type Schema } from '../lib/api';
import { addDays } from './entries';
import { PlannedForm } from './PlannedForm';
import { Loaded, useLoad, useRefusal } from './useLoad';
import './admin.css';

export type Planned = Schema['PlannedExcuse'];

/** How far the list looks back, and ahead: nothing begins later. */
const back = 60;
const ahead = 400;

/** What was excused ahead: the list, and what it takes to add to it and to change it. */
export function PlannedExcuses() {
  const { t } = useTranslation();
  const [shown, setShown] = useState<'now' | 'past'>('now');
  const [editing, setEditing] = useState<Planned | 'new' | null>(null);
  const today = dayOf(Date.now());
  const query =
    shown === 'now'
      ? { from: today, to: addDays(today, ahead) }
      : { from: addDays(today, -back), to: addDays(today, -1) };
  const load = useLoad(`planned ${query.from}`, async () => {
    const [units, planned] = await Promise.all([
      ask(api.GET('/api/units')),
      ask(api.GET('/api/planned-excuses', { params: { query } })),
    ]);
    return { units: units.units ?? [], excuses: planned.excuses ?? [] };
  });
  return (
    <>
      <p className="admin-hint">{t('admin.planned.hint')}</p>
      <div className="admin-tools">
        <Segmented
          value={shown}
          onChange={setShown}
          options={(['now', 'past'] as const).map((value) => ({ value, label: t(`admin.planned.${value}`) }))}
        />
        <span className="admin-gap" />
        <Button type="primary" onClick={() => setEditing('new')} data-testid="planned-add">
          {t('admin.planned.add')}
        </Button>
      </div>
      <Loaded load={load}>
        {({ units, excuses }) => (
          <>
            <PlannedTable
              units={units}
              excuses={excuses}
              onEdit={shown === 'now' ? setEditing : undefined}
              onChanged={load.reload}
            />
            {editing && (
              <PlannedForm
                units={units}
                planned={editing === 'new' ? null : editing}
                onClose={() => setEditing(null)}
                onSaved={load.reload}
              />
            )}
          </>
        )}
      </Loaded>
    </>
  );
}

interface TableProps {
  units: Schema['UnitItem'][];
  excuses: Planned[];
  /** Missing where nothing can be changed any more. */
  onEdit: ((p: Planned) => void) | undefined;
  onChanged: () => void;
}

function PlannedTable({ units, excuses, onEdit, onChanged }: TableProps) {
  const { t } = useTranslation();
  const names = useMemo(() => new Map(units.map((u) => [u.code, u.name])), [units]);
  const days = (p: Planned) =>
    p.from === p.to ? p.from : t('admin.planned.span', { from: p.from, to: p.to });
  const why = (p: Planned) => {
    const reason = excuseReasons.find((r) => r === p.reason) ?? 'other';
    return [t(`hall.excuse.reasons.${reason}`), p.incident, p.note].filter(Boolean).join(' · ');
  };
  return (
    <Table<Planned>
      size="small"
      rowKey={(p) => p.id}
      dataSource={excuses}
      pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
      locale={{ emptyText: t('admin.planned.none') }}
      data-testid="planned-table"
      columns={[
        { title: t('admin.planned.unit'), width: 220, render: (_, p) => names.get(p.unit) ?? p.unit },
        { title: t('admin.planned.days'), width: 220, render: (_, p) => days(p) },
        { title: t('hall.excuse.reason'), render: (_, p) => why(p) },
        { title: t('admin.planned.approved'), width: 110, render: (_, p) => p.approver || p.by },
        {
          title: t('admin.planned.entered'),
          width: 210,
          render: (_, p) => <span className="admin-zero">{`${p.by} ${dayOf(p.at)} ${clockTime(p.at)}`}</span>,
        },
        {
          title: '',
          width: 150,
          align: 'right',
          render: (_, p) => onEdit && <Actions planned={p} onEdit={onEdit} onChanged={onChanged} />,
        },
      ]}
    />
  );
}

interface ActionsProps {
  planned: Planned;
  onEdit: (p: Planned) => void;
  onChanged: () => void;
}

function Actions({ planned, onEdit, onChanged }: ActionsProps) {
  const { t } = useTranslation();
  const refuse = useRefusal(onChanged);
  const remove = () =>
    ask(api.DELETE('/api/planned-excuses/{id}', { params: { path: { id: planned.id } } })).then(
      onChanged,
      refuse,
    );
  return (
    <Space>
      <Button size="small" onClick={() => onEdit(planned)} data-testid="planned-change">
        {t('admin.change')}
      </Button>
      <Popconfirm title={t('admin.planned.removeAsk')} onConfirm={() => void remove()}>
        <Button size="small" danger data-testid="planned-remove">
          {t('admin.planned.remove')}
        </Button>
      </Popconfirm>
    </Space>
  );
}

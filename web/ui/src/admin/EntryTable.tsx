import { Table, type TableColumnsType } from 'antd';
import type { HTMLAttributes } from 'react';
import { useTranslation } from 'react-i18next';
import { clockTime } from '../components/time';
import { type Entry, gaps, span } from './entries';
import { StatusTag } from './parts';
import { useRest } from './useRest';

interface Props {
  entries: Entry[];
  onOpen: (entry: Entry) => void;
}

/** The sum of the columns: it fits a screen of 1366 beside the menu. */
const tableWidth = 1116;

const at = (time: string | undefined) => (time ? clockTime(time) : '—');

/** One row a unit; only what is on the screen is drawn. */
export function EntryTable({ entries, onOpen }: Props) {
  const { t } = useTranslation();
  const { box, height } = useRest<HTMLDivElement>();
  const number = (id: 'interruptions' | 'calls' | 'answered' | 'missed', of: (e: Entry) => number) => ({
    title: t(`admin.table.${id}`),
    width: 96,
    align: 'right' as const,
    sorter: (a: Entry, b: Entry) => of(a) - of(b),
    render: (_: unknown, e: Entry) => (
      <span data-testid={id} className={of(e) === 0 ? 'admin-zero' : undefined}>
        {of(e)}
      </span>
    ),
  });
  const columns: TableColumnsType<Entry> = [
    {
      title: t('admin.table.unit'),
      width: 216,
      fixed: 'left',
      render: (_, e) => (
        // For the keyboard: its click reaches the row, which opens.
        <button type="button" className="admin-unit">
          {e.unit.name}
        </button>
      ),
    },
    { title: t('admin.table.code'), width: 124, render: (_, e) => <code>{e.unit.code}</code> },
    {
      title: t('admin.table.status'),
      width: 128,
      render: (_, e) => <StatusTag entry={e} />,
    },
    {
      title: t('admin.table.arrived'),
      width: 88,
      sorter: (a, b) => (a.first_at ?? '~').localeCompare(b.first_at ?? '~'),
      render: (_, e) => <span data-testid={`arrived-${e.unit.code}`}>{at(e.first_at)}</span>,
    },
    { title: t('admin.table.left'), width: 88, render: (_, e) => at(e.left_at) },
    {
      title: t('admin.table.present'),
      width: 88,
      align: 'right',
      sorter: (a, b) => a.present_seconds - b.present_seconds,
      render: (_, e) => span(e.present_seconds),
    },
    number('interruptions', gaps),
    number('calls', (e) => e.calls),
    number('answered', (e) => e.answered),
    number('missed', (e) => e.missed),
  ];
  return (
    <div ref={box} data-testid="attendance-table" className="admin-table">
      <Table<Entry>
        virtual
        size="small"
        rowKey={(e) => e.unit.code}
        columns={columns}
        dataSource={entries}
        pagination={false}
        scroll={{ x: tableWidth, y: height }}
        onRow={(e) =>
          ({
            'data-testid': `attendance-row-${e.unit.code}`,
            className: 'admin-row',
            onClick: () => onOpen(e),
          }) as HTMLAttributes<HTMLElement>
        }
        locale={{ emptyText: t('admin.day.noMatch') }}
      />
    </div>
  );
}

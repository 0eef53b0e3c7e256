import { UploadOutlined } from '@ant-design/icons';
import { Alert, App, Button, Modal, Popconfirm, Space, Table, Tag, Upload } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clockTime, day as dayOf, weekday } from '../components/time';
import { sentence } from '../i18n';
import { api, ask, Refused, type Schema, unreachable } from '../lib/api';
import { upload } from '../lib/upload';
import { OverrideModal } from './OverrideModal';
import { Loaded, useLoad, useRefusal, words } from './useLoad';

type Calendar = Schema['CalendarYear'];
type Day = Schema['CalendarDay'];

/** Says which years' calendars are missing although it is time. */
export function CalendarWarnings({ warnings }: { warnings: Schema['CalendarWarning'][] | null }) {
  return (warnings ?? []).map((w) => (
    <Alert key={w.year} type="warning" showIcon title={sentence(w)} data-testid="calendar-warning" />
  ));
}

/** The statutory calendar of a year: days off and make-up days, its import, and decisions for single days. */
export function CalendarPart({ onChanged }: { onChanged: () => void }) {
  const { t } = useTranslation();
  const [year, setYear] = useState(() => Number(dayOf(Date.now()).slice(0, 4)));
  const [overriding, setOverriding] = useState(false);
  const load = useLoad(`calendar ${year}`, () =>
    ask(api.GET('/api/calendar/{year}', { params: { path: { year } } })),
  );
  const changed = () => {
    load.reload();
    onChanged();
  };
  return (
    <section className="admin-section">
      <header className="admin-tools">
        <h2>{t('admin.calendar.title')}</h2>
        <Button onClick={() => setYear(year - 1)}>{year - 1}</Button>
        <b data-testid="calendar-year">{t('admin.calendar.year', { year })}</b>
        <Button onClick={() => setYear(year + 1)}>{year + 1}</Button>
        {load.data && <Source calendar={load.data} />}
        <span className="admin-gap" />
        <Button onClick={() => setOverriding(true)}>{t('admin.calendar.override')}</Button>
        <YearImport year={year} onImported={changed} />
      </header>
      <p className="admin-hint">{t('admin.calendar.hint')}</p>
      <Loaded load={load}>{(calendar) => <Days calendar={calendar} onChanged={changed} />}</Loaded>
      {overriding && <OverrideModal year={year} onClose={() => setOverriding(false)} onSaved={changed} />}
    </section>
  );
}

function Source({ calendar }: { calendar: Calendar }) {
  const { t } = useTranslation();
  const colours = { imported: 'green', built_in: 'blue', unknown: 'red' } as const;
  const at = calendar.imported_at;
  return (
    <>
      <Tag color={colours[calendar.source]} data-testid="calendar-source">
        {t(`admin.calendar.source.${calendar.source}`)}
      </Tag>
      {at && (
        <span className="admin-zero">{`${calendar.imported_by ?? ''} ${dayOf(at)} ${clockTime(at)}`}</span>
      )}
    </>
  );
}

function Days({ calendar, onChanged }: { calendar: Calendar; onChanged: () => void }) {
  const { t } = useTranslation();
  const refuse = useRefusal(onChanged);
  const restore = (date: string) =>
    ask(api.DELETE('/api/calendar/days/{date}', { params: { path: { date } } })).then(onChanged, refuse);
  const days = [...(calendar.days ?? [])].sort(
    (a, b) => a.date.localeCompare(b.date) || Number(a.override) - Number(b.override),
  );
  const overridden = new Set(days.filter((d) => d.override).map((d) => d.date));
  const none = t(calendar.source === 'unknown' ? 'admin.calendar.unknown' : 'admin.calendar.none');
  const week = t('common.week', { returnObjects: true });
  return (
    <Table<Day>
      size="small"
      rowKey={(d) => `${d.date} ${d.override}`}
      dataSource={days}
      pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
      locale={{ emptyText: none }}
      data-testid="calendar-days"
      columns={[
        {
          title: t('admin.day.day'),
          width: 200,
          render: (_, d) => `${d.date} ${week[weekday(`${d.date}T12:00:00+08:00`)]}`,
        },
        {
          title: t('admin.calendar.kind'),
          width: 160,
          render: (_, d) => (
            <Tag color={d.kind === 'dayoff' ? 'green' : 'orange'}>{t(`admin.calendar.kinds.${d.kind}`)}</Tag>
          ),
        },
        {
          title: t('admin.calendar.name'),
          render: (_, d) =>
            !d.override && overridden.has(d.date) ? <s className="admin-zero">{d.name}</s> : d.name,
        },
        {
          title: '',
          align: 'right',
          render: (_, d) =>
            d.override && (
              <Space>
                <Tag color="purple">{t('admin.calendar.overridden')}</Tag>
                <Popconfirm title={t('admin.calendar.restoreAsk')} onConfirm={() => void restore(d.date)}>
                  <Button size="small">{t('admin.calendar.restore')}</Button>
                </Popconfirm>
              </Space>
            ),
        },
      ]}
    />
  );
}

/** Imports the chosen year's file; a file with a mistake does not go in at all, and every mistake is named. */
function YearImport({ year, onImported }: { year: number; onImported: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Refused | null>(null);
  const start = async (file: File) => {
    setBusy(true);
    try {
      const path = `/api/calendar/${year}`;
      await upload<Calendar>({ method: 'PUT', path, file, type: 'text/plain', onPart: () => undefined });
      void message.success(t('admin.calendar.imported', { year }));
      onImported();
    } catch (e) {
      setError(e instanceof Refused ? e : unreachable);
    }
    setBusy(false);
  };
  return (
    <>
      <Upload
        accept=".json,.csv,.txt"
        showUploadList={false}
        beforeUpload={(file) => {
          void start(file);
          return false; // it is sent by us
        }}
      >
        <Button type="primary" icon={<UploadOutlined />} loading={busy} data-testid="calendar-import">
          {t('admin.calendar.import', { year })}
        </Button>
      </Upload>
      <Modal
        open={error !== null}
        title={t('admin.calendar.import', { year })}
        onCancel={() => setError(null)}
        footer={null}
      >
        {error && <Alert type="error" showIcon title={words(error)} data-testid="calendar-error" />}
      </Modal>
    </>
  );
}

import { Alert, Button, Form, Input, InputNumber, Modal, Radio, Switch, Table, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { day as dayOf, minuteTime, weekday } from '../components/time';
import { api, ask, type Schema } from '../lib/api';
import { AgendaField, UnitsField } from './AgendaField';
import { CalendarPart, CalendarWarnings } from './CalendarPart';
import { Head } from './parts';
import { Loaded, useLoad, useRefusal, words } from './useLoad';

type Schedule = Schema['ScheduleItem'];

const fresh: Schedule = {
  id: '',
  title: '',
  cron: '30 8 * * *',
  zone: 'Asia/Shanghai',
  lead_s: 900,
  grace_s: 0,
  miss_s: 60,
  enabled: true,
  workdays_only: false,
  roll_s: 120,
  speak_s: 240,
  length_s: 3600,
  hands: false,
  blur: false,
  coming: [],
};

/** Series of regular calls. */
export function SchedulesPage() {
  const { t } = useTranslation();
  const load = useLoad('schedules', () => ask(api.GET('/api/schedules')));
  const [edited, setEdited] = useState<Schedule | null>(null);
  return (
    <>
      <Head title={t('admin.nav.schedules')}>
        <span className="admin-gap" />
        <Button type="primary" onClick={() => setEdited(fresh)}>
          {t('admin.schedules.add')}
        </Button>
      </Head>
      <Loaded load={load}>
        {({ schedules, warnings }) => (
          <>
            <CalendarWarnings warnings={warnings} />
            <Table<Schedule>
              size="small"
              rowKey={(s) => s.id}
              dataSource={schedules ?? []}
              pagination={false}
              locale={{ emptyText: t('admin.schedules.none') }}
              columns={[
                { title: t('admin.schedules.title'), render: (_, s) => s.title },
                { title: t('admin.schedules.cron'), render: (_, s) => <code>{s.cron}</code> },
                {
                  title: t('admin.schedules.days'),
                  render: (_, s) => t(s.workdays_only ? 'admin.schedules.workdays' : 'admin.schedules.daily'),
                },
                { title: t('admin.schedules.next'), render: (_, s) => <Next at={s.coming?.[0]} /> },
                {
                  title: t('admin.schedules.lead'),
                  render: (_, s) => t('admin.minutes', { n: s.lead_s / 60 }),
                },
                { title: t('admin.schedules.grace'), render: (_, s) => t('admin.seconds', { n: s.grace_s }) },
                { title: t('admin.schedules.miss'), render: (_, s) => t('admin.seconds', { n: s.miss_s }) },
                {
                  title: t('admin.users.state'),
                  render: (_, s) => (
                    <Tag color={s.enabled ? 'green' : 'red'}>
                      {t(s.enabled ? 'admin.users.enabled' : 'admin.users.disabled')}
                    </Tag>
                  ),
                },
                {
                  title: '',
                  align: 'right',
                  render: (_, s) => (
                    <Button size="small" onClick={() => setEdited(s)}>
                      {t('admin.change')}
                    </Button>
                  ),
                },
              ]}
            />
          </>
        )}
      </Loaded>
      <CalendarPart onChanged={load.reload} />
      {edited && <ScheduleModal schedule={edited} onClose={() => setEdited(null)} onSaved={load.reload} />}
    </>
  );
}

function Next({ at }: { at: string | undefined }) {
  const { t } = useTranslation();
  if (!at) return <span className="admin-zero">—</span>;
  return `${dayOf(at)} ${t('common.week', { returnObjects: true })[weekday(at)]} ${minuteTime(at)}`;
}

interface Props {
  schedule: Schedule;
  onClose: () => void;
  onSaved: () => void;
}

function ScheduleModal({ schedule, onClose, onSaved }: Props) {
  const { t } = useTranslation();
  const refuse = useRefusal(onSaved);
  const [form] = Form.useForm<Schedule>();
  const [busy, setBusy] = useState(false);
  const isNew = schedule.id === '';
  const save = async (f: Schedule) => {
    setBusy(true);
    const { id: _, coming: __, ...body } = { ...schedule, ...f };
    try {
      await ask(
        api.PUT('/api/schedules/{id}', { params: { path: { id: isNew ? f.id : schedule.id } }, body }),
      );
      onSaved();
      onClose();
    } catch (e) {
      setBusy(false);
      refuse(e);
    }
  };
  const seconds = (
    name: 'lead_s' | 'grace_s' | 'miss_s' | 'roll_s' | 'speak_s',
    label: string,
    [min, max]: readonly [number, number],
  ) => (
    <Form.Item name={name} label={label} rules={[{ required: true, message: t('admin.required') }]}>
      <InputNumber min={min} max={max} suffix={t('admin.schedules.seconds')} style={{ width: 130 }} />
    </Form.Item>
  );
  return (
    <Modal
      open
      title={isNew ? t('admin.schedules.add') : schedule.title}
      onCancel={onClose}
      onOk={form.submit}
      confirmLoading={busy}
      width={720}
    >
      <Form form={form} layout="vertical" initialValues={schedule} onFinish={(f) => void save(f)}>
        {isNew && (
          <Form.Item
            name="id"
            label={t('admin.schedules.id')}
            extra={t('admin.schedules.idRule')}
            rules={[
              { required: true, pattern: /^[a-z0-9][a-z0-9-]{0,31}$/, message: t('admin.schedules.idRule') },
            ]}
          >
            <Input autoFocus />
          </Form.Item>
        )}
        <Form.Item
          name="title"
          label={t('admin.schedules.title')}
          rules={[{ required: true, message: t('admin.required') }]}
        >
          <Input maxLength={64} />
        </Form.Item>
        <Form.Item name="cron" label={t('admin.schedules.cron')} extra={t('admin.schedules.cronRule')}>
          <Input maxLength={64} />
        </Form.Item>
        <Form.Item
          name="workdays_only"
          label={t('admin.schedules.days')}
          extra={t('admin.schedules.workdaysRule')}
        >
          <Radio.Group
            options={[
              { value: false, label: t('admin.schedules.daily') },
              { value: true, label: t('admin.schedules.workdays') },
            ]}
          />
        </Form.Item>
        <Form.Item noStyle shouldUpdate>
          {() => (
            <Preview
              cron={String(form.getFieldValue('cron') ?? schedule.cron)}
              zone={schedule.zone}
              only={Boolean(form.getFieldValue('workdays_only') ?? schedule.workdays_only)}
            />
          )}
        </Form.Item>
        <div className="admin-tools">
          {seconds('lead_s', t('admin.schedules.lead'), [0, 14400])}
          {seconds('grace_s', t('admin.schedules.grace'), [0, 3600])}
          {seconds('miss_s', t('admin.schedules.miss'), [5, 600])}
          {seconds('roll_s', t('admin.schedules.roll'), [0, 3600])}
          {seconds('speak_s', t('admin.schedules.speak'), [0, 3600])}
          <Form.Item
            name="length_s"
            label={t('admin.schedules.length')}
            rules={[{ required: true, message: t('admin.required') }]}
            getValueProps={(s?: number | null) => ({ value: typeof s === 'number' ? s / 60 : null })}
            normalize={(minutes: number | null) => (minutes === null ? null : Math.round(minutes * 60))}
          >
            <InputNumber min={0} max={720} suffix={t('admin.schedules.minutes')} style={{ width: 130 }} />
          </Form.Item>
        </div>
        <UnitsField />
        <AgendaField />
        <Form.Item name="hands" label={t('admin.schedules.hands')} valuePropName="checked">
          <Switch />
        </Form.Item>
        <Form.Item name="blur" label={t('admin.schedules.blur')} valuePropName="checked">
          <Switch />
        </Form.Item>
        <Form.Item name="enabled" label={t('admin.users.enabled')} valuePropName="checked">
          <Switch />
        </Form.Item>
      </Form>
    </Modal>
  );
}

/** Time after the last key before the server is asked. */
const pauseMS = 300;

/** The next begins of what is being typed, or what is wrong with it. */
function Preview({ cron, zone, only }: { cron: string; zone: string; only: boolean }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(cron);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(cron), pauseMS);
    return () => clearTimeout(timer);
  }, [cron]);
  const query = { cron: asked, zone, workdays_only: only };
  const load = useLoad(`preview ${asked} ${zone} ${only}`, () =>
    ask(api.GET('/api/schedules/preview', { params: { query } })),
  );
  const coming = (load.data?.coming ?? []).slice(0, 3);
  const said = load.error
    ? words(load.error)
    : coming.map((at) => `${dayOf(at)} ${minuteTime(at)}`).join('，');
  return (
    <Alert
      type={load.error ? 'error' : 'info'}
      title={load.error ? said : t('admin.schedules.coming', { times: said || '…' })}
      style={{ marginBottom: 16 }}
    />
  );
}

import { App, Button, DatePicker, Dropdown, Form, Input, Modal } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMuster } from '../components/muster';
import { day, minuteTime, momentOf } from '../components/time';
import { useCommand } from '../components/useCommand';

/** What the host can do with the call beside beginning and ending it. */
export function SessionMenu({ onPlan }: { onPlan: () => void }) {
  const { t } = useTranslation();
  const run = useCommand();
  const { modal } = App.useApp();
  const session = useMuster((s) => s.session);
  const [asked, setAsked] = useState<'postpone' | 'cancel' | null>(null);
  const waiting = session?.state === 'waiting';
  const dismiss = () =>
    modal.confirm({
      title: t('hall.session.dismissAsk'),
      content: t('hall.session.dismissHint'),
      onOk: () => run('session.dismiss', {}),
    });
  const planned = { key: 'planned', label: t('hall.session.planned'), run: onPlan };
  const items = waiting
    ? [
        planned,
        { key: 'postpone', label: t('hall.session.postpone'), run: () => setAsked('postpone') },
        { key: 'cancel', label: t('hall.session.cancelCall'), run: () => setAsked('cancel') },
      ]
    : [
        {
          key: 'roll',
          label: t('hall.session.roll'),
          disabled: session?.roll !== undefined,
          run: () => run('roll.call', {}),
        },
        {
          key: 'hands',
          label: t(session?.hands ? 'hall.session.handsOff' : 'hall.session.handsOn'),
          run: () => run('hands', { on: !session?.hands }),
        },
        { key: 'dismiss', label: t('hall.session.dismissAll'), run: dismiss },
        planned,
      ];
  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{
          items: items.map(({ key, label, ...rest }) => ({ key, label, ...('disabled' in rest && rest) })),
          onClick: ({ key }) => void items.find((i) => i.key === key)?.run(),
        }}
      >
        <Button data-testid="session-more">{t('hall.more.title')}</Button>
      </Dropdown>
      {asked === 'postpone' && <Postpone onClose={() => setAsked(null)} />}
      {asked === 'cancel' && <Cancel onClose={() => setAsked(null)} />}
    </>
  );
}

/** By how much the form proposes to postpone. */
const proposedMS = 30 * 60_000;

/** The form shows and takes the bureau's time, wherever the browser stands. */
function Postpone({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const run = useCommand();
  const planned = useMuster((s) => s.session?.planned_at ?? '');
  const later = Date.parse(planned) + proposedMS;
  const [form] = Form.useForm<{ to: Dayjs; reason: string }>();
  const save = async ({ to, reason }: { to: Dayjs; reason: string }) => {
    if (await run('session.postpone', { planned_at: momentOf(to.format('YYYY-MM-DDTHH:mm')), reason }))
      onClose();
  };
  return (
    <Modal open title={t('hall.session.postpone')} onCancel={onClose} onOk={form.submit}>
      <Form
        form={form}
        layout="vertical"
        initialValues={{ to: dayjs(`${day(later)}T${minuteTime(later)}`) }}
        onFinish={(f) => void save(f)}
      >
        <Form.Item name="to" label={t('hall.session.newTime')} rules={[{ required: true }]}>
          <DatePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" allowClear={false} />
        </Form.Item>
        <Reason />
        <button type="submit" hidden />
      </Form>
    </Modal>
  );
}

function Cancel({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const run = useCommand();
  const [form] = Form.useForm<{ reason: string }>();
  const save = async ({ reason }: { reason: string }) => {
    if (await run('session.cancel', { reason })) onClose();
  };
  return (
    <Modal
      open
      title={t('hall.session.cancelCall')}
      onCancel={onClose}
      onOk={form.submit}
      okButtonProps={{ danger: true }}
    >
      <p>{t('hall.session.cancelHint')}</p>
      <Form form={form} layout="vertical" onFinish={(f) => void save(f)}>
        <Reason />
        <button type="submit" hidden />
      </Form>
    </Modal>
  );
}

function Reason() {
  const { t } = useTranslation();
  return (
    <Form.Item
      name="reason"
      label={t('hall.session.reason')}
      rules={[{ required: true, whitespace: true, message: t('hall.session.reasonNeeded') }]}
    >
      <Input maxLength={100} autoFocus data-testid="reason-input" />
    </Form.Item>
  );
}

import { App, Button, Dropdown, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMuster } from '../components/muster';
import { useCommand } from '../components/useCommand';
import type * as wire from '../lib/wire.gen';

/** What the host can do with a unit beside calling it. */
export function UnitMenu({ unit }: { unit: wire.Unit }) {
  const { t } = useTranslation();
  const run = useCommand();
  const seat = useMuster((s) => s.seats[unit.code]);
  const state = useMuster((s) => s.session?.state);
  const [asked, setAsked] = useState<'excuse' | 'text' | null>(null);
  const here = seat?.presence === 'here';
  const ref = { unit: unit.code };
  const items = [
    { key: 'line', label: t('hall.more.line'), disabled: !here, run: () => run('line.open', ref) },
    {
      key: 'check',
      label: t(seat?.checked ? 'hall.more.uncheck' : 'hall.more.check'),
      run: () => run('seat.check', { ...ref, ok: !seat?.checked }),
    },
    { key: 'text', label: t('hall.more.text'), disabled: !here, run: () => setAsked('text') },
    seat?.excuse
      ? {
          key: 'unexcuse',
          label: t('hall.more.unexcuse'),
          run: () => run('unexcuse', { units: [unit.code] }),
        }
      : { key: 'excuse', label: t('hall.more.excuse'), run: () => setAsked('excuse') },
    {
      key: 'dismiss',
      label: t('hall.more.dismiss'),
      disabled: state !== 'open' || seat?.dismissed === true,
      run: () => run('session.dismiss', { units: [unit.code] }),
    },
    { key: 'move', label: t('hall.more.move'), disabled: !seat?.waiting, run: () => run('seat.move', ref) },
  ];
  return (
    <>
      <Dropdown
        trigger={['click']}
        disabled={!seat || !state || state === 'closed'}
        menu={{
          items: items.map(({ key, label, disabled }) => ({ key, label, disabled })),
          onClick: ({ key }) => void items.find((i) => i.key === key)?.run(),
        }}
      >
        <Button size="large" data-testid="unit-more">
          {t('hall.more.title')}
        </Button>
      </Dropdown>
      {asked === 'excuse' && <ExcuseModal unit={unit} onClose={() => setAsked(null)} />}
      {asked === 'text' && <TextModal unit={unit} onClose={() => setAsked(null)} />}
    </>
  );
}

const reasons = ['dispatch', 'leave', 'line', 'other'] as const;

interface ExcuseFields {
  reason: (typeof reasons)[number];
  incident?: string;
  note?: string;
}

function ExcuseModal({ unit, onClose }: { unit: wire.Unit; onClose: () => void }) {
  const { t } = useTranslation();
  const run = useCommand();
  const [form] = Form.useForm<ExcuseFields>();
  const reason = Form.useWatch('reason', form);
  const save = async (f: ExcuseFields) => {
    const done = await run('excuse', {
      units: [unit.code],
      reason: f.reason,
      ...(f.incident && { incident: f.incident }),
      ...(f.note && { note: f.note }),
    });
    if (done) onClose();
  };
  return (
    <Modal open title={t('hall.excuse.title', { unit: unit.name })} onCancel={onClose} onOk={form.submit}>
      <Form
        form={form}
        layout="vertical"
        initialValues={{ reason: 'dispatch' }}
        onFinish={(f) => void save(f)}
        data-testid="excuse-form"
      >
        <Form.Item name="reason" label={t('hall.excuse.reason')}>
          <Select options={reasons.map((value) => ({ value, label: t(`hall.excuse.reasons.${value}`) }))} />
        </Form.Item>
        {reason === 'dispatch' && (
          <Form.Item
            name="incident"
            label={t('hall.excuse.incident')}
            rules={[{ required: true, message: t('hall.excuse.incidentNeeded') }]}
          >
            <Input maxLength={64} autoFocus data-testid="excuse-incident" />
          </Form.Item>
        )}
        <Form.Item
          name="note"
          label={t('hall.excuse.note')}
          rules={[{ required: reason === 'other', message: t('hall.excuse.noteNeeded') }]}
        >
          <Input maxLength={200} />
        </Form.Item>
        {/* Enter sends a form of several fields only if it has such a button. */}
        <button type="submit" hidden />
      </Form>
    </Modal>
  );
}

function TextModal({ unit, onClose }: { unit: wire.Unit; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const run = useCommand();
  const [text, setText] = useState('');
  const send = async () => {
    if (!text.trim() || !(await run('seat.text', { unit: unit.code, text: text.trim() }))) return;
    void message.success(t('hall.more.textSent'));
    onClose();
  };
  return (
    <Modal
      open
      title={t('hall.more.textTo', { unit: unit.name })}
      onCancel={onClose}
      onOk={() => void send()}
      okButtonProps={{ disabled: !text.trim() }}
    >
      <Input
        autoFocus
        value={text}
        maxLength={100}
        onChange={(e) => setText(e.target.value)}
        onPressEnter={() => void send()}
        data-testid="text-input"
      />
    </Modal>
  );
}

import { App, Button, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ExcuseLine, type ExcuseReason, excuseReasons } from '../components/ExcuseLine';
import { useMuster } from '../components/muster';
import { chosenSpan, SpanField, type SpanFields } from '../components/SpanField';
import { useCommand } from '../components/useCommand';
import type * as wire from '../lib/wire.gen';
import { useOnce } from './useOnce';

/** What the host is asked for about a unit; it stays with that unit whatever is chosen meanwhile. */
export interface Question {
  what: 'excuse' | 'text';
  unit: wire.Unit;
}

export function UnitQuestion({ question, onClose }: { question: Question | null; onClose: () => void }) {
  if (!question) return null;
  const Asked = question.what === 'excuse' ? ExcuseModal : TextModal;
  return <Asked unit={question.unit} onClose={onClose} />;
}

interface ExcuseFields extends SpanFields {
  reason: ExcuseReason;
  incident?: string;
  note?: string;
}

function ExcuseModal({ unit, onClose }: { unit: wire.Unit; onClose: () => void }) {
  const { t } = useTranslation();
  const run = useCommand();
  const planned = useMuster((s) => s.session?.planned_at ?? '');
  const [form] = Form.useForm<ExcuseFields>();
  const reason = Form.useWatch('reason', form);
  const save = async (f: ExcuseFields) => {
    const done = await run('excuse', {
      units: [unit.code],
      reason: f.reason,
      ...(f.incident && { incident: f.incident }),
      ...(f.note && { note: f.note }),
      ...chosenSpan(planned, f),
    });
    if (done) onClose();
  };
  return (
    <Modal open title={t('hall.excuse.title', { unit: unit.name })} onCancel={onClose} onOk={form.submit}>
      <Excuses unit={unit} />
      <Form
        form={form}
        layout="vertical"
        initialValues={{ reason: 'dispatch' }}
        onFinish={(f) => void save(f)}
        data-testid="excuse-form"
      >
        <Form.Item name="reason" label={t('hall.excuse.reason')}>
          <Select
            options={excuseReasons.map((value) => ({ value, label: t(`hall.excuse.reasons.${value}`) }))}
          />
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
        <SpanField label={t('hall.excuse.span')} />
        {/* Enter sends a form of several fields only if it has such a button. */}
        <button type="submit" hidden />
      </Form>
    </Modal>
  );
}

/** What the unit is excused by so far; each can be taken back by itself. */
function Excuses({ unit }: { unit: wire.Unit }) {
  const { t } = useTranslation();
  const run = useOnce();
  const excuses = useMuster((s) => s.seats[unit.code]?.excuses);
  return excuses?.map((x) => (
    <ExcuseLine key={x.id} excuse={x} by={[t('hall.excuse.by', { by: x.by })]}>
      <Button
        size="small"
        onClick={() => void run('unexcuse', { units: [unit.code], excuse: x.id })}
        data-testid="excuse-withdraw"
      >
        {t('hall.excuse.withdraw')}
      </Button>
    </ExcuseLine>
  ));
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

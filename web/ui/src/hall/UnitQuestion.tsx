import { App, Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { chosenExcuse, ExcuseFields, type ExcuseValues } from '../components/ExcuseFields';
import { ExcuseLine } from '../components/ExcuseLine';
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

function ExcuseModal({ unit, onClose }: { unit: wire.Unit; onClose: () => void }) {
  const { t } = useTranslation();
  const run = useCommand();
  const planned = useMuster((s) => s.session?.planned_at ?? '');
  const [form] = Form.useForm<ExcuseValues & SpanFields>();
  const save = async (f: ExcuseValues & SpanFields) => {
    const done = await run('excuse', {
      units: [unit.code],
      ...chosenExcuse(f),
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
        <ExcuseFields autoFocus />
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

import { Button, Form, Input, Popconfirm, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { chosenExcuse, type ExcuseValues } from '../components/ExcuseFields';
import { ExcuseLine, excuseReasons } from '../components/ExcuseLine';
import { chosenSpan, SpanField, type SpanFields } from '../components/SpanField';
import { clockTime, day } from '../components/time';
import { api, ask, type Schema } from '../lib/api';
import { commandId } from './commandId';
import type { Entry } from './entries';
import { useRefusal } from './useLoad';

interface Props {
  session: Schema['Session'];
  entry: Entry;
  onSaved: () => void;
}

/** What relieves the unit, and the form that adds an excuse after the call. */
export function Excuses({ session, entry, onSaved }: Props) {
  const { t } = useTranslation();
  const refuse = useRefusal(onSaved);
  const [adding, setAdding] = useState(false);
  const excuses = entry.excuses ?? [];
  const withdraw = (excuse: number) =>
    ask(
      api.POST('/api/sessions/{id}/unexcuse', {
        params: { path: { id: session.id } },
        body: { command: commandId(), units: [entry.unit.code], excuse },
      }),
    ).then(onSaved, refuse);
  // What was entered ahead names its day, too.
  const when = (at: string) =>
    day(at) === day(session.planned_at) ? clockTime(at) : `${day(at)} ${clockTime(at)}`;
  // The form's id is of one excuse: the next one gets a form of its own.
  const saved = () => {
    setAdding(false);
    onSaved();
  };
  return (
    <>
      <h3 className="admin-part">{t('admin.excuse.title')}</h3>
      {entry.pending && <p>{t('admin.excuse.pending')}</p>}
      {excuses.map((x) => (
        <ExcuseLine
          key={x.id}
          excuse={x}
          by={[
            t('admin.excuse.by', { by: x.approver || x.by, time: when(x.at) }),
            x.approver ? t('admin.excuse.enteredBy', { by: x.by }) : '',
          ]}
        >
          <Popconfirm title={t('admin.excuse.withdrawAsk')} onConfirm={() => void withdraw(x.id)}>
            <Button size="small" data-testid="excuse-withdraw">
              {t('admin.excuse.withdraw')}
            </Button>
          </Popconfirm>
        </ExcuseLine>
      ))}
      {adding ? (
        <ExcuseForm session={session} unit={entry.unit.code} onSaved={saved} />
      ) : (
        <span className="admin-actions">
          <Button size="small" onClick={() => setAdding(true)} data-testid="excuse-add">
            {t('admin.excuse.add')}
          </Button>
        </span>
      )}
    </>
  );
}

type Fields = ExcuseValues & SpanFields;

function ExcuseForm({
  session,
  unit,
  onSaved,
}: {
  session: Schema['Session'];
  unit: string;
  onSaved: () => void;
}) {
  const { t } = useTranslation();
  const refuse = useRefusal(onSaved);
  const [form] = Form.useForm<Fields>();
  const [command] = useState(commandId);
  const reason = Form.useWatch('reason', form);
  const save = (f: Fields) =>
    ask(
      api.POST('/api/sessions/{id}/excuses', {
        params: { path: { id: session.id } },
        body: {
          command,
          units: [unit],
          ...chosenExcuse(f),
          ...chosenSpan(session.planned_at, f),
        },
      }),
    ).then(onSaved, refuse);
  return (
    <Form
      form={form}
      layout="inline"
      className="admin-excuse"
      initialValues={{ reason: 'dispatch' }}
      onFinish={(f: Fields) => void save(f)}
    >
      <Form.Item name="reason">
        <Select
          options={excuseReasons.map((value) => ({ value, label: t(`hall.excuse.reasons.${value}`) }))}
          popupMatchSelectWidth={false}
        />
      </Form.Item>
      {reason === 'dispatch' && (
        <Form.Item name="incident" rules={[{ required: true, message: t('hall.excuse.incidentNeeded') }]}>
          <Input maxLength={64} placeholder={t('hall.excuse.incident')} />
        </Form.Item>
      )}
      <Form.Item name="note" rules={[{ required: reason === 'other', message: t('hall.excuse.noteNeeded') }]}>
        <Input maxLength={200} placeholder={t('hall.excuse.note')} />
      </Form.Item>
      <SpanField />
      <Form.Item name="approver">
        <Input
          maxLength={64}
          placeholder={t('admin.excuse.approver')}
          title={t('admin.excuse.approverHint')}
        />
      </Form.Item>
      <Button type="primary" htmlType="submit" data-testid="excuse-save">
        {t('admin.excuse.save')}
      </Button>
    </Form>
  );
}

import { Button, Form, Input, Select, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { chosenSpan, SpanField, type SpanFields } from '../components/SpanField';
import { clockTime } from '../components/time';
import { api, ask, type Schema } from '../lib/api';
import { commandId } from './commandId';
import type { Entry } from './entries';
import { useRefusal } from './useLoad';

interface Props {
  session: Schema['Session'];
  entry: Entry;
  onSaved: () => void;
}

const reasons = ['dispatch', 'leave', 'line', 'other'] as const;

/** What relieves the unit, and the form that adds an excuse after the call. */
export function Excuses({ session, entry, onSaved }: Props) {
  const { t } = useTranslation();
  const refuse = useRefusal(onSaved);
  const [adding, setAdding] = useState(false);
  const excuses = entry.excuses ?? [];
  const withdraw = () =>
    ask(
      api.POST('/api/sessions/{id}/unexcuse', {
        params: { path: { id: session.id } },
        body: { command: commandId(), units: [entry.unit.code] },
      }),
    ).then(onSaved, refuse);
  return (
    <>
      <h3 className="admin-part">{t('admin.excuse.title')}</h3>
      {entry.pending && <p>{t('admin.excuse.pending')}</p>}
      {excuses.map((x) => (
        <p key={x.at + x.reason}>
          <Tag color="blue">{t(`hall.excuse.reasons.${reasons.find((r) => r === x.reason) ?? 'other'}`)}</Tag>
          {[
            x.incident,
            x.note,
            x.from && `${clockTime(x.from)} – ${clockTime(x.to ?? '')}`,
            t('admin.excuse.by', { by: x.approver || x.by, time: clockTime(x.at) }),
            x.approver && t('admin.excuse.enteredBy', { by: x.by }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      ))}
      {adding ? (
        <ExcuseForm session={session} unit={entry.unit.code} onSaved={onSaved} />
      ) : (
        <span className="admin-actions">
          <Button size="small" onClick={() => setAdding(true)} data-testid="excuse-add">
            {t('admin.excuse.add')}
          </Button>{' '}
          {excuses.length > 0 && (
            <Button size="small" onClick={() => void withdraw()}>
              {t('admin.excuse.withdraw')}
            </Button>
          )}
        </span>
      )}
    </>
  );
}

interface Fields extends SpanFields {
  reason: (typeof reasons)[number];
  incident?: string;
  note?: string;
  approver?: string;
}

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
  const save = ({ reason, incident, note, approver, ...span }: Fields) =>
    ask(
      api.POST('/api/sessions/{id}/excuses', {
        params: { path: { id: session.id } },
        body: {
          command,
          units: [unit],
          reason,
          ...(incident && { incident }),
          ...(note && { note }),
          ...(approver && { approver }),
          ...chosenSpan(session.planned_at, span),
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
          options={reasons.map((value) => ({ value, label: t(`hall.excuse.reasons.${value}`) }))}
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

import { Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApproverField } from '../components/ExcuseFields';
import { clockTime } from '../components/time';
import { api, ask, type Schema } from '../lib/api';
import { commandId } from './commandId';
import { undecided } from './entries';
import { useRefusal } from './useLoad';

type Fault = Schema['LineFault'];

interface Props {
  report: Schema['Report'];
  /** Of units, by code. */
  names: ReadonlyMap<string, string>;
  /** Figures have changed: they have to be read anew. */
  onSaved: () => void;
}

interface Judging {
  fault: Fault;
  as: 'accept' | 'reject';
}

/** Suspected line faults that nobody has judged yet: what they may have caused counts nowhere until somebody does. */
export function Faults({ report, names, onSaved }: Props) {
  const { t } = useTranslation();
  const [judging, setJudging] = useState<Judging | null>(null);
  const line = (f: Fault) =>
    t('admin.fault.line', {
      group: f.network ?? names.get(f.branch ?? '') ?? f.branch,
      from: clockTime(f.from),
      to: f.to ? clockTime(f.to) : t(report.session.closed_at ? 'admin.fault.noReturn' : 'admin.entry.lasts'),
      n: f.units?.length ?? 0,
    });
  const faults = undecided(report);
  if (faults.length === 0) return null;
  return (
    <section className="admin-faults" aria-label={t('admin.fault.title', { n: faults.length })}>
      <h2>{t('admin.fault.title', { n: faults.length })}</h2>
      <ul>
        {faults.map((fault) => (
          <li key={fault.id} data-testid="line-fault">
            <details>
              <summary>{line(fault)}</summary>
              <p>{(fault.units ?? []).map((code) => names.get(code) ?? code).join('、')}</p>
            </details>
            <Button
              type="primary"
              size="small"
              onClick={() => setJudging({ fault, as: 'accept' })}
              data-testid="fault-accept"
            >
              {t('admin.fault.accept')}
            </Button>
            <Button
              size="small"
              onClick={() => setJudging({ fault, as: 'reject' })}
              data-testid="fault-reject"
            >
              {t('admin.fault.reject')}
            </Button>
          </li>
        ))}
      </ul>
      {judging && (
        <JudgeModal
          {...judging}
          session={report.session.id}
          line={line(judging.fault)}
          onClose={() => setJudging(null)}
          onSaved={onSaved}
        />
      )}
    </section>
  );
}

interface Fields {
  note?: string;
  approver?: string;
}

interface JudgeProps extends Judging {
  session: string;
  line: string;
  onClose: () => void;
  onSaved: () => void;
}

function JudgeModal({ fault, as, session, line, onClose, onSaved }: JudgeProps) {
  const { t } = useTranslation();
  const refuse = useRefusal(onSaved);
  const [form] = Form.useForm<Fields>();
  const [command] = useState(commandId);
  const save = ({ note, approver }: Fields) => {
    const params = { path: { id: session } };
    const body = { command, fault: fault.id, ...(note && { note }) };
    const judged =
      as === 'accept'
        ? ask(
            api.POST('/api/sessions/{id}/excuses', {
              params,
              body: { ...body, ...(approver && { approver }) },
            }),
          )
        : ask(api.POST('/api/sessions/{id}/reject-fault', { params, body }));
    return judged.then(onClose, refuse).then(onSaved);
  };
  return (
    <Modal
      open
      title={t(`admin.fault.${as}`)}
      okText={t(`admin.fault.${as}`)}
      onCancel={onClose}
      onOk={form.submit}
      okButtonProps={{ danger: as === 'reject' }}
      data-testid="fault-form"
    >
      <p>{line}</p>
      <p className="admin-hint">{t(`admin.fault.${as}Hint`)}</p>
      <Form form={form} layout="vertical" onFinish={(f: Fields) => void save(f)}>
        <Form.Item
          name="note"
          label={t('admin.fault.note')}
          rules={[{ required: true, whitespace: true, message: t('admin.fault.noteNeeded') }]}
        >
          <Input maxLength={200} autoFocus />
        </Form.Item>
        {as === 'accept' && <ApproverField />}
        {/* Enter sends a form of several fields only if it has such a button. */}
        <button type="submit" hidden />
      </Form>
    </Modal>
  );
}

import { DatePicker, Form, Input, Modal, Select } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import 'dayjs/locale/zh-cn'; // the calendar's words
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ExcuseReason, excuseReasons } from '../components/ExcuseLine';
import { day as dayOf } from '../components/time';
import { api, ask, type Schema } from '../lib/api';
import { commandId } from './commandId';
import { addDays } from './entries';
import type { Planned } from './PlannedExcuses';
import { useRefusal } from './useLoad';

interface Props {
  units: Schema['UnitItem'][];
  /** What is to be changed, null for a new one. */
  planned: Planned | null;
  onClose: () => void;
  onSaved: () => void;
}

interface Fields {
  unit: string;
  days: [Dayjs, Dayjs];
  reason: ExcuseReason;
  incident?: string;
  note?: string;
  approver?: string;
}

/** Excuses a unit for days to come; at first for tomorrow. */
export function PlannedForm({ units, planned, onClose, onSaved }: Props) {
  const { t } = useTranslation();
  const refuse = useRefusal(onSaved);
  const [form] = Form.useForm<Fields>();
  const [id] = useState(() => planned?.id ?? commandId());
  const reason = Form.useWatch('reason', form);
  const tomorrow = addDays(dayOf(Date.now()), 1);
  const save = ({ unit, days: [from, to], reason, incident, note, approver }: Fields) =>
    ask(
      api.PUT('/api/planned-excuses/{id}', {
        params: { path: { id } },
        body: {
          unit,
          from: from.format('YYYY-MM-DD'),
          to: to.format('YYYY-MM-DD'),
          reason,
          ...(reason === 'dispatch' && { incident: incident ?? '' }),
          ...(note && { note }),
          ...(approver && { approver }),
        },
      }),
    ).then(() => {
      onSaved();
      onClose();
    }, refuse);
  const needed = [{ required: true, message: t('admin.required') }];
  return (
    <Modal
      open
      title={t(planned ? 'admin.planned.change' : 'admin.planned.add')}
      onCancel={onClose}
      onOk={form.submit}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{
          reason: 'leave',
          ...planned,
          days: [dayjs(planned?.from ?? tomorrow), dayjs(planned?.to ?? tomorrow)],
        }}
        onFinish={(f: Fields) => void save(f)}
        data-testid="planned-form"
      >
        <Form.Item name="unit" label={t('admin.planned.unit')} rules={needed}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            placeholder={t('admin.unit.choose')}
            options={units.map((u) => ({ value: u.code, label: `${u.name} ${u.code}` }))}
            autoFocus
            data-testid="planned-unit"
          />
        </Form.Item>
        <Form.Item name="days" label={t('admin.planned.days')} rules={needed}>
          <DatePicker.RangePicker format="YYYY-MM-DD" allowClear={false} style={{ width: '100%' }} />
        </Form.Item>
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
            <Input maxLength={64} />
          </Form.Item>
        )}
        <Form.Item
          name="note"
          label={t('hall.excuse.note')}
          rules={[{ required: reason === 'other', message: t('hall.excuse.noteNeeded') }]}
        >
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item
          name="approver"
          label={t('admin.excuse.approver')}
          tooltip={t('admin.excuse.approverHint')}
        >
          <Input maxLength={64} />
        </Form.Item>
        {/* Enter sends a form of several fields only if it has such a button. */}
        <button type="submit" hidden />
      </Form>
    </Modal>
  );
}

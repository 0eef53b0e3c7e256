import { DatePicker, Form, Modal, Select } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import 'dayjs/locale/zh-cn'; // the calendar's words
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { chosenExcuse, ExcuseFields, type ExcuseValues } from '../components/ExcuseFields';
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

interface Fields extends ExcuseValues {
  unit: string;
  days: [Dayjs, Dayjs];
}

/** Excuses a unit for days to come; at first for tomorrow. */
export function PlannedForm({ units, planned, onClose, onSaved }: Props) {
  const { t } = useTranslation();
  const refuse = useRefusal(onSaved);
  const [form] = Form.useForm<Fields>();
  const [id] = useState(() => planned?.id ?? commandId());
  const tomorrow = addDays(dayOf(Date.now()), 1);
  const save = ({ unit, days: [from, to], ...excuse }: Fields) =>
    ask(
      api.PUT('/api/planned-excuses/{id}', {
        params: { path: { id } },
        body: {
          unit,
          from: from.format('YYYY-MM-DD'),
          to: to.format('YYYY-MM-DD'),
          ...chosenExcuse(excuse),
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
        <ExcuseFields />
        {/* Enter sends a form of several fields only if it has such a button. */}
        <button type="submit" hidden />
      </Form>
    </Modal>
  );
}

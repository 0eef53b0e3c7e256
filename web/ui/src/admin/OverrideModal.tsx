import { DatePicker, Form, Input, Modal, Radio } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { day as dayOf } from '../components/time';
import { api, ask } from '../lib/api';
import { useRefusal } from './useLoad';

interface Props {
  year: number;
  onClose: () => void;
  onSaved: () => void;
}

interface Fields {
  date: Dayjs;
  kind: 'dayoff' | 'workday';
  name: string;
}

/** Decides for one day, whatever the statutory calendar says of it. */
export function OverrideModal({ year, onClose, onSaved }: Props) {
  const { t } = useTranslation();
  const refuse = useRefusal(onSaved);
  const [form] = Form.useForm<Fields>();
  const [busy, setBusy] = useState(false);
  const today = dayOf(Date.now());
  const first = today.startsWith(`${year}-`) ? today : `${year}-01-01`;
  const save = async ({ date, kind, name }: Fields) => {
    setBusy(true);
    try {
      const path = { date: date.format('YYYY-MM-DD') };
      await ask(api.PUT('/api/calendar/days/{date}', { params: { path }, body: { kind, name } }));
      onSaved();
      onClose();
    } catch (e) {
      setBusy(false);
      refuse(e);
    }
  };
  const required = [{ required: true, whitespace: true, message: t('admin.required') }];
  return (
    <Modal
      open
      title={t('admin.calendar.override')}
      onCancel={onClose}
      onOk={form.submit}
      confirmLoading={busy}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{ date: dayjs(first), kind: 'workday' }}
        onFinish={(f) => void save(f)}
      >
        <Form.Item name="date" label={t('admin.day.day')}>
          <DatePicker allowClear={false} />
        </Form.Item>
        <Form.Item name="kind" label={t('admin.calendar.kind')}>
          <Radio.Group
            options={[
              { value: 'workday', label: t('admin.calendar.kinds.workday') },
              { value: 'dayoff', label: t('admin.calendar.kinds.dayoff') },
            ]}
          />
        </Form.Item>
        <Form.Item
          name="name"
          label={t('admin.calendar.why')}
          extra={t('admin.calendar.whyRule')}
          rules={required}
        >
          <Input maxLength={32} autoFocus />
        </Form.Item>
      </Form>
    </Modal>
  );
}

import { Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { type ExcuseReason, excuseReasons } from './ExcuseLine';

/** What a form asks of every excuse. */
export interface ExcuseValues {
  reason: ExcuseReason;
  incident?: string;
  note?: string;
  approver?: string;
}

/** The fields of an excuse in a form: its reason, and what that reason needs. */
export function ExcuseFields({ autoFocus = false }: { autoFocus?: boolean }) {
  const { t } = useTranslation();
  const reason = Form.useWatch('reason');
  return (
    <>
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
          <Input maxLength={64} autoFocus={autoFocus} data-testid="excuse-incident" />
        </Form.Item>
      )}
      <Form.Item
        name="note"
        label={t('hall.excuse.note')}
        rules={[{ required: reason === 'other', message: t('hall.excuse.noteNeeded') }]}
      >
        <Input maxLength={200} />
      </Form.Item>
      <ApproverField />
    </>
  );
}

/** Who approved an excuse, when it is not who enters it. */
export function ApproverField() {
  const { t } = useTranslation();
  return (
    <Form.Item name="approver" label={t('admin.excuse.approver')} tooltip={t('admin.excuse.approverHint')}>
      <Input maxLength={64} />
    </Form.Item>
  );
}

/** What was entered, without what is empty or belongs to another reason. */
export function chosenExcuse({ reason, incident, note, approver }: ExcuseValues) {
  return {
    reason,
    ...(reason === 'dispatch' && incident && { incident }),
    ...(note && { note }),
    ...(approver && { approver }),
  };
}

import { Form, TimePicker } from 'antd';
import type { Dayjs } from 'dayjs';
import { useTranslation } from 'react-i18next';
import { type Span, spanOn } from './span';

/** What the form keeps under the field's name. */
export interface SpanFields {
  span?: [Dayjs, Dayjs] | null;
}

/** From when to when; left empty it is the whole call. */
export function SpanField({ label }: { label?: string }) {
  const { t } = useTranslation();
  return (
    <Form.Item name="span" label={label} tooltip={label && t('hall.excuse.spanHint')}>
      <TimePicker.RangePicker
        // Enter takes the time; it must not send the form with half a span, which would mean the whole call.
        onKeyDown={(e) => e.key === 'Enter' && e.preventDefault()}
        format="HH:mm"
        needConfirm={false}
        placeholder={[t('hall.excuse.from'), t('hall.excuse.to')]}
        title={t('hall.excuse.spanHint')}
      />
    </Form.Item>
  );
}

/** The chosen span on the day of the call. */
export function chosenSpan(call: string, { span }: SpanFields): Span | undefined {
  return spanOn(call, span?.[0].format('HH:mm'), span?.[1].format('HH:mm'));
}

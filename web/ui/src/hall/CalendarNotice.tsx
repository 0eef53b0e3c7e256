import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '../components/Clock';
import { day } from '../components/time';
import { useFigures } from './Figures';

const remembered = 'muster.calendarNotice';

/** One calm line while a calendar is missing although it is time; whoever has read it has peace until tomorrow. */
export function CalendarNotice() {
  const { t } = useTranslation();
  const warnings = useFigures().calendar.answer?.warnings ?? [];
  const today = day(useNow());
  const [read, setRead] = useState(() => localStorage.getItem(remembered));
  if (warnings.length === 0 || read === today) return null;
  const dismiss = () => {
    localStorage.setItem(remembered, today);
    setRead(today);
  };
  const text = t('hall.calendar.missing', { years: warnings.map((w) => w.year).join(', ') });
  return (
    <div className="calendar-notice" role="status" data-testid="calendar-notice">
      <span title={text}>{text}</span>
      <Button size="small" type="text" onClick={dismiss} data-testid="calendar-notice-dismiss">
        {t('hall.calendar.dismiss')}
      </Button>
    </div>
  );
}

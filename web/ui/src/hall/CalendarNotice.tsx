import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '../components/Clock';
import { day } from '../components/time';
import { api, ask } from '../lib/api';
import { useAsked } from './useAsked';

const lookMS = 10 * 60_000;
const remembered = 'muster.calendarNotice';

/** The warnings are the same whatever year is asked for. */
const askCalendar = () =>
  ask(api.GET('/api/calendar/{year}', { params: { path: { year: new Date().getFullYear() } } }));

/** One calm line while a calendar is missing although it is time; whoever has read it has peace until tomorrow. */
export function CalendarNotice() {
  const { t } = useTranslation();
  const warnings = useAsked(askCalendar, lookMS)?.warnings ?? [];
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

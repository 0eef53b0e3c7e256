import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMuster } from '../components/muster';
import { day } from '../components/time';
import { Chip } from './DeskBar';
import { useFigures } from './Figures';
import { isAway, unanswered } from './seats';
import { howOf, useCall } from './useCall';

/** Overdue work proposes whom to call; the host decides. Who has answered in this session is done with. */
export function Overdue({ onPick }: { onPick: (unit: string) => void }) {
  const { t } = useTranslation();
  const { call } = useCall();
  const { answer, failed } = useFigures().overdue;
  const units = useMuster((s) => s.units);
  const seats = useMuster((s) => s.seats);
  const running = useMuster((s) => s.session?.state === 'open');
  const list = unanswered(answer?.units ?? [], seats);
  return (
    <Chip
      name={t('hall.desk.overdue')}
      count={failed ? '!' : list.length}
      active={failed || list.length > 0}
      tone={failed ? 'bad' : 'warn'}
      testid="desk-overdue"
    >
      <p className="desk-hint" role="status">
        {t(failed ? 'hall.desk.overdueFailed' : 'hall.desk.overdueHint')}
      </p>
      <ul className="desk-list overdue-list">
        {list.map((o) => (
          <li key={o.unit}>
            <Button type="text" onClick={() => onPick(o.unit)}>
              {units[o.unit]?.name}
            </Button>
            <span>{t('hall.desk.overdueOf', { n: o.count, day: day(o.oldest).slice(5) })}</span>
            <Button
              size="small"
              type="primary"
              danger
              ghost={isAway(seats[o.unit])}
              disabled={!running || seats[o.unit]?.turn !== undefined}
              onClick={() => void call(o.unit, howOf(seats[o.unit]))}
              data-testid={`overdue-call-${o.unit}`}
            >
              {t(isAway(seats[o.unit]) ? 'hall.unit.callAway' : 'hall.unit.call')}
            </Button>
          </li>
        ))}
      </ul>
    </Chip>
  );
}

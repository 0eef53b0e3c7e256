import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMuster } from '../components/muster';
import { day, minuteTime, weekday } from '../components/time';
import { ServerCheckPart } from './ServerCheck';

/** What the stage says while no call is open; who looks on can plan nothing. */
export function NoSession({ onPlan }: { onPlan?: () => void }) {
  const { t } = useTranslation();
  const next = useMuster((s) => s.next);
  const weekdays = t('common.week', { returnObjects: true });
  const when =
    next && `${day(next.planned_at)} ${weekdays[weekday(next.planned_at)]} ${minuteTime(next.planned_at)}`;
  return (
    <div className="floor-nobody" data-testid="no-session">
      <h2>{t('hall.session.empty')}</h2>
      <p className="next-when">{when ? t('hall.session.next', { when }) : t('hall.session.noNext')}</p>
      {onPlan && (
        <>
          <p>{t('hall.session.emptyHint')}</p>
          <Button onClick={onPlan} data-testid="planned-open">
            {t('hall.session.planned')} <kbd>Q</kbd>
          </Button>
          <ServerCheckPart />
        </>
      )}
    </div>
  );
}

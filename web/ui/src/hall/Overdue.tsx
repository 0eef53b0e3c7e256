import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMuster } from '../components/muster';
import { day } from '../components/time';
import { api, ask } from '../lib/api';
import { Chip } from './DeskBar';
import { isAway } from './seats';
import { useAsked } from './useAsked';
import { useCall } from './useCall';

const lookMS = 5 * 60_000;
const listed = 12;
const overdue = () => ask(api.GET('/api/overdue'));

/** Overdue work proposes whom to call; the host decides. Who was called in this session is done with. */
export function Overdue({ onPick }: { onPick: (unit: string) => void }) {
  const { t } = useTranslation();
  const { call } = useCall();
  const said = useAsked(overdue, lookMS);
  const units = useMuster((s) => s.units);
  const seats = useMuster((s) => s.seats);
  const running = useMuster((s) => s.session?.state === 'open');
  const list = (said?.units ?? []).filter((o) => units[o.unit] && seats[o.unit]?.calls === 0);
  return (
    <Chip name={t('hall.desk.overdue')} count={list.length} active={list.length > 0} testid="desk-overdue">
      <p className="desk-hint">{t('hall.desk.overdueHint')}</p>
      <ul className="desk-list overdue-list">
        {list.slice(0, listed).map((o) => (
          <li key={o.unit}>
            <Button type="text" onClick={() => onPick(o.unit)}>
              {units[o.unit]?.short}
            </Button>
            <span>{t('hall.desk.overdueOf', { n: o.count, day: day(o.oldest).slice(5) })}</span>
            <Button
              size="small"
              type="primary"
              danger
              ghost={isAway(seats[o.unit])}
              disabled={!running || seats[o.unit]?.turn !== undefined}
              onClick={() => void call(o.unit, 'hand')}
              data-testid={`overdue-call-${o.unit}`}
            >
              {t('hall.unit.call')}
            </Button>
          </li>
        ))}
      </ul>
    </Chip>
  );
}

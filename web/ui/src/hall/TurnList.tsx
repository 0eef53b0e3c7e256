import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMuster } from '../components/muster';
import { duration, minuteTime } from '../components/time';
import type * as wire from '../lib/wire.gen';

/** The turns of this call so far, the newest first. */
export function TurnList({ onPick }: { onPick: (unit: string) => void }) {
  const { t } = useTranslation();
  const turns = useMuster((s) => s.turns);
  return (
    <div className="turn-list" data-testid="turn-list">
      <h3>
        {t('hall.turns.title')} <small>{turns.length}</small>
      </h3>
      <ol>
        {turns.length === 0 && <li className="turn-none">{t('hall.turns.none')}</li>}
        {turns.toReversed().map((turn) => (
          <Row key={turn.id} turn={turn} onPick={onPick} />
        ))}
      </ol>
    </div>
  );
}

const colors = {
  called: 'orange',
  answered: 'red',
  missed: 'error',
  withdrawn: 'default',
  released: 'green',
} as const;
const hows = ['hand', 'draw', 'agenda', 'recall', 'raised', 'branch'] as const;

function Row({ turn, onPick }: { turn: wire.Turn; onPick: (unit: string) => void }) {
  const { t } = useTranslation();
  const unit = useMuster((s) => s.units[turn.unit]);
  const state = turn.state in colors ? (turn.state as keyof typeof colors) : 'called';
  const how = hows.find((h) => h === turn.how) ?? 'hand';
  const spoke =
    turn.answered_at && turn.ended_at ? Date.parse(turn.ended_at) - Date.parse(turn.answered_at) : null;
  return (
    <li>
      <button type="button" onClick={() => onPick(turn.unit)}>
        <time>{minuteTime(turn.called_at)}</time>
        <b>{unit?.short ?? turn.unit}</b>
        <small>{t(`hall.turns.how.${how}`)}</small>
        <span>{spoke !== null && duration(spoke)}</span>
        <Tag color={colors[state]}>{t(turn.held ? 'hall.turns.held' : `hall.turns.state.${state}`)}</Tag>
      </button>
    </li>
  );
}

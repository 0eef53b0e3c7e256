import { Button, Progress, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNow } from '../components/Clock';
import { useMuster } from '../components/muster';
import { duration } from '../components/time';
import type * as wire from '../lib/wire.gen';
import { TurnMenu } from './TurnMenu';
import { useOnce } from './useOnce';

/** A turn's clock and what the host can do with it. */
export function TurnBar({ turn, picked }: { turn: wire.Turn; picked: string | null }) {
  const { t } = useTranslation();
  const run = useOnce();
  const ref = { turn: turn.id };
  const called = turn.state === 'called';
  return (
    <div className="turn-bar" data-state={turn.state} data-testid="turn-bar">
      {called ? <MissRing turn={turn} /> : <Speaking turn={turn} />}
      <Tag color={turn.sound ? 'red' : 'default'} data-testid="turn-sound">
        {t(turn.sound ? 'hall.turn.soundOn' : 'hall.turn.soundOff')}
      </Tag>
      <span className="turn-gap" />
      {!turn.sound && (
        <Button onClick={() => void run('turn.open', ref)} data-testid="open-button">
          {t('hall.turn.open')}
        </Button>
      )}
      {called && (
        <>
          <Button onClick={() => void run('turn.mark', ref)} data-testid="answered-button">
            {t('hall.turn.mark')}
          </Button>
          <Button onClick={() => void run('turn.withdraw', ref)} data-testid="withdraw-button">
            {t('hall.turn.withdraw')}
          </Button>
        </>
      )}
      <TurnMenu turn={turn} picked={picked} />
      <Button type="primary" onClick={() => void run('turn.release', ref)} data-testid="release-button">
        {t('hall.turn.release')}
      </Button>
    </div>
  );
}

/** How long the unit still has to answer. */
function MissRing({ turn }: { turn: wire.Turn }) {
  const { t } = useTranslation();
  const now = useNow();
  const missS = useMuster((s) => s.session?.miss_s ?? 0);
  const left = turn.miss_at ? Math.max(0, Math.ceil((Date.parse(turn.miss_at) - now) / 1000)) : null;
  const waits = turn.shown_at ? t('hall.turn.heard') : t('hall.turn.waiting');
  return (
    <span className="turn-clock">
      <Progress
        type="circle"
        size={40}
        percent={left === null || missS === 0 ? 100 : (left / missS) * 100}
        format={() => left ?? '…'}
        strokeColor={left !== null && left <= 10 ? 'var(--bad)' : 'var(--warn)'}
      />
      {left === null ? waits : t('hall.turn.shown')}
    </span>
  );
}

function Speaking({ turn }: { turn: wire.Turn }) {
  const { t } = useTranslation();
  const now = useNow();
  const over = turn.speak_until !== undefined && now > Date.parse(turn.speak_until);
  const by = turn.answered_via === 'phone' || turn.answered_via === 'branch' ? turn.answered_via : null;
  return (
    <span className="turn-clock" data-testid="turn-clock" data-over={over}>
      <b>{duration(now - Date.parse(turn.answered_at ?? turn.called_at))}</b>
      {by ? t(`hall.turn.via.${by}`) : t(over ? 'hall.turn.over' : 'hall.turns.state.answered')}
    </span>
  );
}

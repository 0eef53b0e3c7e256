import { Button, Progress, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNow } from '../components/Clock';
import { useMuster } from '../components/muster';
import { duration, minuteTime } from '../components/time';
import type * as wire from '../lib/wire.gen';
import { TurnMenu } from './TurnMenu';
import { useOnce } from './useOnce';

/** A turn's clock and what the host can do with it. */
export function TurnBar({ turn, picked }: { turn: wire.Turn; picked: string | null }) {
  const { t } = useTranslation();
  const run = useOnce();
  const ref = { turn: turn.id };
  const called = turn.state === 'called';
  const seat = useMuster((s) => s.seats[turn.unit]);
  return (
    <div className="turn-bar" data-state={turn.state} data-testid="turn-bar">
      {called ? <MissRing turn={turn} seat={seat} /> : <Speaking turn={turn} seat={seat} />}
      {seat?.muted && (
        <Button onClick={() => void run('mic.ask', { unit: turn.unit })} data-testid="mic-ask-button">
          {t('hall.mic.ask')}
        </Button>
      )}
      {!turn.sound && !seat?.muted && (
        <Button onClick={() => void run('turn.open', ref)} data-testid="open-button">
          {t('hall.turn.open')}
        </Button>
      )}
      {called && (
        <>
          <Button onClick={() => void run('turn.mark', ref)} data-testid="answered-button">
            {t('hall.turn.mark')}
          </Button>
          <Button
            className="turn-withdraw"
            onClick={() => void run('turn.withdraw', ref)}
            data-testid="withdraw-button"
          >
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

interface Shown {
  turn: wire.Turn;
  seat: wire.Seat | undefined;
}

/** How the turn stands, and whether the room hears the unit. */
function Words({ turn, seat, children }: Shown & { children: string }) {
  return (
    <span className="turn-words">
      <span title={children}>{children}</span>
      <SoundTag turn={turn} seat={seat} />
    </span>
  );
}

function SoundTag({ turn, seat }: Shown) {
  const { t } = useTranslation();
  const words = seat?.mic_asked
    ? t('hall.mic.asked', { time: minuteTime(seat.mic_asked) })
    : t(seat?.muted ? 'hall.mic.off' : turn.sound ? 'hall.turn.soundOn' : 'hall.turn.soundOff');
  const color = seat?.muted ? 'orange' : turn.sound ? 'red' : 'default';
  return (
    <Tag color={color} data-testid="turn-sound">
      {words}
    </Tag>
  );
}

/** How long the unit still has to answer. */
function MissRing({ turn, seat }: Shown) {
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
      <Words turn={turn} seat={seat}>
        {left === null ? waits : t('hall.turn.shown')}
      </Words>
    </span>
  );
}

function Speaking({ turn, seat }: Shown) {
  const { t } = useTranslation();
  const now = useNow();
  const over = turn.speak_until !== undefined && now > Date.parse(turn.speak_until);
  const by = turn.answered_via === 'phone' || turn.answered_via === 'branch' ? turn.answered_via : null;
  return (
    <span className="turn-clock" data-testid="turn-clock" data-over={over}>
      <b>{duration(now - Date.parse(turn.answered_at ?? turn.called_at))}</b>
      <Words turn={turn} seat={seat}>
        {by ? t(`hall.turn.via.${by}`) : t(over ? 'hall.turn.over' : 'hall.turns.state.answered')}
      </Words>
    </span>
  );
}

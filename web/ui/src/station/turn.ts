import type { AppState } from '../lib/types';
import type * as wire from '../lib/wire.gen';

/** The unit's turn that matters now: the last one that was called. */
export function lastTurn(s: AppState): wire.Turn | undefined {
  const me = s.hello?.you.unit;
  return s.turns.findLast((turn) => turn.unit === me);
}

export function isOpen(turn: wire.Turn | undefined): boolean {
  return turn?.state === 'called' || turn?.state === 'answered';
}

/** The unit's own seat, undefined before the roster of a call is known. */
export function ownSeat(s: Pick<AppState, 'seats' | 'hello'>): wire.Seat | undefined {
  return s.seats[s.hello?.you.unit ?? ''];
}

/** The unit's microphone is muted: nobody hears it, whatever its turn says. */
export function isMuted(s: Pick<AppState, 'seats' | 'hello'>): boolean {
  return Boolean(ownSeat(s)?.muted);
}

/** The roll waits for this unit's answer. */
export function rollAsked(s: Pick<AppState, 'seats' | 'hello' | 'session'>): boolean {
  return ownSeat(s)?.roll === 'asked' && s.session?.roll !== undefined;
}

/** The unit has to answer now: its call, or the roll. Nothing may lie over that. */
export function mustAnswer(s: AppState): boolean {
  return rollAsked(s) || lastTurn(s)?.state === 'called';
}

/** The unit's turn or the roll is on the screen: what can wait is asked later. */
export function isBusy(s: AppState): boolean {
  const turn = lastTurn(s);
  return rollAsked(s) || (isOpen(turn) && !turn?.held);
}

/** How the page shows the session: nothing planned, counting down, in the call, or over. */
export type Phase = 'none' | 'planned' | 'waiting' | 'open' | 'closed';

export function phase(s: Pick<AppState, 'session' | 'next'>): Phase {
  const state = s.session?.state;
  if (state === 'waiting' || state === 'open' || state === 'closed') return state;
  return s.next ? 'planned' : 'none';
}

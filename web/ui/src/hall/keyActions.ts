import { useClient } from '../components/muster';
import { useCommand } from '../components/useCommand';
import type * as wire from '../lib/wire.gen';
import { heldTurns } from './seats';
import type { Question } from './UnitQuestion';
import { howOf, useCall, useCallBranch, useReturn } from './useCall';
import { useOnce } from './useOnce';

/** By how much one press extends a turn. */
export const extendSeconds = 60;

/** What keys act on. */
export interface Acting {
  picked: string | null;
  turn: wire.Turn | undefined;
  /** One of those on the floor is chosen. */
  onChoose: (turn: wire.Turn) => void;
  onAsk: (question: Question) => void;
}

type Actions = Record<string, () => unknown>;

/** Keys of the call itself. */
export function useCallKeys(): Actions {
  const client = useClient();
  const run = useOnce();
  const session = () => client.state().session;
  return {
    '/': () => press('search-input', 'focus'),
    d: () => press('draw-button', 'click'),
    n: () => press('agenda-next', 'click'),
    p: () => press('desk-overdue', 'click'),
    s: () => press('session-yield', 'click'),
    g: () => session()?.state === 'waiting' && run('session.begin'),
    f: () => session()?.state === 'open' && run('hands', { on: !session()?.hands }),
  };
}

/** Keys that act on a turn. */
export function useTurnKeys({ picked, turn, onChoose }: Acting): Actions {
  const client = useClient();
  const run = useOnce();
  const bringBack = useReturn();
  const on = (act: (ref: wire.TurnRef) => unknown) => () => turn && act({ turn: turn.id });
  const choose = (place: number) => () => {
    const { floor, turns } = client.state();
    const chosen = turns.find((t) => t.id === floor.places[place]?.turn);
    if (chosen) onChoose(chosen);
  };
  const returnHeld = () => {
    const [held, ...more] = heldTurns(client.state().turns);
    if (more.length > 0) press('desk-held', 'click');
    else if (held) bringBack(held);
  };
  return {
    1: choose(0),
    2: choose(1),
    3: choose(2),
    o: on((ref) =>
      turn && client.state().seats[turn.unit]?.muted
        ? run('mic.ask', { unit: turn.unit })
        : run('turn.open', ref),
    ),
    a: on((ref) => run('turn.mark', ref)),
    r: on((ref) => run('turn.release', ref)),
    u: on((ref) => run('turn.withdraw', ref)),
    x: on((ref) => picked && picked !== turn?.unit && run('turn.swap', { ...ref, unit: picked })),
    h: on((ref) => run('turn.hold', ref)),
    e: on((ref) => run('turn.extend', { ...ref, seconds: extendSeconds })),
    j: returnHeld,
  };
}

/** Keys that act on the chosen unit. */
export function useUnitKeys({ picked, onAsk }: Acting): Actions {
  const client = useClient();
  const run = useCommand();
  const { call } = useCall();
  const callBranch = useCallBranch();
  const on = (act: (unit: wire.Unit, seat: wire.Seat | undefined, state: string) => unknown) => () => {
    const { units, seats, session } = client.state();
    const unit = units[picked ?? ''];
    if (unit && session && session.state !== 'closed') act(unit, seats[unit.code], session.state);
  };
  const line = on((unit) => run('line.open', { unit: unit.code }));
  return {
    Enter: on((unit, seat, state) => state === 'open' && !seat?.turn && call(unit.code, howOf(seat))),
    '+': () => press('add-button', 'click'),
    b: on((unit) => unit.kind === 'station' && !client.state().desk.line && callBranch(unit)),
    l: () => (client.state().desk.line ? run('line.close') : line()),
    m: on((unit, seat) => seat?.presence === 'here' && run(micCommand(seat), { unit: unit.code })),
    k: on((unit, seat) => canSpot(client.state(), seat) && run('roll.call', { units: [unit.code] })),
    c: on((unit, seat) => run('seat.check', { unit: unit.code, ok: !seat?.checked })),
    t: on((unit, seat) => seat?.presence === 'here' && onAsk({ what: 'text', unit })),
    y: on((unit) => onAsk({ what: 'excuse', unit })),
  };
}

/** The host can mute a microphone, but only ask to open it. */
export function micCommand(seat: wire.Seat | undefined): 'mic.mute' | 'mic.ask' {
  return seat?.muted ? 'mic.ask' : 'mic.mute';
}

/** One unit can be asked whether somebody sits there while the call runs and no roll does. */
export function canSpot({ session }: { session: wire.Session | null }, seat: wire.Seat | undefined): boolean {
  return session?.state === 'open' && session.roll === undefined && seat?.presence === 'here';
}

function press(testid: string, how: 'focus' | 'click') {
  document.querySelector<HTMLElement>(`[data-testid="${testid}"]`)?.[how]();
}

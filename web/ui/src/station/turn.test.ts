import { describe, expect, it } from 'vitest';
import { initial } from '../lib/store';
import type { AppState } from '../lib/types';
import type * as wire from '../lib/wire.gen';
import { isBusy, isOpen, lastTurn, mustAnswer, phase, rollAsked } from './turn';

describe('the turn that matters', () => {
  const turn = (id: string, unit: string, state: string) => ({ id, unit, state }) as wire.Turn;

  it("is the unit's own last one", () => {
    const hello = { you: { role: 'station', name: '', unit: '1' } } as wire.Hello;
    const turns = [turn('a', '1', 'missed'), turn('b', '1', 'called'), turn('c', '2', 'called')];
    expect(lastTurn({ ...initial, hello, turns })?.id).toBe('b');
    expect(lastTurn({ ...initial, hello, turns: [] })).toBeUndefined();
  });

  it('is open until it is released, missed or withdrawn', () => {
    const open = ['called', 'answered', 'missed', 'withdrawn', 'released'].filter((s) =>
      isOpen(turn('a', '1', s)),
    );
    expect(open).toEqual(['called', 'answered']);
  });
});

describe('phase', () => {
  const session = (state: string) => ({ state }) as wire.Session;
  const next = {} as wire.Next;

  it("follows the session, then the schedule's next call", () => {
    expect(['waiting', 'open', 'closed'].map((s) => phase({ session: session(s), next }))).toEqual([
      'waiting',
      'open',
      'closed',
    ]);
    expect(phase({ session: null, next })).toBe('planned');
    expect(phase({ session: null, next: null })).toBe('none');
  });
});

describe('what may not be covered', () => {
  const state = (turn: Partial<wire.Turn> | null, roll?: string): AppState => ({
    ...initial,
    hello: { you: { unit: '1' } } as wire.Hello,
    session: { state: 'open', roll: 'r' } as wire.Session,
    seats: { 1: { unit: '1', roll } as wire.Seat },
    turns: turn ? [{ id: 'a', unit: '1', ...turn } as wire.Turn] : [],
  });

  it('is the roll while it waits for this unit', () => {
    expect(rollAsked(state(null, 'asked'))).toBe(true);
    expect(rollAsked(state(null, 'answered'))).toBe(false);
    expect(rollAsked({ ...state(null, 'asked'), session: null })).toBe(false);
    expect([mustAnswer, isBusy].map((is) => is(state(null, 'asked')))).toEqual([true, true]);
  });

  it('is the call; while the unit speaks it need not answer, and a held turn waits', () => {
    const both = (turn: Partial<wire.Turn>) => [mustAnswer, isBusy].map((is) => is(state(turn)));
    expect(both({ state: 'called' })).toEqual([true, true]);
    expect(both({ state: 'answered' })).toEqual([false, true]);
    expect(both({ state: 'answered', held: true })).toEqual([false, false]);
    expect(both({ state: 'released' })).toEqual([false, false]);
  });
});

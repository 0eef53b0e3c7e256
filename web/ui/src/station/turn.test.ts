import { describe, expect, it } from 'vitest';
import type { DevicesState } from '../lib/devices';
import { initial } from '../lib/store';
import type { AppState } from '../lib/types';
import type * as wire from '../lib/wire.gen';
import { airTruth, isBusy, isOpen, lastTurn, mustAnswer, phase, rollAsked } from './turn';

const track = {} as MediaStreamTrack;
const devices = {
  camera: { track, trouble: null },
  microphone: { track, trouble: null },
} as unknown as DevicesState;

const online: AppState = {
  ...initial,
  link: { state: 'open', attempt: 0, bye: null, rttMS: 5 },
  media: { state: 'connected', generation: 1, soundOnly: false },
  air: { picture: 'everyone', sound: true, mic: true, play: true, private: false },
};

describe('airTruth', () => {
  it("is the server's word while everything works", () => {
    expect(airTruth(online, devices)).toEqual({ picture: 'everyone', sound: true });
  });

  it.each([
    ['the socket is away', { link: { ...online.link, state: 'waiting' as const } }],
    ['the media path is broken', { media: { state: 'failed' as const, generation: 1, soundOnly: false } }],
  ])('is nobody when %s', (_, change) => {
    expect(airTruth({ ...online, ...change }, devices)).toEqual({ picture: 'nobody', sound: false });
  });

  it('is nobody sees without a camera, nobody hears without a microphone', () => {
    const none = { track: null, trouble: 'none' as const };
    expect(airTruth(online, { ...devices, camera: none })).toEqual({ picture: 'nobody', sound: true });
    expect(airTruth(online, { ...devices, microphone: none })).toEqual({ picture: 'everyone', sound: false });
  });
});

describe('the turn that matters', () => {
  const turn = (id: string, unit: string, state: string) => ({ id, unit, state }) as wire.Turn;

  it("is the unit's own last one", () => {
    const hello = { you: { role: 'station', name: '', unit: '1' } } as wire.Hello;
    const turns = [turn('a', '1', 'missed'), turn('b', '1', 'called'), turn('c', '2', 'called')];
    expect(lastTurn({ ...online, hello, turns })?.id).toBe('b');
    expect(lastTurn({ ...online, hello, turns: [] })).toBeUndefined();
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

import { describe, expect, it } from 'vitest';
import { initial, reduce, Store } from './store';
import type { AppState } from './types';
import type * as wire from './wire.gen';

const unit = (code: string): wire.Unit => ({
  code,
  name: `${code}派出所`,
  short: code,
  kind: 'station',
  branch: '9',
});

const seat = (code: string, change: Partial<wire.Seat> = {}): wire.Seat => ({
  unit: code,
  presence: 'here',
  verdict: 'on_time',
  picture: true,
  device: { camera: 'ok', microphone: 'ok', speaker: 'ok', network: 'ok' },
  calls: 0,
  answered: 0,
  missed: false,
  ...change,
});

const turn = (id: string, change: Partial<wire.Turn> = {}): wire.Turn => ({
  id,
  unit: '1',
  how: 'hand',
  state: 'called',
  called_at: '2026-11-24T00:40:00.000Z',
  called_by: 'host',
  sound: false,
  on_floor: true,
  ...change,
});

const session: wire.Session = {
  id: 's',
  kind: 'regular',
  title: '点调会',
  state: 'open',
  planned_at: '2026-11-24T00:30:00.000Z',
  hands: false,
  blur: false,
  grace_s: 60,
  miss_s: 30,
};

const snapshot: wire.Snapshot = {
  session,
  next: null,
  seats: [seat('1'), seat('2')],
  turns: [turn('a')],
  floor: { places: [{ unit: '1', turn: 'a', sound: false }, { sound: false }, { sound: false }] },
  hall: { you: false, live: true },
  air: { picture: 'everyone', sound: false, mic: true, play: true, private: false },
  slots: [{ line: 'hall.video', unit: 'hall', state: 'live', rid: 'h' }],
  dossiers: [{ turn: 'a', unit: '1', state: 'pending' }],
  record: { state: 'ok', pending: 0 },
};

function after(state: AppState, ...frames: [string, unknown][]): AppState {
  return frames.reduce((s, [type, data]) => reduce(s, { kind: 'frame', frame: { type, data } }), state);
}

const joined = after(
  initial,
  ['hello', { client: 'c', you: { role: 'station', name: '1', unit: '1' }, lines: [] }],
  ['roster', { units: [unit('1'), unit('2')] }],
  ['snapshot', snapshot],
);

describe('joining', () => {
  it('keeps hello, and the roster in its order and by code', () => {
    expect(joined.hello?.you.unit).toBe('1');
    expect(joined.roster.map((u) => u.code)).toEqual(['1', '2']);
    expect(joined.units['2']?.name).toBe('2派出所');
  });

  it('takes the whole snapshot', () => {
    expect(joined).toMatchObject({ ready: true, session, next: null, hall: { live: true } });
    expect(joined.seats['2']?.verdict).toBe('on_time');
    expect(joined.slots['hall.video']?.state).toBe('live');
    expect(joined.dossiers.a?.state).toBe('pending');
  });

  it('forgets with a snapshot what the snapshot does not have', () => {
    const later = after(joined, [
      'snapshot',
      { ...snapshot, session: null, seats: [], turns: [], slots: [], dossiers: [] },
    ]);
    expect(later).toMatchObject({ session: null, seats: {}, turns: [], slots: {}, dossiers: {} });
  });

  it('reads lists that Go left out as null', () => {
    const later = after(joined, [
      'snapshot',
      { ...snapshot, seats: null, turns: null, slots: null, dossiers: null },
    ]);
    expect(later).toMatchObject({ seats: {}, turns: [], slots: {}, dossiers: {} });
  });

  it('forgets the layers of the last connection at hello', () => {
    const lit = after(joined, ['layers', { line: 'camera', active: ['l', 'h'] }]);
    expect(lit.layers.camera).toEqual(['l', 'h']);
    expect(after(lit, ['hello', { you: { unit: '1' } }]).layers).toEqual({});
  });
});

describe('deltas', () => {
  it('changes only the seats that are in it', () => {
    const later = after(joined, ['seats', { seats: [seat('2', { presence: 'gone' })] }]);
    expect(later.seats['2']?.presence).toBe('gone');
    expect(later.seats['1']).toBe(joined.seats['1']);
  });

  it('replaces a turn in its place and appends a new one', () => {
    const later = after(
      joined,
      ['turn', turn('b', { unit: '2' })],
      ['turn', turn('a', { state: 'answered' })],
    );
    expect(later.turns.map((t) => [t.id, t.state])).toEqual([
      ['a', 'answered'],
      ['b', 'called'],
    ]);
  });

  it('changes only the slots that are in it', () => {
    const later = after(joined, [
      'slots',
      { slots: [{ line: 'floor1.video', unit: '2', state: 'pending' }] },
    ]);
    expect(later.slots['floor1.video']?.state).toBe('pending');
    expect(later.slots['hall.video']).toBe(joined.slots['hall.video']);
  });

  it('replaces the layers of a line; none is an empty list', () => {
    const lit = after(
      joined,
      ['layers', { line: 'camera', active: ['l'] }],
      ['layers', { line: 'share', active: ['h'] }],
    );
    expect(after(lit, ['layers', { line: 'camera', active: null }]).layers).toEqual({
      camera: [],
      share: ['h'],
    });
  });

  it.each([
    ['session', null, 'session'],
    ['floor', { places: [{ sound: false }, { sound: false }, { sound: false }] }, 'floor'],
    ['hall', { you: true, live: false, owner: 'c' }, 'hall'],
    ['air', { picture: 'nobody', sound: false, mic: false, play: false }, 'air'],
    ['record', { state: 'spool', pending: 3 }, 'record'],
  ] as const)('takes %s whole', (type, data, key) => {
    expect(after(joined, [type, data])[key]).toEqual(data);
  });

  it('keeps a dossier with its turn', () => {
    const ready = { turn: 'a', unit: '1', state: 'ready', hash: 'h' };
    expect(after(joined, ['dossier', ready]).dossiers).toEqual({ a: ready });
  });

  it('leaves the state alone at a frame of a newer server', () => {
    expect(after(joined, ['weather', { rain: true }])).toBe(joined);
  });
});

describe('a device that asks for the seat', () => {
  const asked = { from: '10.0.0.2', since: '2026-11-24T00:40:00.000Z' };
  const waits = after(joined, ['seats', { seats: [seat('1', { waiting: true })] }], ['seat.asked', asked]);

  it('is asked about until nobody waits any more', () => {
    const still = after(waits, ['seats', { seats: [seat('1', { waiting: true, calls: 1 }), seat('2')] }]);
    expect(still.seatAsked).toEqual(asked);
    expect(after(still, ['seats', { seats: [seat('1')] }]).seatAsked).toBeNull();
    expect(after(still, ['snapshot', snapshot]).seatAsked).toBeNull();
  });

  it('is asked about also when it is known a moment before it is seen waiting', () => {
    const early = after(joined, ['seat.asked', asked], ['seats', { seats: [seat('1')] }]);
    expect(early.seatAsked).toEqual(asked);
  });
});

describe('notices', () => {
  const notice = (code: string) => ({ level: 'info', code, message: code, message_en: code });

  it('numbers them, keeps the last five and drops one', () => {
    const full = after(
      joined,
      ...Array.from({ length: 7 }, (_, i): [string, unknown] => ['notice', notice(`n${i}`)]),
    );
    expect(full.notices.map((n) => n.code)).toEqual(['n2', 'n3', 'n4', 'n5', 'n6']);
    expect(new Set(full.notices.map((n) => n.id)).size).toBe(5);
    const dropped = reduce(full, { kind: 'drop', notice: full.notices[0]?.id ?? 0 });
    expect(dropped.notices.map((n) => n.code)).toEqual(['n3', 'n4', 'n5', 'n6']);
  });

  it('shows an error that no command waits for', () => {
    const later = after(joined, ['error', { code: 'rate', message: '太快', message_en: 'too fast' }]);
    expect(later.notices[0]).toMatchObject({ level: 'error', code: 'rate' });
  });
});

describe('Store', () => {
  it('tells subscribers of changes only, until they leave', () => {
    const store = new Store();
    let told = 0;
    const leave = store.subscribe(() => told++);
    store.dispatch({ kind: 'sound', blocked: true });
    store.dispatch({ kind: 'sound', blocked: true });
    expect(told).toBe(1);
    expect(store.state().soundBlocked).toBe(true);
    leave();
    store.dispatch({ kind: 'sound', blocked: false });
    expect(told).toBe(1);
  });
});

import { describe, expect, it } from 'vitest';
import type * as wire from '../lib/wire.gen';
import { pageOf, ridFor, shape } from '../wall/layout';
import { buildIndex, search } from './search';
import {
  actingTurn,
  counts,
  currentTurn,
  dossierTurn,
  groups,
  hasTrouble,
  heldTurns,
  isAway,
  lacksOf,
  recallList,
  replaceable,
  seatLook,
  unanswered,
} from './seats';

const unit = (code: string, short: string, kind: string, branch = code): wire.Unit => ({
  code,
  name: `沈阳市公安局${short}`,
  short,
  kind,
  branch,
});

const seat = (change: Partial<wire.Seat> = {}): wire.Seat => ({
  unit: '1',
  presence: 'here',
  verdict: 'on_time',
  picture: true,
  device: { camera: 'ok', microphone: 'ok', speaker: 'ok', network: 'ok' },
  calls: 0,
  answered: 0,
  missed: false,
  officers: [{ name: '李强', number: '101', listed: true, from: '2026-11-24T00:10:00.000Z' }],
  ...change,
});

const turn = (id: string, state: string) => ({ id, state }) as wire.Turn;

describe('seatLook', () => {
  it.each<[string, Partial<wire.Seat>, string | undefined]>([
    ['never', { presence: 'never', verdict: 'pending' }, undefined],
    ['here', {}, undefined],
    ['late', { verdict: 'late' }, undefined],
    ['gone', { presence: 'gone', verdict: 'late' }, undefined],
    ['missed', { missed: true }, undefined],
    ['called', { missed: true }, 'called'],
    ['speaking', { presence: 'gone' }, 'answered'],
    ['here', {}, 'released'],
  ])('is %s', (look, change, state) => {
    expect(seatLook(seat(change), state ? turn('t', state) : undefined)).toBe(look);
  });

  it('is never for a unit without a seat', () => {
    expect(seatLook(undefined, undefined)).toBe('never');
  });
});

describe('hasTrouble', () => {
  it('is only said of units that are here', () => {
    expect(hasTrouble(seat())).toBe(false);
    expect(hasTrouble(seat({ picture: false }))).toBe(true);
    expect(hasTrouble(seat({ picture: false, presence: 'gone' }))).toBe(false);
    expect(
      hasTrouble(seat({ device: { camera: 'ok', microphone: 'silent', speaker: 'ok', network: 'ok' } })),
    ).toBe(true);
  });

  it('is said where nobody has signed in', () => {
    expect(hasTrouble(seat({ officers: [] }))).toBe(true);
    expect(hasTrouble(seat({ officers: [], presence: 'gone' }))).toBe(false);
    const { officers: _, ...fromAfar } = seat();
    expect(hasTrouble(fromAfar)).toBe(false);
    expect(lacksOf(seat({ officers: [] }))).toEqual(['nobody']);
    expect(lacksOf(seat({ presence: 'never', officers: [] }))).toEqual(['absent']);
    expect(lacksOf(seat())).toEqual([]);
    const weak = { camera: 'ok', microphone: 'ok', speaker: 'ok', network: 'weak' };
    expect(lacksOf(seat({ device: weak }))).toEqual(['network']);
    expect(hasTrouble(seat({ device: weak }))).toBe(true);
  });

  it('is not said before the first report', () => {
    expect(hasTrouble(seat({ device: { camera: '', microphone: '', speaker: '', network: '' } }))).toBe(
      false,
    );
  });
});

const roster = [
  unit('a', '法制', 'police_type'),
  unit('b', '和平', 'branch'),
  unit('c', '皇姑', 'branch'),
  unit('d', '太原街', 'station', 'b'),
  unit('e', '重庆路', 'station', 'c'),
  unit('f', '无主', 'station', 'x'),
];

describe('groups', () => {
  it('has the police types first, each branch before its stations, and loses nobody', () => {
    expect(groups(roster).map((g) => g.units.map((u) => u.short))).toEqual([
      ['法制', '无主'],
      ['和平', '太原街'],
      ['皇姑', '重庆路'],
    ]);
  });
});

describe('counts', () => {
  it('count seats by presence and verdict', () => {
    const seats = {
      a: seat({ calls: 2 }),
      b: seat({ presence: 'gone', verdict: 'late', missed: true, calls: 1 }),
      c: seat({ presence: 'never', verdict: 'pending' }),
    };
    expect(counts(seats)).toEqual({
      total: 3,
      here: 1,
      on_time: 1,
      late: 1,
      missing: 1,
      gone: 1,
      called: 2,
      missed: 1,
    });
    expect(recallList(roster, seats).map((u) => u.code)).toEqual(['b']);
  });
});

describe('currentTurn', () => {
  it('is the open one that was called last', () => {
    const turns = [turn('1', 'answered'), turn('2', 'called'), turn('3', 'missed')];
    expect(currentTurn(turns)?.id).toBe('2');
    expect(currentTurn([turn('3', 'missed')])).toBeUndefined();
  });
});

describe('actingTurn', () => {
  const held = { ...turn('3', 'answered'), held: true } as wire.Turn;
  const turns = [turn('1', 'answered'), turn('2', 'called'), held, turn('4', 'released')];

  it('is the chosen one while it is on the floor, else the one that was called last', () => {
    expect(actingTurn(turns, '1')?.id).toBe('1');
    for (const chosen of [null, '3', '4', '5']) expect(actingTurn(turns, chosen)?.id).toBe('2');
    expect(actingTurn([held], '3')).toBeUndefined();
  });

  it('is not a held one, which comes back by itself alone', () => {
    expect(heldTurns([...turns, { ...held, ended_at: '2026-11-24T00:40:00.000Z' }])).toEqual([held]);
  });
});

describe('dossierTurn', () => {
  const of = (unit: string, state = 'answered', held = false) =>
    ({ id: `t${unit}`, unit, state, held }) as wire.Turn;
  const turns = [of('a'), of('b', 'called'), of('c'), of('h', 'answered', true), of('x', 'released')];

  it('is of who is looked at while its turn is open, else of who keys act on', () => {
    for (const unit of ['a', 'b', 'c', 'h']) expect(dossierTurn(turns, unit, turns[0])?.unit).toBe(unit);
    for (const none of [null, 'x', 'z']) expect(dossierTurn(turns, none, turns[1])?.unit).toBe('b');
    expect(dossierTurn([of('h', 'answered', true)], null, undefined)?.unit).toBe('h');
    expect(dossierTurn([of('x', 'released')], 'x', undefined)).toBeUndefined();
  });
});

describe('replaceable', () => {
  const units = { a: unit('a', '法制', 'police_type'), b: unit('b', '和平', 'branch') };
  const place = (of: string) => ({ unit: of, turn: `t${of}`, sound: false });

  it('is nobody while a place is free', () => {
    expect(replaceable({ places: [place('a'), place('b'), { sound: false }] }, units)).toEqual([]);
  });

  it('is everybody on a full floor, in the order of the places', () => {
    expect(replaceable({ places: [place('b'), place('a')] }, units)).toEqual([
      { turn: 'tb', name: '和平' },
      { turn: 'ta', name: '法制' },
    ]);
  });
});

describe('isAway', () => {
  it('is said of whoever has no page in the call', () => {
    expect(isAway(seat())).toBe(false);
    expect(isAway(seat({ presence: 'gone' }))).toBe(true);
    expect(isAway(undefined)).toBe(true);
  });
});

describe('unanswered', () => {
  it('keeps who missed the call, and not who answered one or has no seat', () => {
    const seats = { a: seat(), b: seat({ calls: 1, missed: true }), c: seat({ calls: 1, answered: 1 }) };
    const proposed = ['a', 'b', 'c', 'd'].map((code) => ({ unit: code, count: 1 }));
    expect(unanswered(proposed, seats).map((o) => o.unit)).toEqual(['a', 'b']);
  });
});

describe('search', () => {
  it('finds by name, initials, pinyin and code, knowing that 重庆 is read chongqing', async () => {
    const index = await buildIndex([...roster, unit('210105150000', '塔湾', 'station', 'c')]);
    const found = (words: string) => search(index, words).map((u) => u.short);
    expect(found('cql')).toEqual(['重庆路']);
    expect(found('TYJ')).toEqual(['太原街']);
    expect(found('taiyuan')).toEqual(['太原街']);
    expect(found('原街')).toEqual(['太原街']);
    expect(found('210105')).toEqual(['塔湾']);
    expect(found('nobody')).toEqual([]);
    expect(found(' ')).toEqual([]);
  });

  it('puts what begins with the words before what contains them', async () => {
    const index = await buildIndex([unit('1', '新太原', 'station'), unit('2', '太原街', 'station')]);
    expect(search(index, '太原').map((u) => u.short)).toEqual(['太原街', '新太原']);
  });
});

describe('the wall', () => {
  it('has as many columns as let tiles be large', () => {
    expect(shape(9, 16 / 9)).toEqual({ columns: 3, rows: 3 });
    expect(shape(36, 16 / 9)).toEqual({ columns: 6, rows: 6 });
    const all = shape(246, 16 / 9);
    expect(all.columns * all.rows).toBeGreaterThanOrEqual(246);
  });

  it('shows whole pages and starts again after the last one', () => {
    expect(pageOf([1, 2, 3, 4, 5], 2, 0)).toEqual([1, 2]);
    expect(pageOf([1, 2, 3, 4, 5], 2, 2)).toEqual([5]);
    expect(pageOf([1, 2, 3, 4, 5], 2, 3)).toEqual([1, 2]);
    expect(pageOf([], 2, 0)).toEqual([]);
  });

  it('asks for larger pictures only where they are seen', () => {
    expect([9, 16, 36, 246].map(ridFor)).toEqual(['m', 'm', 'l', 'l']);
  });
});

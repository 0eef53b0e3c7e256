import { describe, expect, it } from 'vitest';
import type * as wire from '../lib/wire.gen';
import { copied, rowsOf } from './notReadyRows';
import { type Lack, notReady } from './seats';

const branch: wire.Unit = {
  code: '210105000000',
  name: '皇姑分局',
  short: '皇姑',
  kind: 'branch',
  branch: '210105000000',
};
const station: wire.Unit = {
  code: '210105150000',
  name: '塔湾派出所',
  short: '塔湾',
  kind: 'station',
  branch: branch.code,
};
const other: wire.Unit = { ...station, code: '210105160000', name: '寿泉派出所', short: '寿泉' };
const stray: wire.Unit = { ...station, code: '210199150000', name: '撤并派出所', branch: '210199000000' };
const roster = [branch, station, other, stray];
const units = Object.fromEntries([branch, station, other].map((u) => [u.code, u]));

const seat = (change: Partial<wire.Seat> = {}): wire.Seat => ({
  unit: '',
  presence: 'here',
  verdict: 'on_time',
  picture: true,
  device: { camera: 'ok', microphone: 'ok', speaker: 'ok', network: 'ok' },
  calls: 0,
  answered: 0,
  missed: false,
  officers: [{ name: '李强', role: '民警', number: '101', listed: true, from: '2026-11-24T00:10:00.000Z' }],
  ...change,
});

const words: Partial<Record<Lack, string>> = {
  absent: '不在线',
  microphone: '麦克风异常',
  network: '网络弱',
};
const known = (seats: Record<string, wire.Seat>) => ({
  units,
  seats,
  officers: [
    { unit: station.code, name: '王某', phone: '024-0001' },
    { unit: station.code, name: '赵某', phone: '' },
    { unit: branch.code, name: '孙某', phone: '024-0003' },
  ],
  say: (lack: Lack) => words[lack] ?? lack,
});

describe('the list of who is not ready', () => {
  const seats = {
    [branch.code]: seat(),
    [station.code]: seat({ device: { camera: 'ok', microphone: 'denied', speaker: 'ok', network: 'weak' } }),
    [other.code]: seat({ presence: 'never', officers: [] }),
    [stray.code]: seat({ presence: 'gone', officers: [] }),
  };
  const rows = rowsOf(notReady(roster, seats), known(seats));

  it('names the reason, whom to ring up, and who has signed in, in the order of the roster', () => {
    expect(rows).toEqual([
      {
        unit: station,
        branch: '皇姑',
        why: '麦克风异常、网络弱',
        duty: ['王某 024-0001', '赵某'],
        signedIn: '李强 民警',
      },
      { unit: other, branch: '皇姑', why: '不在线', duty: [], signedIn: '' },
      { unit: stray, branch: '', why: '不在线', duty: [], signedIn: '' },
    ]);
  });

  it('is copied as a line a unit, with every column in its place though it be empty', () => {
    expect(copied(rows)).toBe(
      [
        '皇姑\t塔湾派出所\t麦克风异常、网络弱\t王某 024-0001、赵某\t李强 民警',
        '皇姑\t寿泉派出所\t不在线\t\t',
        '\t撤并派出所\t不在线\t\t',
      ].join('\n'),
    );
  });

  it('gives a branch no branch', () => {
    const away = { [branch.code]: seat({ presence: 'gone' }) };
    expect(copied(rowsOf(notReady(roster, away), known(away)))).toBe(
      '\t皇姑分局\t不在线\t孙某 024-0003\t李强 民警',
    );
  });
});

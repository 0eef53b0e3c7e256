import { expect, test } from 'vitest';
import {
  addDays,
  attended,
  type Entry,
  excuse,
  filterEntries,
  gaps,
  noFilter,
  percent,
  plannedTime,
  presence,
  span,
  tally,
} from './entries';

function entry(
  code: string,
  name: string,
  kind: string,
  branch: string,
  status: string,
  leftEarly = false,
): Entry {
  return {
    unit: { code, name, short: name, kind, branch, order: 0 },
    status,
    left_early: leftEarly,
    interruptions: [],
    excused: false,
    pending: false,
    rolls: 0,
    rolls_answered: 0,
    turns: [],
    present_seconds: 0,
    calls: 0,
    answered: 0,
    missed: 0,
  };
}

const all = [
  entry('210100010000', '指挥中心', 'police_type', '210100010000', 'on_time'),
  entry('210102000000', '和平分局', 'branch', '210102000000', 'late'),
  entry('210102510000', '太原街派出所', 'station', '210102000000', 'absent'),
  entry('210103510000', '中街派出所', 'station', '210103000000', 'on_time', true),
];
const codes = (list: Entry[]) => list.map((e) => e.unit.code);

test('no filter keeps everything in order', () => {
  expect(filterEntries(all, noFilter, new Set())).toEqual(all);
});

test('words find by name, code and spelling', () => {
  const find = (words: string, spelled: string[] = []) =>
    codes(filterEntries(all, { ...noFilter, words }, new Set(spelled)));
  expect(find('太原')).toEqual(['210102510000']);
  expect(find(' 210103 ')).toEqual(['210103510000']);
  expect(find('zj', ['210103510000'])).toEqual(['210103510000']);
  expect(find('没有')).toEqual([]);
});

test('a branch has its stations, police types are a group of their own', () => {
  const of = (branch: string) => codes(filterEntries(all, { ...noFilter, branch }, new Set()));
  expect(of('210102000000')).toEqual(['210102000000', '210102510000']);
  expect(of('police_type')).toEqual(['210100010000']);
});

test('a status narrows, leaving early crosses the others', () => {
  const of = (status: string) => codes(filterEntries(all, { ...noFilter, status }, new Set()));
  expect(of('on_time')).toEqual(['210100010000', '210103510000']);
  expect(of('left_early')).toEqual(['210103510000']);
});

test('a tally counts each', () => {
  const none = {
    on_time: 0,
    late: 0,
    absent: 0,
    excused: 0,
    day_off: 0,
    pending: 0,
    left_early: 0,
    lacking: 0,
  };
  expect(tally(all)).toEqual({ ...none, on_time: 2, late: 1, absent: 1, left_early: 1 });
});

test('each lapse counts by itself', () => {
  const e = entry('210102000000', '和平分局', 'branch', '210102000000', 'late', true);
  const of = (change: Partial<Entry>) => Object.entries(tally([{ ...e, ...change }])).filter(([, n]) => n);
  expect(of({})).toEqual([
    ['late', 1],
    ['left_early', 1],
  ]);
  expect(of({ excused: true, excused_lapses: { early_leave: true } })).toEqual([
    ['late', 1],
    ['excused', 1],
  ]);
  expect(of({ pending: true, pending_lapses: { late: true } })).toEqual([
    ['pending', 1],
    ['left_early', 1],
  ]);
});

test('interruptions that are excused or not judged do not count', () => {
  const gap = { from: 'a', to: 'b', reason: 'lost' };
  const interruptions = [gap, { ...gap, excused: true }, { ...gap, pending: true }];
  expect(gaps({ ...entry('1', 'x', 'branch', '1', 'on_time'), interruptions })).toBe(1);
});

test('who was excused is not asked for', () => {
  const counts = { on_time: 2, late: 1, absent: 1, excused: 3, day_off: 2, pending: 1 };
  expect(attended(counts as Parameters<typeof attended>[0])).toEqual([3, 4]);
});

test('spans, shares and days', () => {
  expect([0, 59.6, 61, 3661].map(span)).toEqual(['00:00', '01:00', '01:01', '1:01:01']);
  expect(percent(1, 3)).toBe('33.3 %');
  expect(percent(0, 0)).toBe('—');
  expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
});

test('presence is what lies between arrival, interruptions and departure', () => {
  const e = entry('210100010000', '指挥中心', 'police_type', '210100010000', 'on_time');
  expect(presence(e)).toEqual([]);
  const interruptions = [{ from: 'b', to: 'c', reason: 'network' }];
  expect(presence({ ...e, first_at: 'a', interruptions, left_at: 'd' })).toEqual([
    { from: 'a', to: 'b' },
    { from: 'c', to: 'd' },
  ]);
  expect(presence({ ...e, first_at: 'a' })).toEqual([{ from: 'a', to: undefined }]);
});

test('on a day off nobody is absent', () => {
  const of = (calendar: string) => all.map((e) => excuse(e, calendar).status);
  expect(of('dayoff')).toEqual(['on_time', 'late', 'day_off', 'on_time']);
  expect(of('workday')).toEqual(['on_time', 'late', 'absent', 'on_time']);
});

test('a call that was postponed past midnight is planned for a time on another day', () => {
  const announced = '2026-11-27T15:30:00Z'; // 23:30
  expect(plannedTime({ planned_at: announced })).toBe('23:30');
  expect(plannedTime({ planned_at: '2026-11-27T15:50:00Z', announced })).toBe('23:50');
  expect(plannedTime({ planned_at: '2026-11-27T16:30:00Z', announced })).toBe('2026-11-28 00:30');
});

import { describe, expect, it } from 'vitest';
import { byUnit, filterDuty, type Officer } from './duty';

const unit = (code: string, name: string) =>
  ({ code, name, short: name, kind: 'station', branch: '' }) as const;
const officer = (of: string, name: string, number: string): Officer => ({
  unit: of,
  date: '2026-11-27',
  name,
  number,
  phone: '',
  role: '',
});
const units = [unit('1', '塔湾派出所'), unit('2', '寿泉派出所')];
const officers = [officer('1', '王某', '0101'), officer('9', '赵某', '0909'), officer('1', '李某', '0102')];
const names = (rows: ReturnType<typeof byUnit>) =>
  rows.map((r) => `${r.unit.name}:${r.officers.map((o) => o.name)}`);

describe('the duty roster by unit', () => {
  it('has every unit, and keeps officers of units that are gone', () => {
    expect(names(byUnit(units, officers))).toEqual(['塔湾派出所:王某,李某', '寿泉派出所:', '9:赵某']);
  });

  it('is searched by unit, officer and number, and for those without anybody', () => {
    const rows = byUnit(units, officers);
    expect(filterDuty(rows, ' 塔湾 ', false)).toHaveLength(1);
    expect(names(filterDuty(rows, '李', false))).toEqual(['塔湾派出所:王某,李某']);
    expect(names(filterDuty(rows, '0909', false))).toEqual(['9:赵某']);
    expect(names(filterDuty(rows, '', true))).toEqual(['寿泉派出所:']);
    expect(filterDuty(rows, '没有', false)).toEqual([]);
  });
});

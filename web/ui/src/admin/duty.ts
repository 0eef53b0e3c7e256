import type { Schema } from '../lib/api';

type Unit = Schema['UnitItem'];
export type Officer = Schema['Officer'];

/** A unit with who is on duty there. */
export interface UnitDuty {
  unit: Unit;
  officers: Officer[];
}

/** Every unit of the roster with its officers; what is of a unit that left the roster comes last under its code. */
export function byUnit(units: readonly Unit[], officers: readonly Officer[]): UnitDuty[] {
  const of = new Map<string, Officer[]>();
  for (const o of officers) of.set(o.unit, [...(of.get(o.unit) ?? []), o]);
  const rows = units.map((unit) => ({ unit, officers: of.get(unit.code) ?? [] }));
  const known = new Set(units.map((u) => u.code));
  for (const [code, list] of of) {
    if (!known.has(code)) {
      rows.push({ unit: { code, name: code, short: code, kind: 'station', branch: '' }, officers: list });
    }
  }
  return rows;
}

/** The rows that fit what is typed (unit, code, officer, number), and those without anybody if only they are wanted. */
export function filterDuty(rows: readonly UnitDuty[], query: string, onlyMissing: boolean): UnitDuty[] {
  const words = query.trim();
  return rows.filter(({ unit, officers }) => {
    if (onlyMissing && officers.length > 0) return false;
    if (!words || unit.name.includes(words) || unit.code.startsWith(words)) return true;
    return officers.some((o) => o.name.includes(words) || o.number.startsWith(words));
  });
}

import type { AppState } from '../lib/types';
import type * as wire from '../lib/wire.gen';
import { type Lack, officerNames } from './seats';

/** A unit that is not ready, as the list shows, copies and prints it. */
export interface Row {
  unit: wire.Unit;
  /** The branch of a station, empty for other units. */
  branch: string;
  why: string;
  /** Who is on duty there, each with the number to ring up. */
  duty: string[];
  signedIn: string;
}

interface OnDuty {
  unit: string;
  name: string;
  phone: string;
}

interface Known {
  units: AppState['units'];
  seats: AppState['seats'];
  officers: readonly OnDuty[];
  say: (lack: Lack) => string;
}

export function rowsOf(list: readonly { unit: wire.Unit; lacks: Lack[] }[], known: Known): Row[] {
  return list.map(({ unit, lacks }) => ({
    unit,
    branch: unit.kind === 'station' ? (known.units[unit.branch]?.short ?? '') : '',
    why: lacks.map(known.say).join('、'),
    duty: known.officers
      .filter((o) => o.unit === unit.code)
      .map((o) => [o.name, o.phone].filter(Boolean).join(' ')),
    signedIn: officerNames(known.seats[unit.code]),
  }));
}

/** The list as a spreadsheet or a message takes it: a line a unit, with tabs between. */
export function copied(rows: readonly Row[]): string {
  return rows.map((r) => [r.branch, r.unit.name, r.why, r.duty.join('、'), r.signedIn].join('\t')).join('\n');
}

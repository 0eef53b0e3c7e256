import type { AppState } from '../lib/types';
import type * as wire from '../lib/wire.gen';

/** What a seat looks like on the board, the most pressing thing first. */
export type SeatLook = 'called' | 'speaking' | 'missed' | 'gone' | 'late' | 'here' | 'never';

export function seatLook(seat: wire.Seat | undefined, turn: wire.Turn | undefined): SeatLook {
  if (turn?.state === 'called') return 'called';
  if (turn?.state === 'answered') return 'speaking';
  if (!seat || seat.presence === 'never') return 'never';
  if (seat.missed) return 'missed';
  if (seat.presence === 'gone') return 'gone';
  return seat.verdict === 'late' ? 'late' : 'here';
}

/** A unit that is here but can't be seen or heard as it should. */
export function hasTrouble(seat: wire.Seat | undefined): boolean {
  if (seat?.presence !== 'here') return false;
  const { camera, microphone, speaker } = seat.device;
  // Devices are empty until the page's first report.
  return !seat.picture || [camera, microphone, speaker].some((state) => state !== 'ok' && state !== '');
}

/** A row of the board: the police types together, then each branch with its stations. */
export interface Group {
  key: string;
  /** The branch's own unit; null for the police types. */
  branch: wire.Unit | null;
  units: wire.Unit[];
}

export function groups(units: readonly wire.Unit[]): Group[] {
  const types: Group = { key: 'types', branch: null, units: units.filter((u) => u.kind === 'police_type') };
  const branches = units.filter((u) => u.kind === 'branch');
  const rows = branches.map((branch) => ({
    key: branch.code,
    branch,
    units: [branch, ...units.filter((u) => u.kind === 'station' && u.branch === branch.code)],
  }));
  const placed = new Set(rows.flatMap((row) => row.units.map((u) => u.code)));
  // A station whose branch is not in the roster must not vanish from the board.
  const rest = units.filter((u) => u.kind === 'station' && !placed.has(u.code));
  return [{ ...types, units: [...types.units, ...rest] }, ...rows].filter((row) => row.units.length > 0);
}

export interface Counts {
  total: number;
  here: number;
  on_time: number;
  late: number;
  missing: number;
  gone: number;
  called: number;
  missed: number;
}

export function counts(seats: AppState['seats']): Counts {
  const all = Object.values(seats);
  const of = (match: (seat: wire.Seat) => boolean) => all.filter(match).length;
  return {
    total: all.length,
    here: of((s) => s.presence === 'here'),
    on_time: of((s) => s.verdict === 'on_time'),
    late: of((s) => s.verdict === 'late'),
    missing: of((s) => s.presence === 'never'),
    gone: of((s) => s.presence === 'gone'),
    called: of((s) => s.calls > 0),
    missed: of((s) => s.missed),
  };
}

export function openTurns(turns: readonly wire.Turn[]): wire.Turn[] {
  return turns.filter((t) => t.state === 'called' || t.state === 'answered');
}

/** The open turn that keys act on: the one that was called last. */
export function currentTurn(turns: readonly wire.Turn[]): wire.Turn | undefined {
  return turns.findLast((t) => t.state === 'called' || t.state === 'answered');
}

/** Units that did not answer and have to be called again, in the order of the roster. */
export function recallList(units: readonly wire.Unit[], seats: AppState['seats']): wire.Unit[] {
  return units.filter((u) => seats[u.code]?.missed);
}

import type { AppState } from '../lib/types';
import type * as wire from '../lib/wire.gen';

/** What a seat looks like on the board, the most pressing thing first. */
export type SeatLook = 'called' | 'speaking' | 'missed' | 'excused' | 'gone' | 'late' | 'here' | 'never';

export function seatLook(seat: wire.Seat | undefined, turn: wire.Turn | undefined): SeatLook {
  if (turn?.state === 'called') return 'called';
  if (turn?.state === 'answered') return 'speaking';
  if (!seat) return 'never';
  if (seat.excuse?.whole && seat.presence !== 'here') return 'excused';
  if (seat.presence === 'never') return 'never';
  if (seat.missed) return 'missed';
  if (seat.presence === 'gone') return 'gone';
  return seat.verdict === 'late' ? 'late' : 'here';
}

/** A unit that is here but can't be seen or heard as it should. */
export function hasTrouble(seat: wire.Seat | undefined): boolean {
  if (seat?.presence !== 'here') return false;
  const { camera, microphone, speaker, network } = seat.device;
  // Devices are empty until the page's first report.
  const devices = [camera, microphone, speaker, network].some((state) => state !== 'ok' && state !== '');
  return !seat.picture || devices || nobodyIn(seat);
}

/** The page is there, but no officer has signed in; who looks on is not told of officers. */
export function nobodyIn(seat: wire.Seat): boolean {
  return seat.presence === 'here' && seat.officers?.length === 0;
}

export function officerNames(seat: wire.Seat | undefined): string {
  return (seat?.officers ?? []).map((o) => [o.name, o.role].filter(Boolean).join(' ')).join('、');
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
    missing: of((s) => s.presence === 'never' && !s.excuse?.whole),
    gone: of((s) => s.presence === 'gone' && !s.excuse?.whole && !s.dismissed),
    called: of((s) => s.calls > 0),
    missed: of((s) => s.missed),
  };
}

export function openTurns(turns: readonly wire.Turn[]): wire.Turn[] {
  return turns.filter((t) => t.state === 'called' || t.state === 'answered');
}

/** The open turn that keys act on: the one on the floor that was called last. */
export function currentTurn(turns: readonly wire.Turn[]): wire.Turn | undefined {
  return turns.findLast((t) => (t.state === 'called' || t.state === 'answered') && !t.held);
}

/** The turn that keys act on: the chosen one while it is on the floor, else the one that was called last. */
export function actingTurn(turns: readonly wire.Turn[], chosen: string | null): wire.Turn | undefined {
  return openTurns(turns).find((t) => t.id === chosen && !t.held) ?? currentTurn(turns);
}

/** The turn whose dossier is read: that of the unit which is looked at, also a held one, else the one that keys act on. */
export function dossierTurn(
  turns: readonly wire.Turn[],
  picked: string | null,
  acting: wire.Turn | undefined,
): wire.Turn | undefined {
  const open = openTurns(turns);
  return open.find((t) => t.unit === picked) ?? acting ?? open.at(-1);
}

/** Turns that are off the floor for a while. */
export function heldTurns(turns: readonly wire.Turn[]): wire.Turn[] {
  return turns.filter((t) => t.held && !t.ended_at);
}

/** Somebody on the floor whose place another unit can get. */
export interface Choice {
  turn: string;
  name: string;
}

/** Whom a further unit could replace; empty while a place is free. */
export function replaceable({ places }: wire.Floor, units: AppState['units']): Choice[] {
  if (places.some((p) => !p.unit)) return [];
  return places.map((p) => ({ turn: p.turn ?? '', name: units[p.unit ?? '']?.short ?? '' }));
}

/** The unit has no page that could show a call; whoever sits there may still be reached by telephone. */
export function isAway(seat: wire.Seat | undefined): boolean {
  return seat?.presence !== 'here';
}

/** Units that have to be called again: first those that a draw left out as absent, then those that did not answer. */
export function recallList(units: readonly wire.Unit[], seats: AppState['seats']): wire.Unit[] {
  const skipped = units.filter((u) => seats[u.code]?.skipped);
  return [...skipped, ...units.filter((u) => seats[u.code]?.missed && !seats[u.code]?.skipped)];
}

/** Of those that are proposed for a call: who has not answered one in this session, whether called or not. */
export function unanswered<T extends { unit: string }>(
  proposed: readonly T[],
  seats: AppState['seats'],
): T[] {
  return proposed.filter(({ unit }) => seats[unit]?.answered === 0);
}

/** Units that were asked in the roll and have not answered, excused ones aside. */
export function rollSilent(units: readonly wire.Unit[], seats: AppState['seats']): wire.Unit[] {
  return units.filter((u) => {
    const seat = seats[u.code];
    return (seat?.roll === 'asked' || seat?.roll === 'missed') && !seat.excuse?.whole;
  });
}

/** Why a unit could not answer now. */
export type Lack = 'absent' | 'camera' | 'picture' | 'microphone' | 'speaker' | 'network' | 'nobody';

export function lacksOf(seat: wire.Seat | undefined): Lack[] {
  if (seat?.presence !== 'here') return ['absent'];
  const { camera, microphone, speaker } = seat.device;
  const out: Lack[] = [];
  // Devices are empty until the page's first report.
  if (camera !== 'ok' && camera !== '') out.push('camera');
  else if (!seat.picture) out.push('picture');
  if (microphone !== 'ok' && microphone !== '') out.push('microphone');
  if (speaker !== 'ok' && speaker !== '') out.push('speaker');
  if (seat.device.network === 'weak') out.push('network');
  if (nobodyIn(seat)) out.push('nobody');
  return out;
}

/** Units that are not ready, in the order of the roster; excused and dismissed ones aside. */
export function notReady(units: readonly wire.Unit[], seats: AppState['seats']) {
  return units
    .filter((u) => seats[u.code] && !seats[u.code]?.excuse?.whole && !seats[u.code]?.dismissed)
    .map((unit) => ({ unit, lacks: lacksOf(seats[unit.code]) }))
    .filter(({ lacks }) => lacks.length > 0);
}

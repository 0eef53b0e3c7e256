import { day as dayOf, minuteTime } from '../components/time';
import type { Schema } from '../lib/api';

export type Entry = Schema['Entry'];

/** What the day's table is narrowed to; empty parts narrow nothing. */
export interface Filter {
  words: string;
  status: string;
  branch: string;
}

export const noFilter: Filter = { words: '', status: '', branch: '' };

/** What can be filtered for: leaving early, what is excused or not judged, and a lack of devices cross the others. */
export const statuses = [
  'on_time',
  'late',
  'absent',
  'excused',
  'day_off',
  'pending',
  'left_early',
  'lacking',
] as const;

export type Status = (typeof statuses)[number];

/** The code under which police types are filtered, since they belong to no branch. */
export const policeTypes = 'police_type';

/** The entries that fit; spelled finds units by pinyin, as codes. */
export function filterEntries(
  entries: readonly Entry[],
  filter: Filter,
  spelled: ReadonlySet<string>,
): Entry[] {
  const query = filter.words.trim().toLowerCase();
  return entries.filter((e) => {
    const { unit } = e;
    const said = !query || unit.name.includes(query) || unit.code.startsWith(query) || spelled.has(unit.code);
    const status = !filter.status || is(e, filter.status);
    const branch =
      !filter.branch || (unit.kind === policeTypes ? policeTypes : unit.branch) === filter.branch;
    return said && status && branch;
  });
}

/** Whether an entry counts as this: lapses that are excused, or that nobody has judged, do not. */
export function is(e: Entry, status: string): boolean {
  switch (status) {
    case 'late':
      return e.status === 'late' && !e.excused_lapses?.late && !e.pending_lapses?.late;
    case 'left_early':
      return e.left_early && !e.excused_lapses?.early_leave && !e.pending_lapses?.early_leave;
    case 'excused':
      return e.excused;
    case 'lacking':
      return (e.lacks ?? []).length > 0;
    case 'pending':
      return e.pending || e.status === 'pending';
  }
  return e.status === status;
}

/** How many entries count as what. */
export function tally(entries: readonly Entry[]): Record<Status, number> {
  const out = {
    on_time: 0,
    late: 0,
    absent: 0,
    excused: 0,
    day_off: 0,
    pending: 0,
    left_early: 0,
    lacking: 0,
  };
  for (const e of entries) for (const status of statuses) if (is(e, status)) out[status]++;
  return out;
}

/** The suspected line faults that nobody has judged. */
export function undecided(report: Schema['Report']): Schema['LineFault'][] {
  return (report.faults ?? []).filter((f) => f.state === 'open' || f.state === 'over');
}

/** How many interruptions count. */
export function gaps(e: Entry): number {
  return (e.interruptions ?? []).filter((i) => !i.excused && !i.pending).length;
}

/** In how many of the calls that count for it a unit was there: excused ones and those not judged yet are left out. */
export function attended(x: Schema['Tally']): [part: number, whole: number] {
  return [x.on_time + x.late, x.on_time + x.late + x.absent];
}

/** A time in which a unit was there; without an end it still is. */
export interface Interval {
  from: string;
  to?: string;
}

/** When a unit was there: from its arrival to its departure without the interruptions. */
export function presence(e: Entry): Interval[] {
  if (!e.first_at) return [];
  const out: Interval[] = [];
  let from = e.first_at;
  for (const gap of e.interruptions ?? []) {
    out.push({ from, to: gap.from });
    from = gap.to;
  }
  out.push({ from, to: e.left_at });
  return out;
}

/** An entry as it counts: on a statutory day off nobody has to judge an absence. */
export function excuse(e: Entry, calendar: string): Entry {
  const absent = e.status === 'absent' || e.pending_lapses?.absence;
  return calendar === 'dayoff' && absent ? { ...e, status: 'day_off', pending: false } : e;
}

/** Seconds, rounded, as 1:05:09 or 04:09. */
export function span(time: number): string {
  const seconds = Math.round(time);
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** A share in percent with one decimal; without a whole there is none. */
export function percent(part: number, whole: number): string {
  return whole > 0 ? `${((100 * part) / whole).toFixed(1)} %` : '—';
}

/** A day some days away from another, both as 2026-11-26. */
export function addDays(day: string, days: number): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** When a call is planned, with the day if that is not the one it is listed under: the first that it was planned for. */
export function plannedTime(s: Pick<Schema['Session'], 'planned_at' | 'announced'>): string {
  const time = minuteTime(s.planned_at);
  const another = s.announced && dayOf(s.announced) !== dayOf(s.planned_at);
  return another ? `${dayOf(s.planned_at)} ${time}` : time;
}

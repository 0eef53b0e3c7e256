/** The house's clock runs on the time of the bureau, wherever the browser stands. */
const timeZone = 'Asia/Shanghai';

const clockFormat = new Intl.DateTimeFormat('zh-CN', {
  timeZone,
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const minuteFormat = new Intl.DateTimeFormat('zh-CN', {
  timeZone,
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const dateFormat = new Intl.DateTimeFormat('sv-SE', { timeZone });

/** 08:30:05 */
export function clockTime(at: number | string): string {
  return clockFormat.format(new Date(at));
}

/** 08:30 */
export function minuteTime(at: number | string): string {
  return minuteFormat.format(new Date(at));
}

/** 2026-11-24 */
export function day(at: number | string): string {
  return dateFormat.format(new Date(at));
}

/** The moment at which the bureau's clock shows this: 2026-11-24T08:30 */
export function momentOf(shown: string): string {
  return new Date(`${shown}:00+08:00`).toISOString();
}

/** 0 (Sunday) to 6 of the bureau's day. */
export function weekday(at: number | string): number {
  return new Date(`${day(at)}T00:00:00Z`).getUTCDay();
}

/** 1:05:09 or 04:09, for a time that runs; never negative. */
export function duration(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(s / 3600);
  const rest = `${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

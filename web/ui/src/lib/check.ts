import type { Schema } from './api';

export type CheckItem = Schema['CheckItem'];

/** What somebody has to look at, the worst first; what is only unknown is not among it. */
export function found(items: CheckItem[] | null | undefined): CheckItem[] {
  const all = items ?? [];
  return [...all.filter((i) => i.state === 'bad'), ...all.filter((i) => i.state === 'warn')];
}

/** Whether two checks found the same things equally bad. */
export function sameFound(a: CheckItem[], b: CheckItem[]): boolean {
  const key = (items: CheckItem[]) => items.map((i) => `${i.name} ${i.state}`).join();
  return key(a) === key(b);
}

/** The worst of what was found. */
export function toneOf(items: CheckItem[] | null | undefined): 'none' | 'warn' | 'bad' {
  const worst = found(items)[0]?.state;
  return worst === 'bad' || worst === 'warn' ? worst : 'none';
}

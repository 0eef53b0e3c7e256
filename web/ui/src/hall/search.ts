import type * as wire from '../lib/wire.gen';

/** A unit with what it can be found by, all in lower case. */
export interface Entry {
  unit: wire.Unit;
  initials: string;
  pinyin: string;
}

/** Builds the index; the pinyin dictionary is large and is loaded only when somebody searches. */
export async function buildIndex(units: readonly wire.Unit[]): Promise<Entry[]> {
  const { pinyin } = await import('pinyin-pro');
  const spell = (text: string, pattern: 'first' | 'pinyin') =>
    pinyin(text, { pattern, toneType: 'none', type: 'array' }).join('').toLowerCase();
  return units.map((unit) => ({
    unit,
    initials: spell(unit.short, 'first'),
    pinyin: spell(unit.short, 'pinyin'),
  }));
}

/** The units that match, best first: what begins with the words before what contains them. */
export function search(index: readonly Entry[], words: string, most = 8): wire.Unit[] {
  const query = words.trim().toLowerCase();
  if (!query) return [];
  return index
    .map((entry, order) => ({ entry, order, rank: rank(entry, query) }))
    .filter((hit) => hit.rank < none)
    .sort((a, b) => a.rank - b.rank || a.order - b.order)
    .slice(0, most)
    .map((hit) => hit.entry.unit);
}

const none = 9;

function rank({ unit, initials, pinyin }: Entry, query: string): number {
  const begins = [
    unit.short === query,
    unit.short.startsWith(query),
    initials === query,
    initials.startsWith(query),
  ];
  const contains = [
    pinyin.startsWith(query),
    unit.name.includes(query),
    initials.includes(query),
    pinyin.includes(query),
    unit.code.startsWith(query),
  ];
  const at = [...begins, ...contains].indexOf(true);
  return at < 0 ? none : at;
}

/** Numbers of tiles on one page of the wall; "all" has as many as there are units. */
export const pageSizes = [9, 16, 36, 64] as const;

/** Columns and rows for a number of tiles of 16:9 in an area of this aspect ratio, with the largest tiles. */
export function shape(tiles: number, areaRatio: number): { columns: number; rows: number } {
  const ratio = areaRatio / (16 / 9);
  const fits = Array.from({ length: Math.max(1, tiles) }, (_, i) => {
    const columns = i + 1;
    const rows = Math.ceil(tiles / columns);
    return { columns, rows, width: Math.min(1 / columns, 1 / (rows * ratio)) };
  });
  const { columns, rows } = fits.reduce((best, next) => (next.width > best.width ? next : best));
  return { columns, rows };
}

/** The items of a page; pages go round. */
export function pageOf<T>(items: readonly T[], size: number, page: number): T[] {
  const at = page % pages(items.length, size);
  return items.slice(at * size, (at + 1) * size);
}

export function pages(items: number, size: number): number {
  return Math.max(1, Math.ceil(items / size));
}

/** The layer to ask for: the lowest is 160x90, more would not be seen in small tiles. */
export function ridFor(tiles: number): 'l' | 'm' {
  return tiles <= 16 ? 'm' : 'l';
}

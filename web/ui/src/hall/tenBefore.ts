const tenMS = 10 * 60_000;

/** In how many ms the list of who is not ready is due for a call, once a call; null when it is not due any more. */
export function tenBefore(planned: string, now: number, shownFor: string | null): number | null {
  const left = Date.parse(planned) - now;
  if (shownFor === planned || left <= 0) return null;
  return Math.max(0, left - tenMS);
}

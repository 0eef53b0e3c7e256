const first = 300;
const longest = 5000;

/** Milliseconds to wait before try number `attempt` (1 is the first); `random` is in [0, 1). */
export function backoff(attempt: number, random: number): number {
  const full = Math.min(longest, first * 2 ** Math.min(attempt - 1, 10));
  // Jitter keeps 246 pages from coming back in the same moment; the floor keeps one page from spinning.
  return Math.max(first, full * (0.5 + random / 2));
}

const kept = 'muster.token';

/**
 * The join token of the page's address. It leaves the address bar (a token on screen is a token in a photograph) and is kept
 * for reloads of this tab; the link or bookmark that holds it works on every visit.
 */
export function takeToken(at: Location, history: History, storage: Storage): string {
  const given = at.hash.slice(1);
  if (given) {
    storage.setItem(kept, given);
    history.replaceState(history.state, '', at.pathname + at.search);
  }
  return given || (storage.getItem(kept) ?? '');
}

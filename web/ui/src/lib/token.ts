const kept = 'muster.token';
const keptDevice = 'muster.device';

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

/** This tab's own name, the same over reloads: by it the server tells a page that comes back from a second device. */
export function takeDevice(storage: Storage): string {
  const known = storage.getItem(keptDevice);
  if (known) return known;
  // randomUUID exists only in secure contexts, and the page must be able to say that it is not in one.
  const fresh = Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join('');
  storage.setItem(keptDevice, fresh);
  return fresh;
}

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

/** What is needed of the browser's locks; there are none outside of secure contexts. */
export interface Locks {
  request(
    name: string,
    options: { signal: AbortSignal },
    hold: (lock: Lock | null) => Promise<void>,
  ): Promise<unknown>;
}

/** A reloaded page waits for this long until its predecessor has let go of the name. */
const predecessorMS = 1_000;

/**
 * This tab's own name, the same over reloads: by it the server tells a page that comes back from a second device. The browser
 * copies it when it duplicates a tab, so the page holds a lock of that name; who does not get it takes a fresh name.
 */
export async function takeDevice(storage: Storage, locks: Locks | undefined): Promise<string> {
  const known = storage.getItem(keptDevice);
  if (known && (!locks || (await holds(locks, known)))) return known;
  // randomUUID exists only in secure contexts, and the page must be able to say that it is not in one.
  const fresh = Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join('');
  storage.setItem(keptDevice, fresh);
  if (locks) await holds(locks, fresh);
  return fresh;
}

/** Takes the lock for the rest of the page's life; false when somebody else has it. */
function holds(locks: Locks, name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const hold = () => {
      resolve(true);
      return new Promise<void>(() => {});
    };
    locks
      .request(`${keptDevice}.${name}`, { signal: AbortSignal.timeout(predecessorMS) }, hold)
      .catch((e: unknown) => {
        // Where locks are not allowed at all the name is kept: better a name that is copied than a new one at each reload.
        const timedOut = e instanceof DOMException && (e.name === 'TimeoutError' || e.name === 'AbortError');
        resolve(!timedOut);
      });
  });
}

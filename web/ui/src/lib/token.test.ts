import { describe, expect, it, vi } from 'vitest';
import { type Locks, takeDevice } from './token';

/** A tab's storage; a duplicated tab begins with a copy of it. */
function storage(from: Record<string, string> = {}): Storage & { all: Record<string, string> } {
  const all = { ...from };
  const fake = {
    all,
    getItem: (key: string) => all[key] ?? null,
    setItem: (key: string, value: string) => {
      all[key] = value;
    },
  };
  return fake as unknown as Storage & { all: Record<string, string> };
}

/** The browser's locks, common to all tabs; leave() is what closing a page does. */
class FakeLocks implements Locks {
  private readonly held = new Set<string>();
  private waiting: { name: string; go: () => void }[] = [];

  async request(
    name: string,
    { signal }: { signal: AbortSignal },
    hold: (lock: Lock | null) => Promise<void>,
  ) {
    if (this.held.has(name)) {
      await new Promise<void>((go, refuse) => {
        this.waiting.push({ name, go });
        signal.addEventListener('abort', () => refuse(signal.reason));
      });
    }
    this.held.add(name);
    await hold(null);
  }

  leave() {
    this.held.clear();
    for (const { go } of this.waiting.splice(0)) go();
  }
}

describe('takeDevice', () => {
  it('keeps its name over a reload, also when the old page goes late', async () => {
    const tab = storage();
    const locks = new FakeLocks();
    const name = await takeDevice(tab, locks);
    expect(name).toMatch(/^[0-9a-z]{8,64}$/);
    const reloaded = takeDevice(tab, locks);
    setTimeout(() => locks.leave(), 50);
    expect(await reloaded).toBe(name);
  });

  it('gives a duplicated tab a name of its own', async () => {
    const tab = storage();
    const locks = new FakeLocks();
    const name = await takeDevice(tab, locks);
    const copy = storage(tab.all);
    const other = await takeDevice(copy, locks);
    expect(other).not.toBe(name);
    expect(Object.values(copy.all)).toEqual([other]);
    expect(Object.values(tab.all)).toEqual([name]);
  });

  it('works without locks, and where they are refused', async () => {
    const tab = storage();
    const name = await takeDevice(tab, undefined);
    expect(await takeDevice(tab, undefined)).toBe(name);
    const refused: Locks = { request: vi.fn().mockRejectedValue(new DOMException('', 'SecurityError')) };
    expect(await takeDevice(tab, refused)).toBe(name);
  });
});

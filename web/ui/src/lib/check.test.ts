import { describe, expect, it } from 'vitest';
import { type CheckItem, found, sameFound, toneOf } from './check';

const item = (name: string, state: string) => ({ name, state }) as CheckItem;

describe('what the server finds wrong with itself', () => {
  it('has the bad before what is only worth a look, and nothing else', () => {
    const all = [item('feed', 'warn'), item('network', 'unknown'), item('clock', 'ok'), item('disk', 'bad')];
    expect(found(all).map((i) => i.name)).toEqual(['disk', 'feed']);
    expect(toneOf(all)).toBe('bad');
    expect(toneOf(all.slice(0, 3))).toBe('warn');
    expect(toneOf(all.slice(1, 3))).toBe('none');
  });

  it('is the same as before unless something came, went or got worse', () => {
    const before = [item('disk', 'warn'), item('feed', 'warn')];
    expect(sameFound(before, [...before])).toBe(true);
    expect(sameFound(before, before.slice(1))).toBe(false);
    expect(sameFound(before, [item('disk', 'bad'), item('feed', 'warn')])).toBe(false);
  });

  it('is nothing while the server has not answered', () => {
    expect(found(undefined)).toEqual([]);
    expect(toneOf(null)).toBe('none');
  });
});

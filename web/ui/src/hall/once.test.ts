import { describe, expect, it } from 'vitest';
import { Once, settleMS } from './once';

describe('Once', () => {
  it('ignores a command until the same one has been answered and its press is over', async () => {
    let now = 0;
    let carriedOut = 0;
    let answer = () => {};
    const once = new Once(() => now);
    const act = () =>
      new Promise<string>((done) => {
        carriedOut++;
        answer = () => done('done');
      });
    const first = once.run('next', act);
    now = 10 * settleMS;
    expect(await once.run('next', act)).toBeNull();
    answer();
    expect(await first).toBe('done');
    const second = once.run('next', act);
    answer();
    await second;
    now += settleMS - 1;
    expect(await once.run('next', act)).toBeNull();
    now += 1;
    void once.run('next', act);
    expect(carriedOut).toBe(3);
  });

  it('lets other commands through, and the same one again after a failure', async () => {
    let now = 0;
    const once = new Once(() => now);
    await expect(once.run('hold', () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
    expect(await once.run('release', async () => 1)).toBe(1);
    now += settleMS;
    expect(await once.run('hold', async () => 2)).toBe(2);
  });
});

import { describe, expect, it } from 'vitest';
import { NetworkWatch } from './network';
import type { LineStats } from './types';

const line = (loss: number, kbps = 1000): LineStats => ({
  line: 'hall.video',
  rid: '',
  kbps,
  loss,
  fps: 25,
  width: 1280,
  height: 720,
});
const good = { rttMS: 40, lines: [line(0), line(0.01)] };

describe('NetworkWatch', () => {
  it.each([
    ['a lossy line', { rttMS: 40, lines: [line(0), line(0.08)] }],
    ['a slow line', { rttMS: 900, lines: [line(0)] }],
    ['a slow line without media', { rttMS: 900, lines: [] }],
  ])('calls %s weak at the second look, and well at the third good one', (_, bad) => {
    const watch = new NetworkWatch();
    expect([bad, good, bad, bad, bad].map((look) => watch.feed(look))).toEqual([
      'ok',
      'ok',
      'ok',
      'weak',
      'weak',
    ]);
    expect([good, good, bad, good, good, good].map((look) => watch.feed(look))).toEqual([
      'weak',
      'weak',
      'weak',
      'weak',
      'weak',
      'ok',
    ]);
  });

  it('does not judge by a line that carries next to nothing', () => {
    const watch = new NetworkWatch();
    const idle = { rttMS: 40, lines: [line(0.5, 2)] };
    expect([idle, idle, idle].map((look) => watch.feed(look))).toEqual(['ok', 'ok', 'ok']);
  });
});

import { describe, expect, it } from 'vitest';
import { spanOn } from './span';
import { day, minuteTime, momentOf } from './time';

describe('spanOn', () => {
  const call = '2026-11-23T23:30:00.000Z'; // 07:30 of the 24th in Shenyang

  it("is on the bureau's day of the call, wherever the browser stands", () => {
    expect(spanOn(call, '07:40', '08:15')).toEqual({
      from: '2026-11-23T23:40:00.000Z',
      to: '2026-11-24T00:15:00.000Z',
    });
  });

  it('is none without both ends: then the whole call is meant', () => {
    expect(spanOn(call, undefined, '08:15')).toBeUndefined();
    expect(spanOn(call, '07:40', '')).toBeUndefined();
  });
});

describe('momentOf', () => {
  it("is where the bureau's clock shows it", () => {
    const shown = '2026-11-24T00:15';
    expect(momentOf(shown)).toBe('2026-11-23T16:15:00.000Z');
    expect(`${day(momentOf(shown))}T${minuteTime(momentOf(shown))}`).toBe(shown);
  });
});

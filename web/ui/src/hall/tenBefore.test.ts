import { describe, expect, it } from 'vitest';
import { tenBefore } from './tenBefore';

describe('tenBefore', () => {
  const planned = '2026-11-24T00:30:00.000Z';
  const at = (minute: number) => Date.parse(`2026-11-24T00:${String(minute).padStart(2, '0')}:00.000Z`);

  it('waits until ten minutes before the call, and is due at once after that', () => {
    expect(tenBefore(planned, at(5), null)).toBe(15 * 60_000);
    expect(tenBefore(planned, at(20), null)).toBe(0);
    expect(tenBefore(planned, at(29), null)).toBe(0);
  });

  it('is due once for each time for which a call is planned', () => {
    expect(tenBefore(planned, at(25), planned)).toBeNull();
    expect(tenBefore(planned, at(25), '2026-11-24T00:15:00.000Z')).toBe(0);
  });

  it('is of no use once the call has begun', () => {
    expect(tenBefore(planned, at(30), null)).toBeNull();
    expect(tenBefore(planned, at(45), null)).toBeNull();
  });
});

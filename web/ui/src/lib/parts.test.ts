import { describe, expect, it, vi } from 'vitest';
import { backoff } from './backoff';
import { ServerClock } from './clock';
import { encodings, fallbackScale, withActive } from './encodings';
import { meterShare, rms } from './level';
import { black, equal } from './picture';
import { SpeechDetector } from './speech';
import { lineStats } from './stats';
import { takeToken } from './token';

describe('backoff', () => {
  it('grows from 0.3 s and never leaves 0.3 to 5 s', () => {
    expect([1, 2, 3, 4, 5, 6, 50].map((n) => backoff(n, 0.999))).toEqual(
      [300, 600, 1200, 2400, 4800, 5000, 5000].map((ms) => expect.closeTo(ms, -1)),
    );
    for (let n = 1; n < 50; n++) expect(backoff(n, 0)).toBeGreaterThanOrEqual(300);
  });

  it('spreads pages that lost the server together', () => {
    expect(backoff(6, 0)).toBe(2500);
  });
});

describe('ServerClock', () => {
  it('believes the sample with the shortest round trip', () => {
    vi.useFakeTimers({ now: 1_000_000 });
    const clock = new ServerClock();
    clock.first(new Date(1_000_000 + 7_000).toISOString());
    expect(clock.now()).toBe(1_007_000);
    const quick = clock.sent();
    vi.advanceTimersByTime(20);
    expect(clock.received(quick, new Date(1_000_010 + 5_000).toISOString())).toBe(20);
    const slow = clock.sent();
    vi.advanceTimersByTime(900);
    clock.received(slow, new Date(1_000_900 + 5_000).toISOString());
    expect(clock.now()).toBe(Date.now() + 5_000);
    vi.useRealTimers();
  });
});

describe('encodings', () => {
  const layers = [
    { rid: 'l', width: 160, height: 90, max_bitrate: 60_000, max_framerate: 5 },
    { rid: 'm', width: 640, height: 360, max_bitrate: 500_000, max_framerate: 25 },
    { rid: 'h', width: 1280, height: 720, max_bitrate: 1_500_000, max_framerate: 25 },
  ];
  const parameters = { encodings: layers.map((l) => ({ rid: l.rid })) } as RTCRtpSendParameters;

  it('have size, rate and limits of each layer', () => {
    expect(encodings(layers, 'L1T1')[0]).toEqual({
      rid: 'l',
      active: true,
      maxBitrate: 60_000,
      maxFramerate: 5,
      scaleResolutionDownTo: { maxWidth: 160, maxHeight: 90 },
      scalabilityMode: 'L1T1',
    });
    expect(encodings(layers, undefined)[0]).not.toHaveProperty('scalabilityMode');
  });

  it('are active as the server wants', () => {
    expect(withActive(parameters, ['l', 'h']).encodings.map((e) => e.active)).toEqual([true, false, true]);
  });

  it('of a browser without simulcast follow whether any layer is wanted', () => {
    const single = { encodings: [{}] } as RTCRtpSendParameters;
    expect(withActive(single, ['m']).encodings[0]?.active).toBe(true);
    expect(withActive(single, []).encodings[0]?.active).toBe(false);
  });

  it.each([
    [720, [8, 2, 1]],
    [360, [4, 1, 1]],
    [0, [8, 2, 1]],
  ])('scale a camera of %i lines by factors where sizes are not known', (height, factors) => {
    const scaled = fallbackScale(parameters, layers, height).encodings;
    expect(scaled.map((e) => e.scaleResolutionDownBy)).toEqual(factors);
  });
});

describe('lineStats', () => {
  it('gives rates since the last look, by line', () => {
    const names = new Map([['3', 'hall.video']]);
    const totals = new Map();
    const report = (
      at: number,
      bytesReceived: number,
      packetsReceived: number,
      packetsLost: number,
      frames: number,
    ) =>
      new Map([
        [
          'in',
          {
            id: 'in',
            type: 'inbound-rtp',
            mid: '3',
            timestamp: at,
            bytesReceived,
            packetsReceived,
            packetsLost,
            framesDecoded: frames,
            frameWidth: 1280,
            frameHeight: 720,
          },
        ],
        ['pair', { id: 'pair', type: 'candidate-pair', timestamp: at }],
      ]) as unknown as RTCStatsReport;
    expect(lineStats(report(1_000, 0, 0, 0, 0), names, totals)).toMatchObject([
      { line: 'hall.video', kbps: 0 },
    ]);
    expect(lineStats(report(3_000, 250_000, 190, 10, 50), names, totals)).toEqual([
      { line: 'hall.video', rid: '', kbps: 1000, loss: 0.05, fps: 25, width: 1280, height: 720 },
    ]);
  });
});

describe('hearing', () => {
  it('shows silence as nothing and full loudness as all', () => {
    expect(rms(new Float32Array([0.5, -0.5]))).toBeCloseTo(0.5);
    expect([0, 0.001, 0.5, 1].map(meterShare)).toEqual([0, expect.closeTo(0), expect.closeTo(1, 1), 1]);
  });

  it('takes a sentence with its pauses as one speech', () => {
    const detector = new SpeechDetector();
    const heard = (level: number, from: number, to: number) =>
      Array.from({ length: (to - from) / 100 }, (_, i) => detector.feed(level, from + i * 100));
    expect(heard(0.002, 0, 2_000)).not.toContain(true);
    expect(heard(0.1, 2_000, 3_000)).not.toContain(false);
    expect(heard(0.002, 3_000, 3_500)).not.toContain(false);
    expect(heard(0.1, 3_500, 4_000)).not.toContain(false);
    expect(heard(0.002, 4_000, 6_000).at(-1)).toBe(false);
  });

  it('does not take a loud room for speech for ever', () => {
    const detector = new SpeechDetector();
    let speaking = true;
    for (let at = 0; at < 300_000; at += 100) speaking = detector.feed(0.03, at);
    expect(speaking).toBe(false);
    expect(detector.feed(0.2, 300_100)).toBe(true);
  });
});

describe('the own picture', () => {
  const filled = (value: number) => new Uint8ClampedArray(32 * 18 * 4).fill(value);

  it('is black under a lens cap, even with noise, and not at night', () => {
    expect(black(filled(0))).toBe(true);
    expect(black(filled(9))).toBe(true);
    expect(black(filled(30))).toBe(false);
  });

  it('is equal only to the last bit', () => {
    const other = filled(90);
    other[5] = 91;
    expect(equal(filled(90), filled(90))).toBe(true);
    expect(equal(filled(90), other)).toBe(false);
  });
});

describe('takeToken', () => {
  function browser(hash: string) {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (k: string) => kept.get(k) ?? null,
      setItem: (k: string, v: string) => kept.set(k, v),
    };
    const replaceState = vi.fn();
    const at = { hash, pathname: '/station', search: '' } as Location;
    const take = (from = at) =>
      takeToken(from, { state: null, replaceState } as unknown as History, storage as unknown as Storage);
    return { take, replaceState, at };
  }

  it('takes the token out of the address bar and knows it after a reload', () => {
    const { take, replaceState, at } = browser('#abc-123');
    expect(take()).toBe('abc-123');
    expect(replaceState).toHaveBeenCalledWith(null, '', '/station');
    expect(take({ ...at, hash: '' })).toBe('abc-123');
  });

  it('prefers a new link to the one it knows', () => {
    const { take, at } = browser('#old');
    take();
    expect(take({ ...at, hash: '#new' })).toBe('new');
  });

  it('is empty without any link', () => {
    expect(browser('').take()).toBe('');
  });
});

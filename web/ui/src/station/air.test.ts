import { describe, expect, it } from 'vitest';
import type { DevicesState } from '../lib/devices';
import { initial } from '../lib/store';
import type { AppState } from '../lib/types';
import type * as wire from '../lib/wire.gen';
import { airTruth, airWords } from './air';

const track = {} as MediaStreamTrack;
const devices = {
  camera: { track, trouble: null },
  microphone: { track, trouble: null },
} as unknown as DevicesState;

const online: AppState = {
  ...initial,
  link: { state: 'open', attempt: 0, bye: null, rttMS: 5 },
  media: { state: 'connected', generation: 1, soundOnly: false },
  air: { picture: 'everyone', sound: true, mic: true, play: true, private: false },
};

describe('airTruth', () => {
  it("is the server's word while everything works", () => {
    expect(airTruth(online, devices)).toEqual({ picture: 'everyone', sound: true });
  });

  it.each([
    ['the socket is away', { link: { ...online.link, state: 'waiting' as const } }],
    ['the media path is broken', { media: { state: 'failed' as const, generation: 1, soundOnly: false } }],
  ])('is nobody when %s', (_, change) => {
    expect(airTruth({ ...online, ...change }, devices)).toEqual({ picture: 'nobody', sound: false });
  });

  it('is nobody sees without a camera, nobody hears without a microphone', () => {
    const none = { track: null, trouble: 'none' as const };
    expect(airTruth(online, { ...devices, camera: none })).toEqual({ picture: 'nobody', sound: true });
    expect(airTruth(online, { ...devices, microphone: none })).toEqual({ picture: 'everyone', sound: false });
  });
});

describe('the sign', () => {
  const none = { track: null, trouble: 'none' as const };
  const air = (change: Partial<wire.Air>) => ({ ...online.air, ...change });
  const off = { picture: 'hall', sound: false, mic: false };
  const muted = (by: string) => ({ unit: '1', muted: 'since', muted_by: by }) as wire.Seat;

  it.each([
    ['no call', air({ picture: 'nobody', sound: false, mic: false }), {}, 'nobody', 'micOff'],
    ['the hall alone looks', air(off), {}, 'hall', 'micOff'],
    ['before the begin, blurred', air(off), { blur: true }, 'blurred', 'micOff'],
    ['called', air({ ...off, picture: 'everyone' }), {}, 'everyone', 'micWaits'],
    [
      'called, blur means nothing',
      air({ ...off, picture: 'everyone' }),
      { blur: true },
      'everyone',
      'micWaits',
    ],
    ['answered', air({}), {}, 'everyoneSound', 'micOn'],
    ['muted by itself', air({ sound: false, mic: false }), { seat: muted('officer') }, 'everyone', 'muted'],
    [
      'muted by the hall',
      air({ sound: false, mic: false }),
      { seat: muted('王局') },
      'everyone',
      'mutedByHall',
    ],
    ['a private line', air({ ...off, mic: true, private: true }), {}, 'private', 'privateMic'],
    ['muted on it', air({ ...off, private: true }), { seat: muted('officer') }, 'private', 'muted'],
  ])('%s', (_, state, change, sign, hint) => {
    const said = airWords({ ...online, blur: false, seat: undefined, air: state, ...change }, devices);
    expect([said.sign, said.hint]).toEqual([sign, hint]);
  });

  it.each([
    ['without a camera', { camera: none }, 'soundOnly', 'micOn'],
    ['without a microphone', { microphone: none }, 'everyone', 'micTrouble'],
    ['with a microphone that is silent', { silent: true }, 'everyoneSound', 'micTrouble'],
  ])('on air %s', (_, change, sign, hint) => {
    const said = airWords({ ...online, blur: false, seat: undefined }, { ...devices, ...change });
    expect([said.sign, said.hint]).toEqual([sign, hint]);
  });

  it('claims nothing while the connection is away, nor that the hall speaks with the unit', () => {
    const away = { ...online.link, state: 'waiting' as const };
    const said = airWords(
      { ...online, link: away, air: air({ private: true }), blur: false, seat: muted('officer') },
      devices,
    );
    expect([said.sign, said.hint, said.privately]).toEqual(['nobody', 'offline', false]);
  });
});

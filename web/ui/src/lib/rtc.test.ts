import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Rtc } from './rtc';
import type { MediaState } from './types';
import type * as wire from './wire.gen';

class Sender {
  track: unknown = null;
  parameters = { encodings: [] as { rid?: string; active: boolean }[] };
  getParameters() {
    return structuredClone(this.parameters);
  }
  async setParameters(p: Sender['parameters']) {
    this.parameters = p;
  }
  async replaceTrack(track: unknown) {
    this.track = track;
  }
}

class Transceiver {
  sender = new Sender();
  receiver = { track: { of: 'receiver' } };
  codecs: { mimeType: string }[] = [];
  mid = null;
  constructor(
    readonly kind: string,
    readonly init: RTCRtpTransceiverInit,
  ) {
    this.sender.parameters.encodings = (init.sendEncodings ?? [{ active: true }]).map((e) => ({
      ...e,
      active: true,
    }));
  }
  setCodecPreferences(codecs: { mimeType: string }[]) {
    this.codecs = codecs;
  }
}

class Connection {
  static made: Connection[] = [];
  transceivers: Transceiver[] = [];
  connectionState = 'new';
  signalingState = 'have-local-offer';
  localDescription: { sdp: string } | null = null;
  closed = false;
  onconnectionstatechange: (() => void) | null = null;
  constructor() {
    Connection.made.push(this);
  }
  addTransceiver(kind: string, init: RTCRtpTransceiverInit) {
    const t = new Transceiver(kind, init);
    this.transceivers.push(t);
    return t;
  }
  async createOffer() {
    return { sdp: 'offer' };
  }
  async setLocalDescription(d: { sdp: string }) {
    this.localDescription = d;
  }
  async setRemoteDescription() {
    this.signalingState = 'stable';
    // As in a browser: an answer makes all of its layers active.
    for (const t of this.transceivers) for (const e of t.sender.parameters.encodings) e.active = true;
  }
  close() {
    this.closed = true;
  }
  become(state: string) {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}

const layer = (rid: string): wire.Layer => ({
  rid,
  width: 160,
  height: 90,
  max_bitrate: 60_000,
  max_framerate: 5,
});
const lines: wire.Line[] = [
  { name: 'mic', kind: 'audio', direction: 'send' },
  { name: 'camera', kind: 'video', direction: 'send', layers: ['l', 'm', 'h'].map(layer) },
  { name: 'hall.video', kind: 'video', direction: 'recv' },
  { name: 'hall.audio', kind: 'audio', direction: 'recv' },
];

const h264 = (profile: string) => ({
  mimeType: 'video/H264',
  sdpFmtpLine: `level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=${profile}`,
});
const capabilities = {
  codecs: [
    ...['audio/opus', 'audio/red', 'video/VP8', 'video/rtx', 'video/ulpfec'].map((mimeType) => ({
      mimeType,
    })),
    h264('42001f'),
    h264('42e01f'),
  ],
};
const withoutH264 = { codecs: capabilities.codecs.filter((c) => c.mimeType !== 'video/H264') };

const answered = (sound_only = false): wire.Answer => ({ sdp: 'answer', sound_only });

function setUp(negotiate: () => Promise<wire.Answer> = async () => answered()) {
  const states: MediaState[] = [];
  const rtc = new Rtc({ negotiate, onState: (s) => states.push(s) });
  return { rtc, states, state: () => states.at(-1) as MediaState };
}

const settle = () => vi.advanceTimersByTimeAsync(0);
const sender = (i: number) => Connection.made.at(-1)?.transceivers[i]?.sender as Sender;
const activeRids = () =>
  sender(1)
    .parameters.encodings.filter((e) => e.active)
    .map((e) => e.rid);
const microphone = { kind: 'audio' } as MediaStreamTrack;

beforeEach(() => {
  vi.useFakeTimers();
  Connection.made = [];
  vi.stubGlobal('RTCPeerConnection', Connection);
  vi.stubGlobal('RTCRtpReceiver', { getCapabilities: () => capabilities });
  vi.stubGlobal('RTCRtpSender', { getCapabilities: () => capabilities });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('the offer', () => {
  it("has hello's lines in their order and direction, with the house's codecs only", async () => {
    const { rtc } = setUp();
    rtc.connect(lines, 'vp8');
    await settle();
    const got = Connection.made[0]?.transceivers.map((t) => [t.kind, t.init.direction]);
    expect(got).toEqual([
      ['audio', 'sendonly'],
      ['video', 'sendonly'],
      ['video', 'recvonly'],
      ['audio', 'recvonly'],
    ]);
    expect(Connection.made[0]?.transceivers[0]?.codecs.map((c) => c.mimeType)).toEqual(['audio/opus']);
    expect(Connection.made[0]?.transceivers[2]?.codecs.map((c) => c.mimeType)).toEqual([
      'video/VP8',
      'video/rtx',
    ]);
  });

  it('has H.264 in the profile that browsers share, when the call is in it', async () => {
    const { rtc, state } = setUp();
    rtc.connect(lines, 'h264');
    await settle();
    expect(Connection.made[0]?.transceivers[1]?.codecs).toEqual([{ mimeType: 'video/rtx' }, h264('42e01f')]);
    expect(state().soundOnly).toBe(false);
  });

  it("has VP8 when the browser lacks the call's codec, and tells that there is sound only", async () => {
    vi.stubGlobal('RTCRtpSender', { getCapabilities: () => withoutH264 });
    const { rtc, state } = setUp(async () => answered(true));
    rtc.connect(lines, 'h264');
    await settle();
    expect(Connection.made[0]?.transceivers[1]?.codecs.map((c) => c.mimeType)).toEqual([
      'video/VP8',
      'video/rtx',
    ]);
    expect(state().soundOnly).toBe(true);
  });

  it("is not made by a wall without the call's codec: nothing would be left of it", async () => {
    vi.stubGlobal('RTCRtpReceiver', { getCapabilities: () => withoutH264 });
    const { rtc, state } = setUp();
    rtc.connect([{ name: 'wall1', kind: 'video', direction: 'recv' }], 'h264');
    await settle();
    expect(Connection.made).toHaveLength(0);
    expect(state().soundOnly).toBe(true);
  });

  it('makes no connection for a page without lines', () => {
    const { rtc, state } = setUp();
    rtc.connect([], 'vp8');
    expect(Connection.made).toHaveLength(0);
    expect(state().state).toBe('none');
  });
});

describe('the microphone', () => {
  it('sends nothing until it is opened, and nothing after it is closed', async () => {
    const { rtc } = setUp();
    rtc.send('mic', microphone);
    rtc.connect(lines, 'vp8');
    await settle();
    expect(sender(0).track).toBeNull();
    rtc.openMic(true);
    await settle();
    expect(sender(0).track).toBe(microphone);
    rtc.openMic(false);
    await settle();
    expect(sender(0).track).toBeNull();
  });

  it('stays closed when the officer chooses another microphone', async () => {
    const { rtc } = setUp();
    rtc.connect(lines, 'vp8');
    rtc.send('mic', microphone);
    await settle();
    expect(sender(0).track).toBeNull();
  });
});

describe('layers', () => {
  it('that came before the answer are set after it, because an answer overwrites them', async () => {
    let answer: (a: wire.Answer) => void = () => undefined;
    const { rtc } = setUp(() => new Promise((done) => (answer = done)));
    rtc.connect(lines, 'vp8');
    await settle();
    rtc.setLayers('camera', ['l']);
    answer(answered());
    await settle();
    expect(activeRids()).toEqual(['l']);
  });

  it('are switched while the call runs', async () => {
    const { rtc } = setUp();
    rtc.connect(lines, 'vp8');
    await settle();
    rtc.setLayers('camera', ['l', 'h']);
    await settle();
    expect(activeRids()).toEqual(['l', 'h']);
    rtc.setLayers('camera', []);
    await settle();
    expect(activeRids()).toEqual([]);
  });
});

describe('recovery', () => {
  it('builds a new connection with the same tracks after a failure', async () => {
    const { rtc, state } = setUp();
    rtc.send('camera', { kind: 'video', getSettings: () => ({}) } as unknown as MediaStreamTrack);
    rtc.connect(lines, 'vp8');
    await settle();
    Connection.made[0]?.become('connected');
    expect(state()).toMatchObject({ state: 'connected', generation: 1 });
    Connection.made[0]?.become('failed');
    expect(state().state).toBe('failed');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(Connection.made).toHaveLength(2);
    expect(Connection.made[0]?.closed).toBe(true);
    expect(sender(1).track).toMatchObject({ kind: 'video' });
    expect(state()).toMatchObject({ state: 'connecting', generation: 2 });
  });

  it('gives a disturbed connection time to heal', async () => {
    const { rtc, state } = setUp();
    rtc.connect(lines, 'vp8');
    await settle();
    Connection.made[0]?.become('disconnected');
    expect(state().state).toBe('failed');
    await vi.advanceTimersByTimeAsync(2_900);
    Connection.made[0]?.become('connected');
    expect(state().state).toBe('connected');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(Connection.made).toHaveLength(1);
  });

  it('does not wait for "failed" when it does not heal', async () => {
    const { rtc } = setUp();
    rtc.connect(lines, 'vp8');
    await settle();
    Connection.made[0]?.become('disconnected');
    await vi.advanceTimersByTimeAsync(3_000);
    expect(Connection.made).toHaveLength(2);
  });

  it('offers again when the offer failed, but not once it was closed', async () => {
    const negotiate = vi.fn(() => Promise.reject(new Error('lost')));
    const { rtc } = setUp(negotiate);
    rtc.connect(lines, 'vp8');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(negotiate).toHaveBeenCalledTimes(2);
    rtc.close();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(negotiate).toHaveBeenCalledTimes(2);
  });
});

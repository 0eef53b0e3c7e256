import { encodings, fallbackScale, withActive } from './encodings';
import { lineStats, type Totals } from './stats';
import type { LineStats, MediaPort, MediaState } from './types';
import type * as wire from './wire.gen';

export interface RtcOptions {
  /** Sends the offer and resolves with the server's answer. */
  negotiate: (sdp: string) => Promise<wire.Answer>;
  onState: (state: MediaState) => void;
}

/** Time after a failed negotiation before the next try. */
const againMS = 1000;
/**
 * Time that a disturbed connection gets to heal by itself. The browser would wait another 15 s before it says "failed"; as
 * long as the socket lives a new connection is there sooner.
 */
const healMS = 3000;

interface LineEnd {
  line: wire.Line;
  transceiver: RTCRtpTransceiver;
  /** Changes of a sender's parameters must not overlap: each waits for the one before. */
  work: Promise<void>;
}

/** The page's peer connection: one line for each of hello's, negotiated once; a new one replaces it when it failed. */
export class Rtc implements MediaPort {
  private pc: RTCPeerConnection | null = null;
  private lines: wire.Line[] = [];
  private ends = new Map<string, LineEnd>();
  private readonly sources = new Map<string, MediaStreamTrack>();
  private readonly streams = new Map<string, MediaStream>();
  private readonly active = new Map<string, readonly string[]>();
  private readonly totals = new Map<string, Totals>();
  private micOpen = false;
  private codec = 'vp8';
  private state: MediaState = { state: 'none', generation: 0, soundOnly: false };
  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: RtcOptions) {}

  /** Builds a new connection for a new hello. */
  connect(lines: wire.Line[], codec: string) {
    this.lines = lines;
    this.codec = codec;
    this.active.clear();
    if (lines.length > 0) void this.build();
    else this.close();
  }

  close() {
    clearTimeout(this.retry);
    this.pc?.close();
    this.pc = null;
    this.ends.clear();
    this.setState('none');
  }

  /** While it is closed the line "mic" sends nothing at all, not even silence. */
  openMic(open: boolean) {
    if (open === this.micOpen) return;
    this.micOpen = open;
    this.attach('mic');
  }

  setLayers(line: string, active: readonly string[]) {
    this.active.set(line, active);
    // Before the answer it would be lost: an answer overwrites `active`. negotiated() applies it then.
    if (this.pc?.signalingState === 'stable') this.applyLayers(line);
  }

  send(line: string, track: MediaStreamTrack | null) {
    if (track) this.sources.set(line, track);
    else this.sources.delete(line);
    this.attach(line);
  }

  stream(line: string): MediaStream {
    const known = this.streams.get(line);
    if (known) return known;
    const stream = new MediaStream();
    this.streams.set(line, stream);
    this.fill(line);
    return stream;
  }

  track(line: string): MediaStreamTrack | null {
    const end = this.ends.get(line);
    return end?.line.direction === 'recv' ? end.transceiver.receiver.track : null;
  }

  async stats(): Promise<LineStats[]> {
    const report = await this.pc?.getStats();
    if (!report) return [];
    const names = new Map([...this.ends].map(([name, end]) => [end.transceiver.mid ?? '', name]));
    return lineStats(report, names, this.totals);
  }

  private async build() {
    clearTimeout(this.retry);
    this.pc?.close();
    this.ends.clear();
    this.totals.clear();
    const spoken = hasCodec(this.codec);
    // Nothing would be left of a wall: the server would refuse it each time.
    if (!spoken && !this.lines.some((line) => line.kind === 'audio')) {
      this.pc = null;
      this.state = { ...this.state, soundOnly: true };
      return this.setState('none');
    }
    // Every candidate is in the answer and the server answers on the path it was reached by: no servers, no trickle.
    const pc = new RTCPeerConnection({
      bundlePolicy: 'max-bundle',
      rtcpMuxPolicy: 'require',
      iceServers: [],
    });
    this.pc = pc;
    for (const line of this.lines)
      this.ends.set(line.name, {
        line,
        transceiver: add(pc, line, spoken ? this.codec : 'vp8'),
        work: Promise.resolve(),
      });
    this.state = { ...this.state, generation: this.state.generation + 1 };
    this.setState('connecting');
    for (const name of this.streams.keys()) this.fill(name);
    for (const name of this.sources.keys()) this.attach(name);
    pc.onconnectionstatechange = () => this.pc === pc && this.connectionChanged(pc);
    try {
      await pc.setLocalDescription(await pc.createOffer());
      const { sdp, sound_only } = await this.options.negotiate(pc.localDescription?.sdp ?? '');
      if (this.pc !== pc) return;
      this.state = { ...this.state, soundOnly: sound_only };
      this.setState(this.state.state);
      await pc.setRemoteDescription({ type: 'answer', sdp });
      for (const line of this.active.keys()) this.applyLayers(line);
    } catch {
      if (this.pc === pc) this.rebuild(againMS);
    }
  }

  private connectionChanged(pc: RTCPeerConnection) {
    switch (pc.connectionState) {
      case 'connected':
        clearTimeout(this.retry);
        return this.setState('connected');
      case 'disconnected':
        return this.rebuild(healMS);
      case 'failed':
      case 'closed':
        return this.rebuild(againMS);
    }
  }

  private rebuild(afterMS: number) {
    this.setState('failed');
    clearTimeout(this.retry);
    this.retry = setTimeout(() => void this.build(), afterMS);
  }

  private setState(state: MediaState['state']) {
    this.state = { ...this.state, state };
    this.options.onState(this.state);
  }

  private fill(line: string) {
    const stream = this.streams.get(line);
    const track = this.track(line);
    if (!stream || !track) return;
    for (const old of stream.getTracks()) stream.removeTrack(old);
    stream.addTrack(track);
  }

  private attach(line: string) {
    const end = this.ends.get(line);
    if (end?.line.direction !== 'send') return;
    const source = this.sources.get(line) ?? null;
    const track = line === 'mic' && !this.micOpen ? null : source;
    this.inOrder(end, async () => {
      await end.transceiver.sender.replaceTrack(track);
      if (track && end.line.layers?.length) await rescale(end.transceiver.sender, end.line.layers, track);
    });
  }

  private applyLayers(line: string) {
    const end = this.ends.get(line);
    const active = this.active.get(line);
    if (end?.line.direction !== 'send' || !active) return;
    this.inOrder(end, async () => {
      const { sender } = end.transceiver;
      await sender.setParameters(withActive(sender.getParameters(), active));
    });
  }

  private inOrder(end: LineEnd, step: () => Promise<void>) {
    // A step of a connection that was replaced meanwhile fails; the new connection gets its own steps.
    end.work = end.work.then(step).catch(() => undefined);
  }
}

function add(pc: RTCPeerConnection, line: wire.Line, codec: string): RTCRtpTransceiver {
  const transceiver =
    line.direction === 'send' ? addSender(pc, line) : pc.addTransceiver(line.kind, { direction: 'recvonly' });
  // All of a browser's codecs would make an offer of 250 lines 1.3 MB.
  transceiver.setCodecPreferences(codecs(line.kind, codec));
  return transceiver;
}

function addSender(pc: RTCPeerConnection, line: wire.Line): RTCRtpTransceiver {
  const direction = 'sendonly';
  if (!line.layers?.length) return pc.addTransceiver(line.kind, { direction });
  try {
    return pc.addTransceiver(line.kind, { direction, sendEncodings: encodings(line.layers, 'L1T1') });
  } catch {
    // A browser that knows scalabilityMode but not this one refuses the whole transceiver.
    return pc.addTransceiver(line.kind, { direction, sendEncodings: encodings(line.layers, undefined) });
  }
}

function codecs(kind: string, codec: string): RTCRtpCodec[] {
  const known = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [];
  if (kind === 'audio') return known.filter((c) => c.mimeType.toLowerCase() === 'audio/opus');
  return known.filter((c) => isCodec(c, codec) || c.mimeType.toLowerCase() === 'video/rtx');
}

/** Of H.264 browsers have several profiles; the one that all of them share is the call's. */
function isCodec(c: RTCRtpCodec, codec: string): boolean {
  if (c.mimeType.toLowerCase() !== `video/${codec}`) return false;
  if (codec !== 'h264') return true;
  const parameters = c.sdpFmtpLine?.toLowerCase() ?? '';
  return parameters.includes('profile-level-id=42e0') && parameters.includes('packetization-mode=1');
}

/** Whether the browser can send and receive the codec: half of it is of no use here. */
function hasCodec(codec: string): boolean {
  return [RTCRtpSender, RTCRtpReceiver].every((end) =>
    end.getCapabilities('video')?.codecs.some((c) => isCodec(c, codec)),
  );
}

/** For browsers that dropped scaleResolutionDownTo: sizes as factors of what the camera really delivers. */
async function rescale(sender: RTCRtpSender, layers: wire.Layer[], track: MediaStreamTrack) {
  const p = sender.getParameters();
  if (p.encodings.every((e) => 'scaleResolutionDownTo' in e)) return;
  await sender.setParameters(fallbackScale(p, layers, track.getSettings().height ?? 0));
}

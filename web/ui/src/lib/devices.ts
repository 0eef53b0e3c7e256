import { LevelMeter } from './level';
import { type Picture, PictureWatch } from './picture';
import type * as wire from './wire.gen';

/** Why a camera or microphone gives nothing. */
export type Trouble = 'none' | 'denied' | 'busy' | 'insecure';

export interface DeviceState {
  track: MediaStreamTrack | null;
  trouble: Trouble | null;
}

export interface DevicesState {
  /** False until the first opening has ended. */
  opened: boolean;
  camera: DeviceState;
  microphone: DeviceState;
  picture: Picture;
  silent: boolean;
  cameras: readonly MediaDeviceInfo[];
  microphones: readonly MediaDeviceInfo[];
}

type Kind = 'camera' | 'microphone';

const remembered = 'muster.devices';
const checkMS = 1000;

/** The page's own camera and microphone: opened, watched, and opened again when they were plugged in. */
export class Devices {
  private current: DevicesState = {
    opened: false,
    camera: { track: null, trouble: null },
    microphone: { track: null, trouble: null },
    picture: 'ok',
    silent: false,
    cameras: [],
    microphones: [],
  };
  readonly level = new LevelMeter();
  private readonly watch = new PictureWatch();
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setInterval> | undefined;
  private closed = true;
  private readonly plugged = () => void this.reopen();

  state(): DevicesState {
    return this.current;
  }

  /** Bound, so that hooks can hand it on as it is. */
  readonly subscribe = (changed: () => void): (() => void) => {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  };

  async open() {
    this.closed = false;
    navigator.mediaDevices?.addEventListener('devicechange', this.plugged);
    this.timer = setInterval(() => this.check(), checkMS);
    await this.acquireBoth();
    await this.list();
    if (!this.closed) this.set({ opened: true });
  }

  close() {
    this.closed = true;
    navigator.mediaDevices?.removeEventListener('devicechange', this.plugged);
    clearInterval(this.timer);
    for (const kind of ['camera', 'microphone'] as const) this.put(kind, { track: null, trouble: null });
  }

  /** Uses another device and remembers it on this machine. */
  async choose(kind: Kind, deviceId: string) {
    localStorage.setItem(remembered, JSON.stringify({ ...chosen(), [kind]: deviceId }));
    await this.acquire(kind);
  }

  /** Tries again what gives nothing, e.g. after the permission was granted. */
  async reopen() {
    for (const kind of ['camera', 'microphone'] as const) {
      if (this.current[kind].track?.readyState !== 'live') await this.acquire(kind);
    }
    await this.list();
  }

  /** The equipment as the protocol reports it. */
  report(soundBlocked: boolean): Omit<wire.Device, 'network'> {
    const { camera, microphone, picture, silent } = this.current;
    return {
      camera: camera.track ? picture : reported(camera.trouble),
      microphone: microphone.track ? (silent ? 'silent' : 'ok') : reported(microphone.trouble),
      speaker: soundBlocked ? 'blocked' : 'ok',
    };
  }

  /** One question for both, so that the browser asks the officer once; if that fails, each by itself. */
  private async acquireBoth() {
    try {
      const stream = await getMedia({ ...constraints('camera'), ...constraints('microphone') });
      this.put('camera', { track: stream.getVideoTracks()[0] ?? null, trouble: null });
      this.put('microphone', { track: stream.getAudioTracks()[0] ?? null, trouble: null });
    } catch {
      await this.acquire('camera');
      await this.acquire('microphone');
    }
  }

  private async acquire(kind: Kind) {
    this.put(kind, await openOne(kind));
  }

  private put(kind: Kind, device: DeviceState) {
    if (this.closed && device.track) return device.track.stop();
    this.current[kind].track?.stop();
    if (device.track) device.track.onended = () => void this.acquire(kind);
    if (kind === 'camera') this.watch.follow(device.track);
    else this.level.follow(device.track);
    this.set({ [kind]: device, ...(kind === 'camera' ? { picture: 'ok' } : { silent: false }) });
  }

  private check() {
    const { camera, microphone } = this.current;
    const picture = camera.track ? this.watch.look() : 'ok';
    const silent = microphone.track !== null && this.level.silent();
    if (picture !== this.current.picture || silent !== this.current.silent) this.set({ picture, silent });
  }

  private async list() {
    const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    this.set({
      cameras: all.filter((d) => d.kind === 'videoinput'),
      microphones: all.filter((d) => d.kind === 'audioinput'),
    });
  }

  private set(change: Partial<DevicesState>) {
    this.current = { ...this.current, ...change };
    for (const changed of [...this.listeners]) changed();
  }
}

async function openOne(kind: Kind): Promise<DeviceState> {
  try {
    const stream = await getMedia(constraints(kind));
    return { track: stream.getTracks()[0] ?? null, trouble: null };
  } catch (e) {
    return { track: null, trouble: troubleOf(e) };
  }
}

async function getMedia(wanted: MediaStreamConstraints): Promise<MediaStream> {
  // Browsers hide the whole API on pages that did not come over HTTPS.
  if (!navigator.mediaDevices)
    throw new DOMException('', isSecureContext ? 'NotFoundError' : 'InsecureError');
  return navigator.mediaDevices.getUserMedia(wanted);
}

function constraints(kind: Kind): MediaStreamConstraints {
  const id = chosen()[kind];
  const device = id ? { deviceId: { ideal: id } } : {};
  if (kind === 'camera') {
    return {
      video: { ...device, width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25, max: 30 } },
    };
  }
  return { audio: { ...device, echoCancellation: true, noiseSuppression: true, autoGainControl: true } };
}

function chosen(): Partial<Record<Kind, string>> {
  try {
    return JSON.parse(localStorage.getItem(remembered) ?? '{}');
  } catch {
    return {};
  }
}

export function troubleOf(e: unknown): Trouble {
  const name = e instanceof Error || e instanceof DOMException ? e.name : '';
  if (name === 'InsecureError') return 'insecure';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy';
  return 'none';
}

function reported(trouble: Trouble | null): 'none' | 'denied' {
  return trouble === 'denied' || trouble === 'insecure' ? 'denied' : 'none';
}

import { Rtc } from './rtc';
import { Socket, type Wire } from './socket';
import { Store } from './store';
import type { AppState, Commands, MusterClient, Reports } from './types';
import type * as wire from './wire.gen';

/** The protocol's version that this page speaks (wire.Version). */
const version = 1;

export interface MusterOptions {
  page: 'station' | 'console' | 'wall' | 'observer';
  /** A station's join token; consoles and walls are known by their cookie. */
  token?: string;
  /** A station's own name for this tab: by it the server knows a page that comes back from a second device. */
  device?: string;
  /** Joins without media. */
  observe?: boolean;
}

/** Creates the page's client; start() connects it. */
export function createMuster(options: MusterOptions): MusterClient {
  return new Muster(options);
}

class Muster implements MusterClient {
  readonly media: Rtc;
  private readonly store = new Store();
  private readonly socket: Socket;
  private readonly reports = new Map<string, unknown>();
  /** The officer has muted the microphone: nothing is sent from that press on, whatever the server still says. */
  private hushed = false;
  private readonly hurry = () => this.socket.hurry();

  constructor(options: MusterOptions) {
    const { page, token, device, observe } = options;
    this.socket = new Socket({
      open: () => new WebSocket(socketURL(location)) as Wire,
      join: {
        version,
        page,
        ...(token && { token }),
        ...(device && { device }),
        ...(observe && { observe }),
      },
      onFrame: (frame) => this.received(frame),
      onLink: (link) => {
        this.store.dispatch({ kind: 'link', link });
        // Without a socket nobody can say that this page is on air: the sign says nobody, and so it must be.
        if (link.state !== 'open') this.media.openMic(false);
        if (link.state === 'stopped') this.media.close();
      },
    });
    this.media = new Rtc({
      negotiate: async (sdp) => (await this.socket.request('offer', { sdp }, false)) as wire.Answer,
      onState: (media) => this.store.dispatch({ kind: 'media', media }),
    });
  }

  state(): AppState {
    return this.store.state();
  }

  /** Bound, so that hooks can hand it on as it is and do not subscribe anew at each render. */
  readonly subscribe = (changed: () => void) => this.store.subscribe(changed);

  start() {
    window.addEventListener('online', this.hurry);
    this.socket.start();
  }

  stop() {
    window.removeEventListener('online', this.hurry);
    this.socket.stop();
  }

  async command<K extends keyof Commands>(
    type: K,
    ...data: Commands[K][0] extends undefined ? [] : [Commands[K][0]]
  ): Promise<Commands[K][1]> {
    if (type === 'mic') this.hush(!(data[0] as wire.Mic).on);
    if (type === 'turn.answer') this.hush(false);
    return (await this.socket.request(type, data[0])) as Commands[K][1];
  }

  report<K extends keyof Reports>(type: K, data: Reports[K]) {
    // Speech and the host's next choice are of the moment: after a return they are told anew.
    if (type !== 'speech' && type !== 'prepare') this.reports.set(type, data);
    this.socket.post(type, data);
  }

  now(): number {
    return this.socket.clock.now();
  }

  dropNotice(id: number) {
    this.store.dispatch({ kind: 'drop', notice: id });
  }

  seatDecided() {
    this.store.dispatch({ kind: 'seatDecided' });
  }

  setSoundBlocked(blocked: boolean) {
    this.store.dispatch({ kind: 'sound', blocked });
  }

  private received(frame: wire.Frame) {
    this.store.dispatch({ kind: 'frame', frame });
    this.hush(this.hushed && frame.type !== 'snapshot');
    if (frame.type === 'layers') {
      const { line, active } = frame.data as wire.Layers;
      this.media.setLayers(line, active ?? []);
    }
    if (frame.type === 'hello') this.joined(frame.data as wire.Hello);
  }

  private hush(hushed: boolean) {
    this.hushed = hushed;
    this.media.openMic(this.store.state().air.mic && !hushed);
  }

  private joined(hello: wire.Hello) {
    for (const [type, data] of this.reports) this.socket.post(type, data);
    this.media.connect(hello.lines ?? [], hello.codec);
  }
}

function socketURL(at: Location): string {
  return `${at.protocol === 'https:' ? 'wss' : 'ws'}://${at.host}/ws`;
}

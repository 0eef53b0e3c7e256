import { backoff } from './backoff';
import { ServerClock } from './clock';
import { type Link, MusterError } from './types';
import type * as wire from './wire.gen';

/** The part of the browser's WebSocket that is used, so that tests can play the server. */
export interface Wire {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((e: { data: string }) => void) | null;
  onclose: (() => void) | null;
}

export interface SocketOptions {
  open: () => Wire;
  join: wire.Join;
  onFrame: (frame: wire.Frame) => void;
  onLink: (link: Link) => void;
  random?: () => number;
}

interface Pending {
  frame: wire.Frame;
  /** A command is sent again after a loss; an offer belongs to one socket and is not. */
  again: boolean;
  resolve: (data: unknown) => void;
  reject: (e: MusterError) => void;
  timer: ReturnType<typeof setTimeout>;
}

/** A command that got no answer for this long is given up: a call must not be carried out minutes after the click. */
const answerMS = 10_000;
/** A connection on which nothing came for so many heartbeats is dead, however open it looks. */
const silentBeats = 5;
/** Time for connecting and for the answer to join. */
const joinMS = 8_000;
/** After these the server would refuse the page again: it must not come back by itself. */
const final = new Set([
  'replaced',
  'revoked',
  'unauthenticated',
  'forbidden',
  'version',
  'bad_page',
  'sample_off_loopback',
]);

const lost = () => new MusterError('lost', '连接中断。', 'The connection was lost.');
const timeout = () =>
  new MusterError('timeout', '服务器没有答复，请重试。', 'The server did not answer. Try again.');
const stopped = () => new MusterError('stopped', '连接已停止。', 'The connection has been stopped.');

/** The protocol of docs/protocol.md over a socket that comes back by itself. */
export class Socket {
  readonly clock = new ServerClock();
  private ws: Wire | null = null;
  private link: Link = { state: 'connecting', attempt: 0, bye: null, rttMS: 0 };
  private readonly pending = new Map<string, Pending>();
  private retry: ReturnType<typeof setTimeout> | undefined;
  private watchdog: ReturnType<typeof setTimeout> | undefined;
  private heartbeat: ReturnType<typeof setInterval> | undefined;
  private lastHeard = 0;
  private count = 0;
  private readonly prefix = randomPrefix();

  constructor(private readonly options: SocketOptions) {}

  start() {
    this.setLink({ state: 'connecting', attempt: 0, bye: null });
    this.connect();
  }

  stop(bye: wire.Error | null = null) {
    clearTimeout(this.retry);
    this.drop();
    this.fail(stopped, () => true);
    this.setLink({ state: 'stopped', bye });
  }

  /** Tries again at once instead of after the back-off, e.g. when the network came back. */
  hurry() {
    if (this.link.state !== 'waiting') return;
    clearTimeout(this.retry);
    this.connect();
  }

  /** Sends a frame that gets no answer; it is dropped while there is no connection. */
  post(type: string, data: unknown) {
    if (this.link.state === 'open') this.write({ type, data });
  }

  /** Sends a frame that is ended by done, answer or error. */
  request(type: string, data: unknown, again = true): Promise<unknown> {
    if (this.link.state === 'stopped') return Promise.reject(stopped());
    if (!again && this.link.state !== 'open') return Promise.reject(lost());
    const frame: wire.Frame = { type, id: `${this.prefix}-${++this.count}`, data };
    const id = frame.id as string;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.end(id)?.reject(timeout()), answerMS);
      this.pending.set(id, { frame, again, resolve, reject, timer });
      if (this.link.state === 'open' || (this.link.state === 'taken' && type === 'seat.ask'))
        this.write(frame);
    });
  }

  private connect() {
    const ws = this.options.open();
    this.ws = ws;
    ws.onopen = () => this.write({ type: 'join', data: this.options.join });
    ws.onmessage = (e) => this.ws === ws && this.receive(e.data);
    ws.onclose = () => this.ws === ws && this.comeBack();
    this.watch(joinMS);
  }

  private receive(text: string) {
    const frame = JSON.parse(text) as wire.Frame;
    this.lastHeard = performance.now();
    switch (frame.type) {
      case 'hello':
        return this.welcome(frame);
      case 'pong':
        return this.pong(frame.data as wire.Pong);
      case 'done':
      case 'answer':
        return this.end(frame.id)?.resolve(frame.data);
      case 'error':
        return this.refuse(frame);
      case 'seat.taken':
        return this.wait(frame);
      case 'bye':
        return this.bye(frame.data as wire.Error);
      default:
        this.options.onFrame(frame);
    }
  }

  private welcome(frame: wire.Frame) {
    const hello = frame.data as wire.Hello;
    this.clock.first(hello.now);
    this.setLink({ state: 'open', attempt: 0, bye: null });
    this.options.onFrame(frame);
    this.beat(hello.heartbeat_ms);
    for (const p of this.pending.values()) this.write(p.frame);
  }

  /** Another device holds the seat: this one waits, and may ask for it. */
  private wait(frame: wire.Frame) {
    if (this.link.state !== 'taken') this.beat((frame.data as wire.SeatTaken).heartbeat_ms);
    this.setLink({ state: 'taken', attempt: 0, bye: null });
    this.options.onFrame(frame);
  }

  private beat(everyMS: number) {
    clearTimeout(this.watchdog);
    clearInterval(this.heartbeat);
    const ping = () => {
      // A socket can look open while nothing passes any more.
      if (performance.now() - this.lastHeard > silentBeats * everyMS) return this.comeBack();
      this.write({ type: 'ping', data: { t: this.clock.sent() } });
    };
    ping();
    this.heartbeat = setInterval(ping, everyMS * 0.8);
  }

  private pong(pong: wire.Pong) {
    this.setLink({ rttMS: this.clock.received(pong.t, pong.now) });
  }

  private refuse(frame: wire.Frame) {
    const error = frame.data as wire.Error;
    if (frame.id) return this.end(frame.id)?.reject(MusterError.from(error));
    if (final.has(error.code)) return this.bye(error);
    this.options.onFrame(frame);
  }

  private bye(error: wire.Error) {
    if (final.has(error.code)) this.stop(error);
    else this.comeBack(error);
  }

  private comeBack(bye = this.link.bye) {
    this.drop();
    this.fail(lost, (p) => !p.again);
    const attempt = this.link.attempt + 1;
    this.setLink({ state: 'waiting', attempt, bye });
    const random = this.options.random ?? Math.random;
    this.retry = setTimeout(() => this.connect(), backoff(attempt, random()));
  }

  private drop() {
    clearTimeout(this.watchdog);
    clearInterval(this.heartbeat);
    const ws = this.ws;
    this.ws = null;
    ws?.close();
  }

  private watch(ms: number) {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => this.comeBack(), ms);
  }

  private end(id: string | undefined): Pending | undefined {
    const p = id ? this.pending.get(id) : undefined;
    if (!p || !id) return undefined;
    clearTimeout(p.timer);
    this.pending.delete(id);
    return p;
  }

  private fail(error: () => MusterError, which: (p: Pending) => boolean) {
    for (const [id, p] of [...this.pending]) if (which(p)) this.end(id)?.reject(error());
  }

  private write(frame: wire.Frame) {
    this.ws?.send(JSON.stringify(frame));
  }

  private setLink(change: Partial<Link>) {
    this.link = { ...this.link, ...change };
    this.options.onLink(this.link);
  }
}

function randomPrefix(): string {
  // randomUUID exists only in secure contexts, and the page must be able to say that it is not in one.
  return Array.from(crypto.getRandomValues(new Uint32Array(3)), (n) => n.toString(36)).join('');
}

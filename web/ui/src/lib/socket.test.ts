import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Socket, type Wire } from './socket';
import type { Link, MusterError } from './types';
import type * as wire from './wire.gen';

/** The server's end of one socket. */
class Line implements Wire {
  onopen: (() => void) | null = null;
  onmessage: ((e: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  sent: wire.Frame[] = [];
  closed = false;

  send(text: string) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.closed = true;
  }

  say(type: string, data?: unknown, id?: string) {
    this.onmessage?.({ data: JSON.stringify({ type, data, id }) });
  }

  hello() {
    this.onopen?.();
    this.say('hello', { heartbeat_ms: 1000, now: new Date().toISOString(), lines: [] });
  }

  of(type: string) {
    return this.sent.filter((f) => f.type === type);
  }
}

function setUp() {
  const lines: Line[] = [];
  const links: Link[] = [];
  const frames: wire.Frame[] = [];
  const socket = new Socket({
    open: () => {
      const line = new Line();
      lines.push(line);
      return line;
    },
    join: { version: 1, page: 'station', token: 'secret' },
    onFrame: (f) => frames.push(f),
    onLink: (l) => links.push(l),
    random: () => 0,
  });
  socket.start();
  const last = () => lines.at(-1) as Line;
  return { socket, lines, links, frames, last, link: () => links.at(-1) as Link };
}

async function caught(p: Promise<unknown>): Promise<MusterError> {
  return p.then(
    () => {
      throw new Error('it was not refused');
    },
    (e) => e,
  );
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('joining', () => {
  it('sends join first and is open after hello', () => {
    const { last, link, frames } = setUp();
    last().onopen?.();
    expect(last().sent).toEqual([{ type: 'join', data: { version: 1, page: 'station', token: 'secret' } }]);
    expect(link().state).toBe('connecting');
    last().say('hello', { heartbeat_ms: 1000, now: new Date().toISOString() });
    expect(link().state).toBe('open');
    expect(frames.map((f) => f.type)).toEqual(['hello']);
  });

  it('gives up a server that accepts and then says nothing', () => {
    const { lines, last, link } = setUp();
    last().onopen?.();
    vi.advanceTimersByTime(8_000);
    expect(link().state).toBe('waiting');
    expect(last().closed).toBe(true);
    vi.advanceTimersByTime(300);
    expect(lines).toHaveLength(2);
  });
});

describe('commands', () => {
  it('ends with the done of its id, whatever order the answers have', async () => {
    const { socket, last } = setUp();
    last().hello();
    const draw = socket.request('draw', {});
    const call = socket.request('call', { unit: '1', how: 'hand' });
    const [first, second] = [last().of('draw')[0], last().of('call')[0]];
    last().say('done', { turn: 't' }, second?.id);
    last().say('done', { unit: '7' }, first?.id);
    expect(await call).toEqual({ turn: 't' });
    expect(await draw).toEqual({ unit: '7' });
  });

  it('is refused with the code and both sentences of the server', async () => {
    const { socket, last, frames } = setUp();
    last().hello();
    const refused = caught(socket.request('call', { unit: '1' }));
    last().say(
      'error',
      { code: 'floor_full', message: '席位已满', message_en: 'full' },
      last().of('call')[0]?.id,
    );
    expect(await refused).toMatchObject({ code: 'floor_full', message: '席位已满', message_en: 'full' });
    expect(frames.some((f) => f.type === 'error')).toBe(false);
  });

  it('is sent again with the same id after a loss, and only once answered', async () => {
    const { socket, lines, last } = setUp();
    last().hello();
    const answer = socket.request('turn.answer', { turn: 't' });
    const before = last().of('turn.answer')[0];
    last().onclose?.();
    vi.advanceTimersByTime(300);
    expect(lines).toHaveLength(2);
    last().hello();
    expect(last().of('turn.answer')).toEqual([before]);
    last().say('done', undefined, before?.id);
    await answer;
    last().onclose?.();
    vi.advanceTimersByTime(300);
    last().hello();
    expect(last().of('turn.answer')).toEqual([]);
  });

  it('is given up after ten seconds and not carried out later', async () => {
    const { socket, last } = setUp();
    last().hello();
    last().onclose?.();
    const late = caught(socket.request('call', { unit: '1' }));
    vi.advanceTimersByTime(10_000);
    expect((await late).code).toBe('timeout');
    last().hello();
    expect(last().of('call')).toEqual([]);
  });

  it('fails an offer at a loss, because it belongs to one socket', async () => {
    const { socket, last } = setUp();
    last().hello();
    const offer = caught(socket.request('offer', { sdp: 'v=0' }, false));
    last().onclose?.();
    expect((await offer).code).toBe('lost');
    vi.advanceTimersByTime(300);
    last().hello();
    expect(last().of('offer')).toEqual([]);
  });
});

describe('heartbeat', () => {
  it('pings within the interval and stays while pongs come', () => {
    const { lines, last, link } = setUp();
    last().hello();
    for (let i = 0; i < 20; i++) {
      vi.advanceTimersByTime(800);
      const ping = last().of('ping').at(-1)?.data as wire.Ping;
      last().say('pong', { t: ping.t, now: new Date().toISOString() });
    }
    expect(last().of('ping').length).toBeGreaterThanOrEqual(20);
    expect(lines).toHaveLength(1);
    expect(link().state).toBe('open');
  });

  it('leaves a socket that looks open but is silent for five heartbeats', () => {
    const { lines, last, link } = setUp();
    last().hello();
    vi.advanceTimersByTime(5_700);
    expect(link().state).toBe('waiting');
    expect(lines[0]?.closed).toBe(true);
    vi.advanceTimersByTime(300);
    last().hello();
    expect(link()).toMatchObject({ state: 'open', attempt: 0 });
  });

  it('ignores what an abandoned socket still says', () => {
    const { lines, last, frames } = setUp();
    last().hello();
    vi.advanceTimersByTime(6_000);
    last().hello();
    const before = frames.length;
    lines[0]?.say('floor', { places: [] });
    lines[0]?.onclose?.();
    expect(frames).toHaveLength(before);
    expect(lines).toHaveLength(2);
  });
});

describe('another device at the seat', () => {
  it('waits, may only ask, and is in with hello', async () => {
    const { socket, last, link, frames } = setUp();
    last().say('seat.taken', { heartbeat_ms: 1000, name: 'x', since: '', from: '', on_floor: false });
    expect(link().state).toBe('taken');
    void socket.request('turn.answer', { turn: 't' }).catch(() => undefined);
    expect(last().of('turn.answer')).toEqual([]);
    const asked = socket.request('seat.ask', undefined);
    last().say('done', undefined, last().of('seat.ask')[0]?.id);
    await asked;
    vi.advanceTimersByTime(900);
    expect(last().of('ping').length).toBeGreaterThan(0);
    last().hello();
    expect(link().state).toBe('open');
    expect(frames.some((f) => f.type === 'seat.taken')).toBe(true);
  });
});

describe('the end', () => {
  it.each(['replaced', 'revoked', 'unauthenticated', 'version'])(
    'does not come back after %s',
    async (code) => {
      const { socket, lines, last, link } = setUp();
      last().hello();
      const open = caught(socket.request('draw', {}));
      last().say('bye', { code, message: '再见', message_en: 'bye' });
      expect(link()).toMatchObject({ state: 'stopped', bye: { code } });
      expect((await open).code).toBe('stopped');
      vi.advanceTimersByTime(60_000);
      expect(lines).toHaveLength(1);
      expect((await caught(socket.request('draw', {}))).code).toBe('stopped');
    },
  );

  it('comes back after any other bye', () => {
    const { lines, last, link } = setUp();
    last().hello();
    last().say('bye', { code: 'restart', message: '重启', message_en: 'restart' });
    expect(link()).toMatchObject({ state: 'waiting', bye: { code: 'restart' } });
    vi.advanceTimersByTime(300);
    expect(lines).toHaveLength(2);
    last().hello();
    expect(link()).toMatchObject({ state: 'open', bye: null });
  });

  it('tries at once when the network is back', () => {
    const { socket, lines, last, link } = setUp();
    for (let i = 0; i < 6; i++) {
      last().onclose?.();
      vi.advanceTimersByTime(5_000);
    }
    last().onclose?.();
    const before = lines.length;
    expect(link()).toMatchObject({ state: 'waiting', attempt: 7 });
    socket.hurry();
    expect(lines).toHaveLength(before + 1);
    vi.advanceTimersByTime(5_000);
    expect(lines).toHaveLength(before + 1);
  });
});

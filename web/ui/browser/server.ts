import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How many simulated stations stand beside the real pages: the first of the roster. */
export const simulated = Number(process.env.STATIONS ?? 20);

/** Set by what brings its own simulated stations. */
const alone = Boolean(process.env.MUSTER_ALONE);

export const muster = join(import.meta.dirname, '../../../bin/muster');

interface Rehearsal {
  url: string;
  admin_token: string;
  password: string;
  /** The server's data folder. */
  data: string;
}

/** Starts a server with sample data and an open drill, and the simulated stations; returns what ends them. */
export default async function start(): Promise<() => Promise<void>> {
  const data = mkdtempSync(join(tmpdir(), 'muster-browser-'));
  chmodSync(data, 0o711); // as root the database runs as another user, who has to get in
  const [pages, media] = [await freePort(), await freePort()];
  const http = `127.0.0.1:${pages}`;
  const server = child('serve', '--rehearsal', '--data', data, '--http', http, '--media-port', String(media));
  const children = [server];
  const stop = async () => {
    for (const c of children.reverse()) await end(c);
    rmSync(data, { recursive: true, force: true });
  };
  try {
    const rehearsal = await until(server, () => readRehearsal(data), 120_000);
    await until(server, async () => ((await fetch(`${rehearsal.url}/readyz`)).ok ? true : undefined), 60_000);
    process.env.MUSTER_BROWSER = JSON.stringify({ ...rehearsal, data });
    if (!alone) children.push(child('rehearse', '--hold', '--data', data, '--stations', String(simulated)));
  } catch (e) {
    await stop();
    throw e;
  }
  return stop;
}

/** What the tests need to know of the running server. */
export function rehearsal(): Rehearsal {
  return JSON.parse(process.env.MUSTER_BROWSER ?? '{}') as Rehearsal;
}

function child(...args: string[]): ChildProcess {
  return spawn(muster, [...args, '--log-level', 'warn'], { stdio: ['ignore', 'inherit', 'inherit'] });
}

function end(c: ChildProcess): Promise<void> {
  if (c.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    c.once('exit', () => resolve());
    c.kill('SIGTERM');
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Tries until there is an answer, the server has ended, or the patience is over. */
async function until<T>(
  server: ChildProcess,
  attempt: () => Promise<T | undefined>,
  patience: number,
): Promise<T> {
  const deadline = Date.now() + patience;
  for (;;) {
    const found = await attempt().catch(() => undefined);
    if (found !== undefined) return found;
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
    if (Date.now() > deadline) throw new Error('the server did not become ready');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function readRehearsal(data: string): Promise<Rehearsal> {
  return JSON.parse(readFileSync(join(data, 'rehearsal.json'), 'utf8')) as Rehearsal;
}

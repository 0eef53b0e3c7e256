import { spawn } from 'node:child_process';
import { type Browser, expect, test } from '@playwright/test';
import type { Hello } from '../src/lib/wire.gen';
import {
  browserWith,
  colours,
  journal,
  keepConnections,
  type Person,
  person,
  units,
  type WithConnections,
} from './people';
import { muster, rehearsal } from './server';

/**
 * A unit in a real browser is called in every second turn of a simulated call, and another one beside it watches: when do all stations
 * have its picture, and how far are its sound and picture apart at the one that watches? One browser for both, and everybody else
 * simulated: more would measure the processors of this machine. COLD=1 calls units that were not made ready; STATIONS and SWITCHES
 * change the rest. The result is one JSON object on a line of its own.
 */
const switches = Number(process.env.SWITCHES ?? 20);
const stations = Number(process.env.STATIONS ?? 60);
const cold = Boolean(process.env.COLD);
/** Without a graphics card every pixel of a page is drawn by the processors that are to encode. */
const small = { width: 1024, height: 576 };

test('a real camera on the floor', async () => {
  const browser = await browserWith({ ...colours.a, width: 1280, height: 720, rate: 30 });
  const [guest, viewer] = (await units()).slice(-2);
  if (!guest || !viewer) throw new Error('the roster is too short');
  const called = await station(browser, guest.token);
  const watching = await station(browser, viewer.token);
  const stop = answering(called);
  const turns = 2 * switches;
  const fleet = spawn(
    muster,
    ['rehearse', '--data', rehearsal().data, '--profile', 'full', '--json', '--log-level', 'warn']
      .concat('--stations', `${stations}`, '--turns', `${turns}`, '--guest', guest.code)
      .concat(cold ? ['--cold'] : []),
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let said = '';
  fleet.stdout.on('data', (b) => {
    said += String(b);
  });
  const ended = new Promise<number | null>((resolve) => fleet.once('exit', resolve));
  try {
    await watch(watching);
    expect(await ended).toBe(0);
    const call = JSON.parse(said.trim().split('\n').at(-1) ?? '{}') as Record<string, unknown>;
    const real = await apart(watching, guest.code, true);
    const figures = {
      cold,
      stations,
      guest_switch_ms: call.guest_switch_ms,
      guest_best_ms: call.guest_best_ms,
      switch_ms: call.switch_ms,
      missed: call.missed,
      lipsync: real,
      lipsync_simulated: await apart(watching, guest.code, false),
    };
    process.stdout.write(`\n${JSON.stringify(figures)}\n`);
    expect(real.samples).toBeGreaterThan(0);
  } finally {
    stop();
    fleet.kill('SIGTERM');
    await Promise.all([browser.close(), ended]);
  }
});

/** An officer's page whose peer connections can be asked. */
async function station(browser: Browser, token: string): Promise<Person> {
  const p = await person(browser, small);
  await keepConnections(p);
  await p.page.goto(`${rehearsal().url}/station#${token}`);
  await p.page.getByTestId('enter-button').click();
  await expect(p.page.getByTestId('unit-name')).toBeVisible();
  return p;
}

/** Lets the page answer by itself whenever its unit is called; returns what ends that. */
function answering(p: Person): () => void {
  let over = false;
  const answer = async () => {
    while (!over) {
      const pressed = await p.page
        .getByTestId('answer-button')
        .click({ timeout: 2_000 })
        .then(() => true)
        .catch(() => false);
      if (!pressed && !over) await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  void answer();
  return () => {
    over = true;
  };
}

interface Sample {
  at: number;
  /** How much later the picture of a moment is played than its sound, in ms. */
  offset: number;
}

type WithSamples = typeof globalThis & { samples: Sample[] };

/** Lets the page note how far sound and picture of the floor are apart, while the browser knows. */
async function watch(p: Person) {
  const hello = p.received
    .map((f) => JSON.parse(f) as { type: string; data: Hello })
    .findLast((f) => f.type === 'hello');
  const names = hello?.data.lines.map((l) => l.name) ?? [];
  const at = [names.indexOf('floor1.video'), names.indexOf('floor1.audio')];
  await p.page.evaluate(([video, audio]) => {
    const samples: Sample[] = [];
    (globalThis as WithSamples).samples = samples;
    setInterval(async () => {
      const pc = (globalThis as WithConnections).connections.at(-1) as RTCPeerConnection;
      const report = [...(await pc.getStats()).values()];
      const inbound = (index: number | undefined) => {
        const mid = pc.getTransceivers()[index ?? -1]?.mid;
        return report.find((s) => s.type === 'inbound-rtp' && s.mid === mid);
      };
      const [seen, heard] = [
        inbound(video)?.estimatedPlayoutTimestamp,
        inbound(audio)?.estimatedPlayoutTimestamp,
      ];
      if (seen && heard) samples.push({ at: Date.now(), offset: seen - heard });
    }, 250);
  }, at);
}

/** The last sample of each turn of the guest, or of the others, as sizes in ms. */
async function apart(p: Person, guest: string, wanted: boolean) {
  const samples = await p.page.evaluate(() => (globalThis as WithSamples).samples);
  const events = await journal();
  const all: number[] = [];
  for (const call of events.filter((e) => e.kind === 'TurnCalled' && (e.data.unit === guest) === wanted)) {
    const answer = events.find((e) => e.kind === 'TurnAnswered' && e.data.turn === call.data.turn);
    const end = events.find((e) => e.kind === 'TurnReleased' && e.data.turn === call.data.turn);
    if (!answer || !end) continue;
    const last = samples.findLast((s) => s.at > Date.parse(answer.at) + 1_000 && s.at < Date.parse(end.at));
    if (last) all.push(Math.round(last.offset));
  }
  const sorted = all.map(Math.abs).sort((x, y) => x - y);
  return { samples: sorted.length, p50: sorted[Math.floor(sorted.length / 2)], max: sorted.at(-1), all };
}

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { Slot } from '../src/lib/wire.gen';
import {
  browserWith,
  colours,
  journal,
  keepConnections,
  type Person,
  person,
  readStrip,
  stripCells,
  stripNumber,
  units,
  type WithConnections,
} from './people';
import { muster, simulated } from './server';

const { link, data, browser } = JSON.parse(process.env.MUSTER_THIN ?? '{}') as Record<string, string>;
const switches = Number(process.env.SWITCHES ?? 20);

interface Seen {
  at: number;
  number: number | null;
}

/** What a station behind a thin line sees and hears while a simulated hall calls one unit after another. */
test('a station behind a thin line', async () => {
  process.env.MUSTER_BROWSER = readFileSync(join(data as string, 'rehearsal.json'), 'utf8');
  const far = await browserWith(colours.a, browser);
  const fleet = spawn(
    muster,
    ['rehearse', '--data', data as string, '--profile', 'full', '--log-level', 'warn'].concat(
      // As on a morning: who sees the hall for a while has an idea of its line.
      ['--stations', `${simulated}`, '--turns', `${switches}`, '--settle', '15s'],
    ),
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const ended = new Promise<number | null>((resolve) => fleet.once('exit', resolve));
  try {
    const thin = await person(far, { width: 1024, height: 576 });
    await keepConnections(thin);
    await thin.page.goto(link as string);
    await thin.page.getByTestId('enter-button').click();
    await expect(thin.page.getByTestId('unit-name')).toBeVisible();
    await expect.poll(() => readStrip(thin.page.getByTestId('line-video-hall.video'))).toBe(255);
    const before = await heard(thin);
    await watch(thin);
    expect(await ended).toBe(0);
    const after = await heard(thin);
    const noted = await thin.page.evaluate(() => (globalThis as WithNotes).noted);
    const times = await waits(noted.map((n) => ({ at: n.at, number: stripNumber(n.strip) })));
    const sorted = times.filter((t) => t !== null).toSorted((x, y) => x - y);
    const figures = {
      switches: times.length,
      switch_ms_p50: sorted[Math.floor(sorted.length / 2)],
      switch_ms_max: sorted.at(-1),
      missed: times.length - sorted.length,
      hall_layers: layersOf(thin, 'hall.video'),
      floor_layers: layersOf(thin, 'floor1.video'),
      sound_seconds: Math.round((after.samples - before.samples) / 48_000),
      sound_concealed_per_mille:
        Math.round(((after.concealed - before.concealed) / (after.samples - before.samples)) * 10_000) / 10,
      sound_gaps: after.events - before.events,
      hall_freezes: after.freezes - before.freezes,
      hall_frames: after.frames - before.frames,
    };
    process.stdout.write(`\n${JSON.stringify(figures)}\n`);
    expect(sorted.length).toBeGreaterThan(0);
  } finally {
    fleet.kill('SIGTERM');
    await Promise.all([far.close(), ended]);
  }
});

/** Lets the page note whose picture is on the floor, when and with which layer of the hall: asked from outside it would cost more. */
async function watch(p: Person) {
  await p.page.evaluate(
    ([cells, width]) => {
      const canvas = Object.assign(document.createElement('canvas'), { width, height: (width / 16) * 9 });
      const context = canvas.getContext('2d', { willReadFrequently: true });
      const noted: Noted[] = [];
      (globalThis as WithNotes).noted = noted;
      setInterval(() => {
        const box = document.querySelector('[data-testid="line-video-floor1.video"]');
        const video = box instanceof HTMLVideoElement ? box : box?.querySelector('video');
        const visible = video && video.videoWidth > 0 && getComputedStyle(video).visibility !== 'hidden';
        let strip: number[] = [];
        if (context && visible) {
          context.drawImage(video, 0, 0, canvas.width, canvas.height);
          const row = context.getImageData(0, 4, width, 1).data;
          strip = Array.from(
            { length: cells },
            (_, i) => row[Math.round((width / cells) * (i + 0.5)) * 4] ?? 0,
          );
        }
        const bits = strip.map((c) => (c > 100 ? 1 : 0)).join('');
        if (bits !== noted.at(-1)?.bits) noted.push({ at: Date.now(), bits, strip });
      }, 40);
    },
    [stripCells, 160] as const,
  );
}

interface Noted {
  at: number;
  bits: string;
  strip: number[];
}

type WithNotes = typeof globalThis & { noted: Noted[] };

/** How long after the call was in the journal its unit was seen, in ms; null for a unit that was not seen before the next one was called. */
async function waits(seen: Seen[]): Promise<(number | null)[]> {
  const [roster, events] = await Promise.all([units(), journal()]);
  const calls = events.filter((e) => e.kind === 'TurnCalled');
  return calls.map((call, i) => {
    const [from, to] = [Date.parse(call.at), Date.parse(calls[i + 1]?.at ?? '9999-01-01')];
    const number = roster.findIndex((u) => u.code === call.data.unit) % 255;
    const first = seen.find((s) => s.number === number && s.at >= from && s.at < to);
    return first ? first.at - from : null;
  });
}

/** How often each layer of a line began. */
function layersOf(p: Person, line: string): Record<string, number> {
  const out: Record<string, number> = {};
  for (const f of p.received) {
    const { type, data } = JSON.parse(f) as { type: string; data?: { slots?: Slot[] } };
    if (type !== 'slots') continue;
    for (const s of data?.slots ?? []) if (s.line === line && s.rid) out[s.rid] = (out[s.rid] ?? 0) + 1;
  }
  return out;
}

/** The hall's sound and picture as this page has received them so far. */
async function heard(p: Person) {
  return p.page.evaluate(async () => {
    const pc = (globalThis as WithConnections).connections.at(-1) as RTCPeerConnection;
    const inbound = [...(await pc.getStats()).values()].filter((s) => s.type === 'inbound-rtp');
    const most = (kind: string) =>
      inbound
        .filter((s) => s.kind === kind)
        .sort((x, y) => (y.packetsReceived ?? 0) - (x.packetsReceived ?? 0))[0];
    const [audio, video] = [most('audio'), most('video')];
    return {
      samples: audio?.totalSamplesReceived ?? 0,
      concealed: (audio?.concealedSamples ?? 0) - (audio?.silentConcealedSamples ?? 0),
      events: audio?.concealmentEvents ?? 0,
      freezes: video?.freezeCount ?? 0,
      frames: video?.framesDecoded ?? 0,
    };
  });
}

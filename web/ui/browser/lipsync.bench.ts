import { type Browser, expect, test } from '@playwright/test';
import type { Hello } from '../src/lib/wire.gen';
import {
  browserWith,
  colours,
  enter,
  keepConnections,
  type Person,
  person,
  units,
  type WithConnections,
} from './people';
import { rehearsal } from './server';

/**
 * Two units take turns on the floor, and the hall's page says when it plays sound and picture of one and the same moment.
 * MUSTER_CODEC and SWITCHES change what is measured. The result is one JSON object on a line of its own.
 */
const switches = Number(process.env.SWITCHES ?? 20);
const settleMS = 2_500;
/** Without a graphics card every pixel of a page is drawn by the processors that are to encode. */
const small = { width: 1024, height: 576 };

interface Sample {
  codec: string;
  frames: number;
  freezes: number;
  /** How much later the picture of a moment is played than its sound, in ms; null while the browser does not know. */
  offset: number | null;
}

test('sound and picture stay together over switches', async () => {
  const browsers = await Promise.all([colours.hall, colours.a, colours.b].map((c) => browserWith(c)));
  try {
    const host = await hall(browsers[0] as Browser);
    const officers = (await units()).slice(-2);
    const pages = await Promise.all(
      officers.map((u, i) => enter(browsers[i + 1] as Browser, u.token, small)),
    );
    const offsets: number[] = [];
    let last: Sample | undefined;
    for (let n = 0; n < switches; n++) {
      const [unit, officer] = [officers[n % 2], pages[n % 2]];
      await host.page.getByTestId(`board-seat-${unit?.code}`).click();
      await host.page.getByTestId('call-button').click();
      await officer?.page.getByTestId('answer-button').click();
      await expect(host.page.getByTestId('turn-bar')).toHaveAttribute('data-state', 'answered');
      await host.page.waitForTimeout(settleMS);
      last = await sample(host);
      if (last.offset !== null) offsets.push(last.offset);
    }
    const sorted = offsets.map(Math.abs).sort((x, y) => x - y);
    const figures = {
      codec: last?.codec,
      switches,
      samples: sorted.length,
      lipsync_ms_p50: sorted[Math.floor(sorted.length / 2)],
      lipsync_ms_max: sorted.at(-1),
      lipsync_ms_last: last?.offset,
      frames: last?.frames,
      freezes: last?.freezes,
    };
    process.stdout.write(`\n${JSON.stringify(figures)}\n`);
    expect(sorted.length).toBeGreaterThan(0);
  } finally {
    await Promise.all(browsers.map((b) => b.close()));
  }
});

/** The hall's page; its peer connections can be asked. */
async function hall(browser: Browser): Promise<Person> {
  const p = await person(browser, small);
  await keepConnections(p);
  await p.page.goto(`${rehearsal().url}/login`);
  await p.page.getByTestId('login-name').fill('host');
  await p.page.getByTestId('login-password').fill(rehearsal().password);
  await p.page.getByTestId('login-submit').click();
  await p.page.getByTestId('hall-claim').click();
  await expect(p.page.getByTestId('hall-picture')).toHaveAttribute('data-live', 'true');
  return p;
}

/** What the page says of the first place on the floor. */
async function sample(p: Person): Promise<Sample> {
  const hello = p.received
    .map((f) => JSON.parse(f) as { type: string; data: Hello })
    .findLast((f) => f.type === 'hello');
  const names = hello?.data.lines.map((l) => l.name) ?? [];
  const at = [names.indexOf('floor1.video'), names.indexOf('floor1.audio')];
  return p.page.evaluate(async ([video, audio]) => {
    const pc = (globalThis as WithConnections).connections.at(-1) as RTCPeerConnection;
    const report = await pc.getStats();
    const inbound = (index: number | undefined) => {
      const mid = pc.getTransceivers()[index ?? -1]?.mid;
      return [...report.values()].find((s) => s.type === 'inbound-rtp' && s.mid === mid);
    };
    const [v, a] = [inbound(video), inbound(audio)];
    const [seen, heard] = [v?.estimatedPlayoutTimestamp, a?.estimatedPlayoutTimestamp];
    return {
      codec: report.get(v?.codecId)?.mimeType ?? '',
      frames: v?.framesDecoded ?? 0,
      freezes: v?.freezeCount ?? 0,
      offset: seen && heard ? seen - heard : null,
    };
  }, at);
}

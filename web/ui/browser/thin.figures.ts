import { type Browser, expect, test } from '@playwright/test';
import {
  browserWith,
  colours,
  expectColour,
  keepConnections,
  lastSlot,
  type Person,
  person,
  shows,
  type WithConnections,
} from './people';

interface Thin {
  url: string;
  thin: string;
  a: string;
  b: string;
  units: [string, string];
  host: string;
  password: string;
  near: string;
  far: string;
}

const net = JSON.parse(process.env.MUSTER_THIN ?? '{}') as Thin;
const switches = Number(process.env.SWITCHES ?? 10);
const settleMS = 4_000;

/** What a station behind a thin line sees and hears while the hall calls one unit after another. */
test('a station behind a thin line', async () => {
  const [hall, far, nearA, nearB] = await Promise.all([
    browserWith(colours.hall, net.near),
    browserWith(colours.hall, net.far),
    browserWith(colours.a, net.near),
    browserWith(colours.b, net.near),
  ]);
  try {
    const host = await open(hall as Browser);
    const called = await Promise.all([enter(nearA as Browser, net.a), enter(nearB as Browser, net.b)]);
    const thin = await enter(far as Browser, net.thin);
    await expectColour(thin.page.getByTestId('line-video-hall.video'), colours.hall);
    await thin.page.waitForTimeout(10_000); // the viewer's estimate of its line has to settle
    const before = await sound(thin);
    const times: number[] = [];
    const layers: Record<string, number> = {};
    for (let n = 0; n < switches; n++) {
      const i = n % 2 === 0 ? 0 : 1;
      await host.page.getByTestId(`board-seat-${net.units[i]}`).click();
      await host.page.waitForTimeout(500); // as a host who reads the name: the camera gets ready
      const clicked = Date.now();
      await host.page.getByTestId('call-button').click();
      times.push((await firstPicture(thin, i === 0 ? colours.a : colours.b)) - clicked);
      await called[i]?.page.getByTestId('answer-button').click();
      await thin.page.waitForTimeout(settleMS);
      const rid = lastSlot(thin, 'hall.video')?.rid ?? 'none';
      layers[rid] = (layers[rid] ?? 0) + 1;
    }
    const after = await sound(thin);
    const sorted = times.toSorted((x, y) => x - y);
    const figures = {
      switches,
      switch_ms_p50: sorted[Math.floor(sorted.length / 2)],
      switch_ms_max: sorted.at(-1),
      hall_layers: layers,
      sound_seconds: Math.round((after.samples - before.samples) / 48_000),
      sound_concealed_per_mille:
        Math.round(((after.concealed - before.concealed) / (after.samples - before.samples)) * 10_000) / 10,
      sound_gaps: after.events - before.events,
      hall_freezes: after.freezes - before.freezes,
      hall_frames: after.frames - before.frames,
    };
    process.stdout.write(`\n${JSON.stringify(figures)}\n`);
    expect(after.samples).toBeGreaterThan(before.samples);
  } finally {
    await Promise.all([hall, far, nearA, nearB].map((b) => b.close()));
  }
});

async function open(browser: Browser): Promise<Person> {
  const p = await person(browser);
  await p.page.goto(`${net.url}/login`);
  await p.page.getByTestId('login-name').fill(net.host);
  await p.page.getByTestId('login-password').fill(net.password);
  await p.page.getByTestId('login-submit').click();
  await p.page.waitForURL('**/hall');
  await p.page.getByTestId('hall-claim').click();
  await expect(p.page.getByTestId('hall-picture')).toHaveAttribute('data-live', 'true');
  return p;
}

/** An officer; the page's peer connections can be asked. */
async function enter(browser: Browser, link: string): Promise<Person> {
  const p = await person(browser);
  await keepConnections(p);
  await p.page.goto(link);
  await p.page.getByTestId('enter-button').click();
  await expect(p.page.getByTestId('unit-name')).toBeVisible();
  return p;
}

/** When the floor's first place shows the camera of that colour. */
async function firstPicture(p: Person, colour: (typeof colours)['a']): Promise<number> {
  const picture = p.page.getByTestId('line-video-floor1.video');
  for (;;) {
    if (await shows(picture, colour)) return Date.now();
    await p.page.waitForTimeout(10);
  }
}

/** The hall's sound and picture as this page has received them so far. */
async function sound(p: Person) {
  return p.page.evaluate(async () => {
    const pc = (globalThis as WithConnections).connections.at(-1) as RTCPeerConnection;
    const inbound = [...(await pc.getStats()).values()].filter((s) => s.type === 'inbound-rtp');
    const audio = inbound
      .filter((s) => s.kind === 'audio')
      .sort((x, y) => (y.packetsReceived ?? 0) - (x.packetsReceived ?? 0))[0];
    const video = inbound
      .filter((s) => s.kind === 'video')
      .sort((x, y) => (y.framesDecoded ?? 0) - (x.framesDecoded ?? 0))[0];
    return {
      samples: audio?.totalSamplesReceived ?? 0,
      concealed: (audio?.concealedSamples ?? 0) - (audio?.silentConcealedSamples ?? 0),
      events: audio?.concealmentEvents ?? 0,
      freezes: video?.freezeCount ?? 0,
      frames: video?.framesDecoded ?? 0,
    };
  });
}

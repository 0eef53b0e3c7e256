import { type Browser, expect, test } from '@playwright/test';
import {
  browserWith,
  colours,
  enter,
  expectColour,
  framesOf,
  lastSeat,
  login,
  type Person,
  person,
  readStrip,
  revoke,
  shows,
  units,
} from './people';
import { simulated } from './server';

/** A morning call in three real pages beside the simulated stations, from the login to the attendance log. */
test.describe.configure({ mode: 'serial' });

let browsers: Browser[] = [];
let host: Person;
let a: Person;
let b: Person;
let unitA: { code: string; short: string; token: string };
let unitB: typeof unitA;

const dossierFrames = (p: Person) => p.received.filter((f) => f.startsWith('{"type":"dossier"'));
const seat = (code: string) => host.page.getByTestId(`board-seat-${code}`);

async function call(code: string) {
  await seat(code).click();
  await host.page.getByTestId('call-button').click();
}

test.beforeAll(async () => {
  browsers = await Promise.all([colours.hall, colours.a, colours.b].map((c) => browserWith(c)));
  const roster = await units();
  [unitA, unitB] = roster.slice(-2) as [typeof unitA, typeof unitA];
});

test.afterAll(async () => {
  await Promise.all(browsers.map((x) => x.close()));
});

test('the host logs in and sees who is here', async () => {
  host = await login(browsers[0] as Browser, 'host');
  await expect(host.page).toHaveURL(/\/hall$/);
  await host.page.getByTestId('hall-claim').click();
  await expect(host.page.getByTestId('hall-picture')).toHaveAttribute('data-live', 'true');
  await expect(host.page.getByTestId('counts')).toContainText(`${simulated}/246`);
});

test('two officers come in by their links and see the hall', async () => {
  [a, b] = await Promise.all([
    enter(browsers[1] as Browser, unitA.token),
    enter(browsers[2] as Browser, unitB.token),
  ]);
  for (const p of [a, b]) {
    await expectColour(p.page.getByTestId('line-video-hall.video'), colours.hall);
    await expect(p.page.getByTestId('air-sign')).toHaveAttribute('data-picture', 'hall');
    await expect(p.page.getByTestId('air-sign')).toHaveAttribute('data-sound', 'false');
  }
  for (const u of [unitA, unitB]) await expect(seat(u.code)).toHaveAttribute('data-state', 'here');
});

test('the host calls A: A gets the call and its dossier, B gets the picture and nothing else', async () => {
  expect(await shows(b.page.getByTestId('line-video-floor1.video'), colours.a)).toBe(false);
  await call(unitA.code);
  await expect(a.page.getByTestId('call-banner')).toBeVisible();
  await expect(a.page.getByTestId('dossier')).toHaveAttribute('data-state', 'ready');
  await expect(host.page.getByTestId('dossier')).toHaveAttribute('data-state', 'ready');
  await expectColour(b.page.getByTestId('line-video-floor1.video'), colours.a);
  await expectColour(host.page.getByTestId('line-video-floor1.video'), colours.a);
  await expect(a.page.getByTestId('air-sign')).toHaveAttribute('data-picture', 'everyone');
  expect(dossierFrames(a).length).toBeGreaterThan(0);
  expect(dossierFrames(b)).toEqual([]);
  await expect(b.page.getByTestId('dossier')).toHaveCount(0);
});

test('A answers and is heard', async () => {
  await expect(a.page.getByTestId('air-sign')).toHaveAttribute('data-sound', 'false');
  await a.page.getByTestId('answer-button').click();
  await expect(a.page.getByTestId('air-sign')).toHaveAttribute('data-sound', 'true');
  await expect(host.page.getByTestId('turn-bar')).toHaveAttribute('data-state', 'answered');
  await expect(seat(unitA.code)).toHaveAttribute('data-state', 'speaking');
});

test('the host reloads in the middle of a turn and finds everything as it was', async () => {
  await host.page.reload();
  await expect(host.page.getByTestId('hall-picture')).toHaveAttribute('data-you', 'true');
  await expect(host.page.getByTestId('turn-bar')).toHaveAttribute('data-state', 'answered');
  await expectColour(host.page.getByTestId('line-video-floor1.video'), colours.a);
  await expectColour(b.page.getByTestId('line-video-hall.video'), colours.hall);
});

test('the next call goes to B, and nothing of A remains', async () => {
  await call(unitB.code);
  await expect(b.page.getByTestId('call-banner')).toBeVisible();
  await expectColour(a.page.getByTestId('line-video-floor1.video'), colours.b);
  await expect(a.page.getByTestId('answer-button')).toHaveCount(0);
  await expect(a.page.getByTestId('dossier')).toHaveCount(0);
  await expect(a.page.getByTestId('air-sign')).toHaveAttribute('data-picture', 'hall');
  await b.page.getByTestId('answer-button').click();
  await expect(host.page.getByTestId('turn-bar')).toHaveAttribute('data-state', 'answered');
  await host.page.getByTestId('release-button').click();
  await expect(b.page.getByTestId('air-sign')).toHaveAttribute('data-picture', 'hall');
});

test('a simulated station answers, and its picture is its own', async () => {
  const roster = await units();
  const index = 13;
  await call(roster[index]?.code ?? '');
  await expect(host.page.getByTestId('turn-bar')).toHaveAttribute('data-state', 'answered');
  for (const p of [host, a, b])
    await expect.poll(() => readStrip(p.page.getByTestId('line-video-floor1.video'))).toBe(index);
  // Inter frames are decoded too, not only the keyframe that began it.
  const frames = () => framesOf(a.page.getByTestId('line-video-floor1.video'));
  const before = await frames();
  await expect.poll(frames).toBeGreaterThan(before + 20);
  await host.page.getByTestId('release-button').click();
});

test('three on the floor: the dossier of each is one key away', async () => {
  const three = (await units()).slice(14, 17).map((u) => u.code);
  const shown = host.page.locator('.hall-dossier');
  for (const code of three) {
    await seat(code).click();
    await host.page.getByTestId(code === three[0] ? 'call-button' : 'add-button').click();
    await expect(shown).toHaveAttribute('data-unit', code);
  }
  for (const place of [1, 2, 3]) {
    await host.page.keyboard.press(String(place));
    await expect(shown).toHaveAttribute('data-unit', three[place - 1] ?? '');
    await expect(host.page.getByTestId(`dossier-tab-${place}`)).toHaveAttribute('aria-selected', 'true');
    await expect(host.page.getByTestId('dossier')).toHaveAttribute('data-state', 'ready');
  }
  await host.page.getByTestId('note-input').fill('尚未保存');
  await host.page.getByTestId('dossier-tab-1').click();
  await expect(host.page.getByTestId('note-input')).toHaveValue('');
  await host.page.getByTestId('dossier-tab-3').click();
  await expect(host.page.getByTestId('note-input')).toHaveValue('尚未保存');
  await seat((await units())[18]?.code ?? '').click(); // who is looked at and has no turn changes nothing
  await expect(shown).toHaveAttribute('data-unit', three[2] ?? '');
  await host.page.getByTestId('note-input').fill('');
  for (const _ of three) await host.page.getByTestId('release-button').first().click();
  await expect(host.page.getByTestId('floor-1')).toHaveAttribute('data-unit', '');
});

test('tile k of the wall shows unit k', async () => {
  // Two cores decode all these pictures for three browsers: it takes what it takes.
  test.setTimeout(400_000);
  const patience = { timeout: 180_000 };
  const roster = await units();
  const wall = await host.context.newPage();
  await wall.goto(new URL('/wall', host.page.url()).href);
  await Promise.all(
    roster
      .slice(0, simulated)
      .map((u, i) =>
        expect
          .poll(() => readStrip(wall.getByTestId(`tile-${u.code}`)), { message: u.short, ...patience })
          .toBe(i),
      ),
  );
  await wall.getByText('全部 246').click();
  await expectColour(wall.getByTestId(`tile-${unitA.code}`), colours.a);
  await expectColour(wall.getByTestId(`tile-${unitB.code}`), colours.b);
  await wall.close();
});

test('a reloaded station page comes back by itself', async () => {
  await a.page.reload();
  await expectColour(a.page.getByTestId('line-video-hall.video'), colours.hall);
  await expect(seat(unitA.code)).toHaveAttribute('data-state', 'here');
});

test('the attendance log has the times at which they came and went', async () => {
  const admin = await login(browsers[0] as Browser, 'admin');
  await expect(admin.page).toHaveURL(/\/admin/);
  const entered = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', timeZone: 'Asia/Shanghai' });
  for (const [u, interruptions] of [
    [unitA, 1], // its page was reloaded once
    [unitB, 0],
  ] as const) {
    const seen = lastSeat(host, u.code);
    await admin.page.getByTestId('attendance-search').locator('input').fill(u.code);
    const row = admin.page.getByTestId(`attendance-row-${u.code}`);
    await expect(row.getByTestId(`arrived-${u.code}`)).toHaveText(
      entered.format(new Date(seen.first_at ?? '')),
    );
    await expect(row.getByTestId('interruptions')).toHaveText(String(interruptions));
    await expect(row.getByTestId('calls')).toHaveText('1');
    await expect(row.getByTestId('answered')).toHaveText('1');
  }
  const absent = (await units())[simulated]?.code ?? '';
  await admin.page.getByTestId('attendance-search').locator('input').fill(absent);
  await expect(admin.page.getByTestId(`arrived-${absent}`)).toHaveText('—');
  await admin.context.close();
});

test('who has no right gets a sentence, and nobody else notices', async () => {
  const stranger = await person(browsers[1] as Browser);
  await stranger.page.goto(new URL('/login', host.page.url()).href);
  await stranger.page.getByTestId('login-name').fill('host');
  await stranger.page.getByTestId('login-password').fill('wrong');
  await stranger.page.getByTestId('login-submit').click();
  await expect(stranger.page.getByTestId('login-refused')).toContainText('用户名或密码错误');
  await stranger.page.goto(new URL('/station#no-such-token', host.page.url()).href);
  await expect(stranger.page.getByTestId('stopped')).toHaveAttribute('data-code', 'unauthenticated');
  await stranger.context.close();

  await revoke(unitB.code);
  await expect(b.page.getByTestId('stopped')).toHaveAttribute('data-code', 'revoked');
  await expect(seat(unitB.code)).toHaveAttribute('data-state', 'gone');
  await b.page.reload();
  await expect(b.page.getByTestId('stopped')).toHaveAttribute('data-code', 'revoked');
  await expectColour(a.page.getByTestId('line-video-hall.video'), colours.hall);
});

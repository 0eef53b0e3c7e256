import { type Browser, expect, test } from '@playwright/test';
import {
  browserWith,
  colours,
  enter,
  expectColour,
  grantDossiers,
  login,
  type Person,
  person,
  units,
} from './people';
import { rehearsal } from './server';

/** What a morning needs beside calling: the roll, the wrong unit, the private line, the second device, the leader who looks on. */
test.describe.configure({ mode: 'serial' });

let browsers: Browser[] = [];
let host: Person;
let a: Person;
let unitA: { code: string; short: string; token: string };
let simulatedUnit: typeof unitA;

const seat = (code: string) => host.page.getByTestId(`board-seat-${code}`);

test.beforeAll(async () => {
  browsers = await Promise.all([colours.hall, colours.a].map((c) => browserWith(c)));
  const roster = await units();
  unitA = roster.at(-3) as typeof unitA;
  simulatedUnit = roster[0] as typeof unitA;
});

test.afterAll(async () => {
  await Promise.all(browsers.map((x) => x.close()));
});

test('a new call opens with the roll, and an officer answers by one press', async () => {
  host = await login(browsers[0] as Browser, 'host');
  a = await enter(browsers[1] as Browser, unitA.token);
  await expect(
    host.page.locator('[data-testid=session-close], [data-testid=session-start]').first(),
  ).toBeVisible();
  if (await host.page.getByTestId('session-close').isVisible()) {
    await host.page.getByTestId('session-close').click();
    await host.page.locator('.ant-modal-confirm .ant-btn-dangerous').click();
  }
  await host.page.getByTestId('session-start').click();
  await host.page.getByTestId('session-open').click();
  // The host of the call before may come back within ten seconds, and is the hall again by itself.
  if (await host.page.getByTestId('hall-claim').isVisible())
    await host.page.getByTestId('hall-claim').click();
  await expect(host.page.getByTestId('hall-picture')).toHaveAttribute('data-live', 'true');
  await expect(a.page.getByTestId('roll-banner')).toBeVisible();
  await a.page.keyboard.press('Space');
  await expect(a.page.getByTestId('roll-banner')).toBeHidden();
  await expect(seat(unitA.code)).toHaveAttribute('data-state', 'here');
});

test('the wrong unit was called: one key calls the right one, and the wrong one counts nowhere', async () => {
  await seat(unitA.code).click();
  await host.page.keyboard.press('Enter');
  await expect(a.page.getByTestId('call-banner')).toBeVisible();
  await seat(simulatedUnit.code).click();
  await host.page.keyboard.press('x');
  await expect(a.page.getByTestId('turn-ended')).toHaveAttribute('data-state', 'withdrawn');
  await expect(host.page.getByTestId('floor-1')).toHaveAttribute('data-unit', simulatedUnit.code);
  await expect(seat(simulatedUnit.code)).toHaveAttribute('data-state', 'speaking');
});

test('a turn is held and brought back', async () => {
  await host.page.keyboard.press('h');
  await expect(host.page.getByTestId('floor-1')).toHaveAttribute('data-unit', '');
  await host.page.getByTestId('desk-held').click();
  await host.page.getByTestId('return-button').click();
  await expect(host.page.getByTestId('floor-1')).toHaveAttribute('data-unit', simulatedUnit.code);
  await host.page.keyboard.press('r');
  await expect(host.page.getByTestId('floor-1')).toHaveAttribute('data-unit', '');
});

test('the agenda goes on by one key', async () => {
  const agenda = host.page.getByTestId('agenda');
  await expect(agenda).toHaveAttribute('data-step', '0');
  await host.page.keyboard.press('n');
  await expect(agenda).toHaveAttribute('data-step', '1');
});

test('the hall speaks with one unit alone, and the unit knows it', async () => {
  await seat(unitA.code).click();
  await host.page.keyboard.press('l');
  await expect(a.page.getByTestId('air-sign')).toHaveAttribute('data-private', 'true');
  await expect(a.page.getByTestId('air-sign')).toHaveAttribute('data-sound', 'false');
  await host.page.getByTestId('line-close').click();
  await expect(a.page.getByTestId('air-sign')).toHaveAttribute('data-private', 'false');
});

test('the host mutes a unit, and only its officer opens the microphone', async () => {
  await seat(unitA.code).click();
  await host.page.keyboard.press('m');
  await expect(seat(unitA.code)).toHaveAttribute('data-muted', 'true');
  await expect(a.page.getByTestId('mic-button')).toHaveAttribute('data-muted', 'true');
  await host.page.keyboard.press('m');
  await expect(a.page.getByTestId('mic-banner')).toBeVisible();
  await a.page.keyboard.press('Space');
  await expect(a.page.getByTestId('mic-banner')).toBeHidden();
  await expect(seat(unitA.code)).toHaveAttribute('data-muted', 'false');
  await a.page.keyboard.press('m'); // by the officer
  await expect(seat(unitA.code)).toHaveAttribute('data-muted', 'true');

  await host.page.keyboard.press('Enter');
  await expect(a.page.getByTestId('call-banner')).toHaveAttribute('data-muted', 'true');
  await expect(host.page.getByTestId('place-muted')).toBeVisible();
  await a.page.getByTestId('answer-button').click();
  await expect(host.page.getByTestId('place-muted')).toBeHidden();
  await expect(a.page.getByTestId('air-sign')).toHaveAttribute('data-sound', 'true');
  await a.page.keyboard.press('m');
  await expect(a.page.getByTestId('air-sign')).toHaveAttribute('data-sound', 'false');
  await expect(host.page.getByTestId('place-muted')).toBeVisible();
  await host.page.keyboard.press('m');
  await expect(host.page.getByTestId('turn-sound')).toContainText('已请求开麦');
  await a.page.getByTestId('mic-open').click();
  await expect(a.page.getByTestId('air-sign')).toHaveAttribute('data-sound', 'true');
  await host.page.keyboard.press('r');
  await expect(host.page.getByTestId('floor-1')).toHaveAttribute('data-unit', '');
});

test('a line of text reaches the officer', async () => {
  await host.page.getByTestId('unit-more').click();
  await host.page.getByText('发一行文字').click();
  await host.page.getByTestId('text-input').fill('请把摄像头抬高一点');
  await host.page.keyboard.press('Enter');
  await expect(host.page.getByTestId('text-input')).toBeHidden(); // else the next key is still the form's
  await expect(a.page.getByText('请把摄像头抬高一点')).toBeVisible();
});

test('a line of text lies over no call', async () => {
  await a.page.setViewportSize({ width: 1366, height: 768 });
  await host.page.keyboard.press('Enter');
  await expect(a.page.getByTestId('answer-button')).toBeVisible();
  await host.page.keyboard.press('t');
  await host.page.getByTestId('text-input').fill('请抓紧答到');
  await host.page.keyboard.press('Enter');
  await expect(host.page.getByTestId('text-input')).toBeHidden();
  const text = await a.page.locator('.notices').getByText('请抓紧答到').boundingBox();
  const banner = await a.page.getByTestId('call-banner').boundingBox();
  const sign = await a.page.getByTestId('air-sign').boundingBox();
  expect(text && banner && text.y > banner.y + banner.height).toBe(true);
  expect(text && sign && text.x > sign.x + sign.width).toBe(true);
  await host.page.keyboard.press('u');
  await expect(a.page.getByTestId('call-banner')).toBeHidden();
  await a.page.setViewportSize({ width: 1600, height: 900 });
});

test('officers sign in from the duty roster, and relieve each other', async () => {
  await seat(unitA.code).click();
  const words = host.page.getByTestId('picked');
  await expect(words).toContainText('无人签到');
  await expect(seat(unitA.code)).toHaveAttribute('data-trouble', 'true');
  await a.page.getByTestId('officers').click();
  const roster = a.page.locator('.officer-choices button b');
  await expect(roster).toHaveCount(2);
  const name = (await roster.first().textContent()) ?? '';
  await roster.first().click();
  await expect(words).toContainText(name);
  await a.page.getByTestId('relieves').click();
  await a.page.getByTitle(`接替 ${name}`).click();
  await a.page.getByTestId('officer-name').fill('赵敏');
  await a.page.getByTestId('officer-number').fill('900001');
  await a.page.keyboard.press('Enter');
  await expect(words).toContainText('赵敏');
  await expect(words).not.toContainText(name);
  await expect(a.page.getByTestId('officer-900001')).toContainText('不在值班表');
  await a.page.keyboard.press('Escape');
});

test('who is not ready is listed with whom to ring up, to copy and to print', async () => {
  const { page, context } = host;
  const absent = (await units()).at(-5) as typeof unitA;
  await page.getByTestId('desk-ready').click();
  const row = page.locator(`.not-ready tr[data-row-key="${absent.code}"]`);
  await expect(row).toContainText('不在线');
  await expect(row).toContainText(/024-\d+/);
  const shown = (await row.locator('td').allInnerTexts()).map((c) => c.trim().replaceAll('\n', '、'));
  const cells = shown.map((c) => (c === '—' ? '' : c));
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByTestId('not-ready-copy').click();
  await expect(page.locator('.ant-message')).toContainText('已复制');
  const lines = (await page.evaluate(() => navigator.clipboard.readText())).split('\n');
  expect(lines).toContain(cells.join('\t'));

  await page.evaluate(() => {
    window.print = () => document.body.setAttribute('data-printed', '');
  });
  await page.getByTestId('not-ready-print').click();
  await expect(page.locator('body')).toHaveAttribute('data-printed');
  await page.emulateMedia({ media: 'print' });
  const sheet = page.locator('.print-sheet');
  await expect(sheet).toBeVisible();
  const printed = sheet.locator('tr', { has: page.getByText(cells[1] ?? '', { exact: true }) });
  for (const cell of cells) await expect(printed).toContainText(cell);
  await expect(page.locator('#root')).toBeHidden();
  await page.emulateMedia({ media: null });
  await page.keyboard.press('Escape');
  await expect(page.locator('.not-ready')).toBeHidden();
});

test('overdue work proposes units', async () => {
  await host.page.keyboard.press('p');
  await expect(host.page.getByTestId('desk-overdue')).not.toHaveText(/超期 0/);
  const call = host.page.locator('[data-testid^=overdue-call-]');
  await expect(call.first()).toBeVisible();
  const proposed = (await call.first().getAttribute('data-testid'))?.split('-').at(-1) ?? '';
  await call.first().locator('xpath=..').getByRole('button').first().click();
  await expect(host.page.getByTestId('picked')).toHaveAttribute('data-unit', proposed);
  await host.page.keyboard.press('p');
});

test('a unit that is not here is called, but not by mistake', async () => {
  const absent = (await units()).at(-5) as typeof unitA;
  const floor = host.page.getByTestId('floor-1');
  await seat(absent.code).click();
  await host.page.keyboard.press('Enter');
  await host.page.getByRole('dialog').getByText('仍要点名', { exact: true }).click();
  await expect(floor).toHaveAttribute('data-unit', absent.code);
  await host.page.keyboard.press('u');
  await expect(floor).toHaveAttribute('data-unit', '', { timeout: 15_000 }); // sooner than the call is missed
});

test('an absent unit is excused with the number of its incident', async () => {
  const absent = (await units()).at(-4) as typeof unitA;
  await seat(absent.code).click();
  await host.page.getByTestId('unit-more').click();
  await host.page.getByText('准假 / 免计').click();
  await host.page.getByTestId('excuse-incident').fill('J210103000012345');
  await host.page.keyboard.press('Enter');
  await expect(seat(absent.code)).toHaveAttribute('data-state', 'excused');
});

test('a duplicated tab is a second device', async () => {
  const kept = await a.page.evaluate(() => Object.entries(sessionStorage));
  const copy = await a.context.newPage();
  await copy.addInitScript((entries) => {
    for (const [key, value] of entries) if (!sessionStorage.getItem(key)) sessionStorage.setItem(key, value);
  }, kept);
  await copy.goto(`${rehearsal().url}/station`);
  await expect(copy.getByTestId('seat-taken')).toBeVisible();
  await expect(a.page.getByTestId('unit-name')).toBeVisible();
  await copy.close();
});

test('a second device waits, asks, and takes over by consent', async () => {
  const second = await person(browsers[1] as Browser);
  await second.page.goto(`${rehearsal().url}/station#${unitA.token}`);
  await expect(second.page.getByTestId('seat-taken')).toBeVisible();
  await expect(host.page.getByTestId('desk-devices')).toContainText('1');
  await second.page.getByTestId('seat-ask').click();
  await a.page.getByTestId('seat-keep').click();
  await expect(second.page.getByTestId('seat-taken')).toHaveAttribute('data-refused', 'true');
  await second.page.getByTestId('seat-ask').click();
  await a.page.getByTestId('seat-give').click();
  await expect(a.page.getByTestId('stopped')).toHaveAttribute('data-code', 'replaced');
  await second.page.getByTestId('enter-button').click();
  await expect(second.page.getByTestId('unit-name')).toBeVisible();
  a = second;
  await expect(seat(unitA.code)).toHaveAttribute('data-state', 'here');
});

test('a leader looks on: hall, floor and board, no dossier, no microphone', async () => {
  const leader = await login(browsers[1] as Browser, 'leader');
  await expect(leader.page).toHaveURL(/\/observe$/);
  await expectColour(leader.page.getByTestId('line-video-hall.video'), colours.hall);
  await seat(unitA.code).click();
  await host.page.keyboard.press('Enter');
  await expectColour(leader.page.getByTestId('line-video-floor1.video'), colours.a);
  await expect(host.page.getByTestId('dossier')).toHaveAttribute('data-state', 'ready');
  await expect(leader.page.getByTestId('dossier')).toHaveCount(0);
  expect(leader.received.filter((f) => f.startsWith('{"type":"dossier"'))).toEqual([]);
  await leader.page.goto(`${rehearsal().url}/hall`);
  await expect(leader.page.getByTestId('stopped')).toHaveAttribute('data-code', 'forbidden');
});

test('a leader who was granted dossiers reads each of three', async () => {
  const roster = await units();
  const three = [unitA, ...roster.slice(2, 4)].map((u) => u.code);
  await grantDossiers('leader', true);
  const leader = await login(browsers[1] as Browser, 'leader');
  const shown = leader.page.locator('.hall-dossier');
  await expect(shown).toHaveAttribute('data-unit', unitA.code);
  for (const code of three.slice(1)) {
    await seat(code).click();
    await host.page.getByTestId('add-button').click();
    await expect(shown).toHaveAttribute('data-unit', code); // who is called is looked at
  }
  for (const [i, code] of three.entries()) {
    await leader.page.getByTestId(`dossier-tab-${i + 1}`).click();
    await expect(shown).toHaveAttribute('data-unit', code);
    await expect(leader.page.getByTestId('dossier')).toHaveAttribute('data-state', 'ready');
  }
  await leader.page.keyboard.press('1');
  await expect(shown).toHaveAttribute('data-unit', unitA.code);
  await leader.context.close();
  await grantDossiers('leader', false);
  for (const _ of three.slice(1)) await host.page.keyboard.press('r'); // those that were called last
  await expect(host.page.getByTestId('floor-3')).toHaveAttribute('data-unit', '');
});

test('the hall dismisses everybody, who may go', async () => {
  await host.page.keyboard.press('r');
  await host.page.getByTestId('session-more').click();
  await host.page.getByText('准许全体离会').click();
  await host.page.locator('.ant-modal-confirm .ant-btn-primary').click();
  await expect(a.page.getByTestId('dismissed')).toBeVisible();
});

import { execFileSync } from 'node:child_process';
import { expect, test } from '@playwright/test';
import { browserWith, colours, expectColour, framesOf, lastSlot, person } from './people';

interface Net {
  url: string;
  link: string;
  unit: string;
  host: string;
  password: string;
  trusting: string;
  strange: string;
  /** The server's end of the cable. */
  cable: string;
}

const net = JSON.parse(process.env.MUSTER_NET ?? '{}') as Net;

test('a browser that does not know the CA refuses the page', async () => {
  const browser = await browserWith(colours.a, net.strange);
  const { page } = await person(browser);
  await expect(page.goto(net.url)).rejects.toThrow(/ERR_CERT_AUTHORITY_INVALID/);
  await browser.close();
});

/** A hall and a station in two browsers behind the cable. */
async function hold() {
  const [hall, station] = await Promise.all([
    browserWith({ ...colours.hall, noisy: true }, net.trusting),
    browserWith(colours.a, net.trusting),
  ]);
  const [host, officer] = await Promise.all([person(hall), person(station)]);

  await host.page.goto(`${net.url}/login`);
  await host.page.getByTestId('login-name').fill(net.host);
  await host.page.getByTestId('login-password').fill(net.password);
  await host.page.getByTestId('login-submit').click();
  await host.page.waitForURL('**/hall');
  expect(await host.page.evaluate(() => isSecureContext)).toBe(true);
  // Who was the hall a moment ago still is.
  const claim = host.page.getByTestId('hall-claim');
  await expect(claim.or(host.page.getByTestId('hall-yield')).first()).toBeVisible();
  if (await claim.isVisible()) await claim.click();
  await expect(host.page.getByTestId('hall-picture')).toHaveAttribute('data-you', 'true');
  // Between 08:15 and 08:30 the schedule's own call waits in place of the drill.
  const begin = host.page.getByTestId('session-begin');
  await expect(begin.or(host.page.getByTestId('session-close')).first()).toBeVisible();
  if (await begin.isVisible()) await begin.click();

  await officer.page.goto(net.link);
  await officer.page.getByTestId('enter-button').click();
  await expectColour(officer.page.getByTestId('line-video-hall.video'), colours.hall);

  return { hall, station, host, officer };
}

test('with the CA installed a host and a station hold a call across the network', async () => {
  const { hall, station, host, officer } = await hold();
  await host.page.getByTestId(`board-seat-${net.unit}`).click();
  await host.page.getByTestId('call-button').click();
  await expect(officer.page.getByTestId('call-banner')).toBeVisible();
  await officer.page.getByTestId('answer-button').click();
  await expect(host.page.getByTestId('turn-bar')).toHaveAttribute('data-state', 'answered');
  await expectColour(host.page.getByTestId('line-video-floor1.video'), colours.a);
  await host.page.getByTestId('release-button').click();
  await Promise.all([hall.close(), station.close()]);
});

test('a thin line gets a smaller picture, which goes on, and the large one again', async () => {
  const { hall, station, officer } = await hold();
  const picture = officer.page.getByTestId('line-video-hall.video');
  const layer = () => lastSlot(officer, 'hall.video')?.rid;
  const tc = (...words: string[]) => execFileSync('tc', ['qdisc', ...words]);
  await expect.poll(layer).toBe('h');
  tc('add', 'dev', net.cable, 'root', 'tbf', 'rate', '700kbit', 'burst', '16k', 'latency', '200ms');
  await expect.poll(layer).not.toBe('h');
  const before = await framesOf(picture);
  await expect.poll(() => framesOf(picture)).toBeGreaterThan(before + 20);
  tc('del', 'dev', net.cable, 'root');
  await expect.poll(layer, { timeout: 120_000 }).toBe('h');
  await Promise.all([hall.close(), station.close()]);
});

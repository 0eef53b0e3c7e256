import { expect, test } from '@playwright/test';
import { browserWith, colours, expectColour, person } from './people';

interface Net {
  url: string;
  link: string;
  unit: string;
  host: string;
  password: string;
  trusting: string;
  strange: string;
}

const net = JSON.parse(process.env.MUSTER_NET ?? '{}') as Net;

test('a browser that does not know the CA refuses the page', async () => {
  const browser = await browserWith(colours.a, net.strange);
  const { page } = await person(browser);
  await expect(page.goto(net.url)).rejects.toThrow(/ERR_CERT_AUTHORITY_INVALID/);
  await browser.close();
});

test('with the CA installed a host and a station hold a call across the network', async () => {
  const [hall, station] = await Promise.all([
    browserWith(colours.hall, net.trusting),
    browserWith(colours.a, net.trusting),
  ]);
  const [host, officer] = await Promise.all([person(hall), person(station)]);

  await host.page.goto(`${net.url}/login`);
  await host.page.getByTestId('login-name').fill(net.host);
  await host.page.getByTestId('login-password').fill(net.password);
  await host.page.getByTestId('login-submit').click();
  await host.page.waitForURL('**/hall');
  expect(await host.page.evaluate(() => isSecureContext)).toBe(true);
  await host.page.getByTestId('hall-claim').click();
  await expect(host.page.getByTestId('hall-picture')).toHaveAttribute('data-you', 'true');

  await officer.page.goto(net.link);
  await officer.page.getByTestId('enter-button').click();
  await expectColour(officer.page.getByTestId('line-video-hall.video'), colours.hall);

  await host.page.getByTestId(`board-seat-${net.unit}`).click();
  await host.page.getByTestId('call-button').click();
  await expect(officer.page.getByTestId('call-banner')).toBeVisible();
  await officer.page.getByTestId('answer-button').click();
  await expect(host.page.getByTestId('turn-bar')).toHaveAttribute('data-state', 'answered');
  await expectColour(host.page.getByTestId('line-video-floor1.video'), colours.a);
  await host.page.getByTestId('release-button').click();
  await Promise.all([hall.close(), station.close()]);
});

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Browser,
  type BrowserContext,
  chromium,
  expect,
  type Locator,
  type Page,
} from '@playwright/test';
import type { Seat, Slot } from '../src/lib/wire.gen';
import { rehearsal } from './server';

/** A colour that a test camera shows, in YCbCr. */
export interface Colour {
  y: number;
  cb: number;
  cr: number;
  /** A picture that no encoder can make small. */
  noisy?: boolean;
  /** In pixels, 640x360 unless it says otherwise. */
  width?: number;
  height?: number;
  /** Frames a second, 15 unless it says otherwise. */
  rate?: number;
}

export const colours = {
  hall: { y: 150, cb: 60, cr: 60 },
  a: { y: 110, cb: 200, cr: 60 },
  b: { y: 110, cb: 60, cr: 200 },
} satisfies Record<string, Colour>;

const installed = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** A browser whose camera shows one colour. Several cameras need several browsers. */
export async function browserWith(colour: Colour, executablePath = installed): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${cameraFile(colour)}`,
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
}

/** A moving picture of one colour: a dark block walks along the lower edge, so that the page does not take it for frozen. */
function cameraFile({ y, cb, cr, noisy, width = 640, height = 360, rate = 15 }: Colour): string {
  const [frames, block] = [16, 40];
  const parts = [Buffer.from(`YUV4MPEG2 W${width} H${height} F${rate}:1 Ip A1:1 C420jpeg\n`)];
  for (let frame = 0; frame < frames; frame++) {
    const luma = Buffer.alloc(width * height, y);
    if (noisy) for (let i = 0; i < luma.length; i++) luma[i] = y - 60 + Math.random() * 120;
    for (let row = height - block; row < height; row++)
      luma.fill(40, row * width + frame * block, row * width + (frame + 1) * block);
    const quarter = (width * height) / 4;
    parts.push(Buffer.from('FRAME\n'), luma, Buffer.alloc(quarter, cb), Buffer.alloc(quarter, cr));
  }
  const file = join(mkdtempSync(join(tmpdir(), 'muster-camera-')), 'camera.y4m');
  writeFileSync(file, Buffer.concat(parts));
  return file;
}

/** A page, and every frame that its socket received. */
export interface Person {
  page: Page;
  context: BrowserContext;
  received: string[];
}

interface Viewport {
  width: number;
  height: number;
}

/** Opens an empty page. */
export async function person(
  browser: Browser,
  viewport: Viewport = { width: 1600, height: 900 },
): Promise<Person> {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  const received: string[] = [];
  page.on('websocket', (socket) => socket.on('framereceived', (f) => received.push(String(f.payload))));
  return { page, context, received };
}

export type WithConnections = typeof globalThis & { connections: RTCPeerConnection[] };

/** Lets a page that is opened afterwards be asked for the statistics of its peer connections. */
export async function keepConnections(p: Person) {
  await p.page.addInitScript(() => {
    const made: RTCPeerConnection[] = [];
    (globalThis as WithConnections).connections = made;
    globalThis.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(config?: RTCConfiguration) {
        super(config);
        made.push(this);
      }
    };
  });
}

/** A host or administrator who logs in by the login page and lands on its own. */
export async function login(browser: Browser, name: string): Promise<Person> {
  const p = await person(browser);
  await p.page.goto(`${rehearsal().url}/login`);
  await p.page.getByTestId('login-name').fill(name);
  await p.page.getByTestId('login-password').fill(rehearsal().password);
  await p.page.getByTestId('login-submit').click();
  await p.page.waitForURL((url) => !url.pathname.startsWith('/login'));
  return p;
}

/** An officer who opens the unit's link, checks the devices and enters. */
export async function enter(browser: Browser, token: string, viewport?: Viewport): Promise<Person> {
  const p = await person(browser, viewport);
  await p.page.goto(`${rehearsal().url}/station#${token}`);
  await p.page.getByTestId('enter-button').click();
  await expect(p.page.getByTestId('unit-name')).toBeVisible();
  return p;
}

export interface Unit {
  code: string;
  short: string;
  token: string;
}

/** The roster in its order, with the stations' tokens. */
export async function units(): Promise<Unit[]> {
  const { url, admin_token } = rehearsal();
  const answer = await fetch(`${url}/api/rehearsal`, { headers: { authorization: `Bearer ${admin_token}` } });
  const body = (await answer.json()) as { units: Unit[] };
  return body.units;
}

export interface Journalled {
  kind: string;
  at: string;
  data: { unit: string; turn: string };
}

/** What the journal says of the newest call. */
export async function journal(): Promise<Journalled[]> {
  const ask = async (path: string) =>
    (
      await fetch(`${rehearsal().url}${path}`, {
        headers: { authorization: `Bearer ${rehearsal().admin_token}` },
      })
    ).json();
  const [from, to] = [-1, 1].map((days) =>
    new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10),
  );
  const { sessions } = await ask(`/api/sessions?from=${from}&to=${to}`);
  const { events } = (await ask(`/api/sessions/${sessions[0].id}/journal`)) as { events: Journalled[] };
  return events;
}

/** Lets an observer read dossiers, or no longer, as the administrator does. */
export async function grantDossiers(name: string, dossiers: boolean) {
  const { url, admin_token } = rehearsal();
  const answer = await fetch(`${url}/api/users/${name}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${admin_token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ display: name, role: 'observer', disabled: false, dossiers }),
  });
  expect(answer.ok).toBe(true);
}

/** Ends a unit's join link, as the administrator does. */
export async function revoke(code: string) {
  const { url, admin_token } = rehearsal();
  const answer = await fetch(`${url}/api/links/${code}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${admin_token}` },
  });
  expect(answer.ok).toBe(true);
}

/** What a page was last told about a seat. */
export function lastSeat(p: Person, code: string): Seat {
  const told = p.received
    .map((f) => JSON.parse(f) as { type: string; data?: { seats?: Seat[] } })
    .flatMap((f) => (f.type === 'seats' || f.type === 'snapshot' ? (f.data?.seats ?? []) : []))
    .findLast((s) => s.unit === code);
  if (!told) throw new Error(`nothing was said about the seat ${code}`);
  return told;
}

/** What a page was last told about one of its lines. */
export function lastSlot(p: Person, line: string): Slot | undefined {
  return p.received
    .map((f) => JSON.parse(f) as { type: string; data?: { slots?: Slot[] } })
    .flatMap((f) => (f.type === 'slots' || f.type === 'snapshot' ? (f.data?.slots ?? []) : []))
    .findLast((s) => s.line === line);
}

/** How many frames a <video> below an element has shown. */
export async function framesOf(element: Locator): Promise<number> {
  return element
    .locator('video')
    .evaluate((v: HTMLVideoElement) => v.getVideoPlaybackQuality().totalVideoFrames);
}

/** The picture that a <video> below an element shows, as RGBA at a size of our own; empty while there is none. */
export async function pixels(element: Locator, width: number, height: number): Promise<number[]> {
  if ((await element.count()) === 0) return [];
  return element.evaluate(
    (box, size) => {
      const video = box instanceof HTMLVideoElement ? box : box.querySelector('video');
      if (!video || video.videoWidth === 0 || getComputedStyle(video).visibility === 'hidden') return [];
      const canvas = document.createElement('canvas');
      canvas.width = size.width;
      canvas.height = size.height;
      const context = canvas.getContext('2d');
      context?.drawImage(video, 0, 0, size.width, size.height);
      return [...(context?.getImageData(0, 0, size.width, size.height).data ?? [])];
    },
    { width, height },
  );
}

/** Whether a picture's middle has a camera's colour. */
export async function shows(element: Locator, colour: Colour): Promise<boolean> {
  const data = await pixels(element, 16, 9);
  const at = (4 * 16 + 8) * 4;
  const [r, g, b] = [data[at], data[at + 1], data[at + 2]];
  if (r === undefined || g === undefined || b === undefined) return false;
  const cb = 128 - 0.169 * r - 0.331 * g + 0.5 * b;
  const cr = 128 + 0.5 * r - 0.419 * g - 0.081 * b;
  return Math.abs(cb - colour.cb) < 25 && Math.abs(cr - colour.cr) < 25;
}

/** Waits until a picture has a camera's colour. */
export async function expectColour(element: Locator, colour: Colour) {
  await expect.poll(() => shows(element, colour)).toBe(true);
}

/** How many cells the strip of a simulated station's picture has: eight bits, and the same ones turned round. */
export const stripCells = 16;

/** The number in the strip of a simulated station's picture, null when there is none to read. */
export async function readStrip(element: Locator): Promise<number | null> {
  const [width, height] = [160, 90];
  const data = await pixels(element, width, height);
  const at = (cell: number) => (4 * width + Math.round((width / stripCells) * (cell + 0.5))) * 4;
  return stripNumber(Array.from({ length: stripCells }, (_, cell) => data[at(cell)] ?? 0));
}

/** The number that the brightness of a strip's cells says, null when it is none. */
export function stripNumber(cells: number[]): number | null {
  const bits = cells.map((c) => (c > 100 ? 1 : 0));
  const half = stripCells / 2;
  if (bits.length !== stripCells || bits.some((b, i) => i < half && b === bits[i + half])) return null;
  return bits.slice(0, half).reduce<number>((n, b) => n * 2 + b, 0);
}

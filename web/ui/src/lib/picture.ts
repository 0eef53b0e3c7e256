export type Picture = 'ok' | 'black' | 'frozen';

const width = 32;
const height = 18;
const blackLuma = 12;
/** How many looks in a row must say the same: a camera that starts is black for a moment. */
const frozenLooks = 8;
const blackLooks = 2;

/** Looks at the own camera's picture every now and then: no server can see a lens cap without decoding. */
export class PictureWatch {
  private readonly video = document.createElement('video');
  private readonly context = canvas().getContext('2d', { willReadFrequently: true });
  private before: Uint8ClampedArray | null = null;
  private same = 0;
  private dark = 0;

  follow(track: MediaStreamTrack | null) {
    this.before = null;
    this.same = 0;
    this.dark = 0;
    this.video.muted = true;
    this.video.srcObject = track ? new MediaStream([track]) : null;
    // Autoplay of a muted stream is always allowed; an interrupted start is followed by another one.
    if (track) this.video.play().catch(() => undefined);
  }

  look(): Picture {
    // A hidden page draws no frames: the last one would look frozen.
    if (!this.context || document.hidden || this.video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA)
      return 'ok';
    this.context.drawImage(this.video, 0, 0, width, height);
    const pixels = this.context.getImageData(0, 0, width, height).data;
    this.same = this.before && equal(this.before, pixels) ? this.same + 1 : 0;
    this.before = pixels;
    this.dark = black(pixels) ? this.dark + 1 : 0;
    if (this.dark >= blackLooks) return 'black';
    return this.same >= frozenLooks ? 'frozen' : 'ok';
  }
}

function canvas(): HTMLCanvasElement {
  return Object.assign(document.createElement('canvas'), { width, height });
}

/** True when no pixel is brighter than a covered lens gives. */
export function black(pixels: Uint8ClampedArray): boolean {
  let sum = 0;
  for (let i = 0; i < pixels.length; i += 4) {
    sum += 0.3 * (pixels[i] ?? 0) + 0.59 * (pixels[i + 1] ?? 0) + 0.11 * (pixels[i + 2] ?? 0);
  }
  return sum / (pixels.length / 4) < blackLuma;
}

/** A live sensor has noise: two looks are never equal to the last bit. */
export function equal(a: Uint8ClampedArray, b: Uint8ClampedArray): boolean {
  return a.length === b.length && a.every((v, i) => v === b[i]);
}

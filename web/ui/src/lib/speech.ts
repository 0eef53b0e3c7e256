const least = 0.012;
const overNoise = 3;
const holdMS = 800;

/** Says from a run of levels whether somebody speaks: clearly over the room's own noise, with pauses between words bridged. */
export class SpeechDetector {
  private noise = least / overNoise;
  private lastLoud = Number.NEGATIVE_INFINITY;

  feed(level: number, atMS: number): boolean {
    const loud = level > Math.max(least, this.noise * overNoise);
    if (loud) this.lastLoud = atMS;
    // The noise follows quiet at once and loudness slowly, so that a long sentence does not become noise.
    const speed = level < this.noise ? 0.2 : 0.002;
    this.noise += (level - this.noise) * speed;
    return atMS - this.lastLoud < holdMS;
  }
}

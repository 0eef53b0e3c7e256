/** A live microphone has some noise even after noise suppression; less than this for silentMS is one that is switched off. */
const silentLevel = 0.00001;
const silentMS = 10_000;

/** Measures how loud the microphone is. */
export class LevelMeter {
  private context: AudioContext | null = null;
  private analyser: AnalyserNode | null = null;
  private source: MediaStreamAudioSourceNode | null = null;
  private samples = new Float32Array(0);
  private heardAt = 0;

  follow(track: MediaStreamTrack | null) {
    this.source?.disconnect();
    this.source = null;
    if (!track) {
      void this.context?.close();
      this.context = null;
      return;
    }
    this.context ??= new AudioContext();
    this.analyser = this.context.createAnalyser();
    this.analyser.fftSize = 1024;
    this.samples = new Float32Array(this.analyser.fftSize);
    this.source = this.context.createMediaStreamSource(new MediaStream([track]));
    this.source.connect(this.analyser);
    this.heardAt = performance.now();
  }

  /** Browsers may hold audio back until the page was clicked. */
  resume() {
    if (this.context?.state === 'suspended') void this.context.resume();
  }

  /** The loudness now, from 0 to 1 (root mean square). */
  now(): number {
    if (!this.source || !this.analyser) return 0;
    this.analyser.getFloatTimeDomainData(this.samples);
    const level = rms(this.samples);
    if (level > silentLevel || this.context?.state !== 'running') this.heardAt = performance.now();
    return level;
  }

  silent(): boolean {
    this.now();
    return performance.now() - this.heardAt > silentMS;
  }
}

export function rms(samples: Float32Array): number {
  let sum = 0;
  for (const s of samples) sum += s * s;
  return samples.length ? Math.sqrt(sum / samples.length) : 0;
}

/** The level as a share of a meter's length: hearing is logarithmic, so is the meter (-60 dB to -6 dB). */
export function meterShare(level: number): number {
  if (level <= 0) return 0;
  const decibel = 20 * Math.log10(level);
  return Math.min(1, Math.max(0, (decibel + 60) / 54));
}

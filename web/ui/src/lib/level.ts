/** A live microphone has some noise even after noise suppression; less than this for silentMS is one that is switched off. */
const silentLevel = 0.00001;
const silentMS = 10_000;
/** The longest window that the browser gives, 0.7 s: looks for silence must not fall between two words. */
const silentWindow = 32_768;

/** Measures how loud the microphone is. */
export class LevelMeter {
  private context: AudioContext | null = null;
  private quick: AnalyserNode | null = null;
  private long: AnalyserNode | null = null;
  private source: MediaStreamAudioSourceNode | null = null;
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
    this.quick = new AnalyserNode(this.context, { fftSize: 1024 });
    this.long = new AnalyserNode(this.context, { fftSize: silentWindow });
    this.source = this.context.createMediaStreamSource(new MediaStream([track]));
    this.source.connect(this.quick);
    this.source.connect(this.long);
    this.heardAt = performance.now();
  }

  /** Browsers may hold audio back until the page was clicked. */
  resume() {
    if (this.context?.state === 'suspended') void this.context.resume();
  }

  /** The loudness now, from 0 to 1 (root mean square). */
  now(): number {
    return this.source ? loudness(this.quick) : 0;
  }

  /** Whether nothing at all was heard for a while; to be asked every second. */
  silent(): boolean {
    const deaf = this.context?.state !== 'running';
    if (deaf || loudness(this.long) > silentLevel) this.heardAt = performance.now();
    return performance.now() - this.heardAt > silentMS;
  }
}

function loudness(analyser: AnalyserNode | null): number {
  if (!analyser) return 0;
  const samples = new Float32Array(analyser.fftSize);
  analyser.getFloatTimeDomainData(samples);
  return rms(samples);
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

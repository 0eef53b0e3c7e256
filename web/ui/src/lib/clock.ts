interface Sample {
  rtt: number;
  offset: number;
}

/** The server's clock, estimated from pongs: the sample with the shortest round trip of the last few is the best one. */
export class ServerClock {
  private samples: Sample[] = [];

  /** A first rough estimate from hello. */
  first(now: string) {
    this.samples = [{ rtt: Number.POSITIVE_INFINITY, offset: Date.parse(now) - Date.now() }];
  }

  /** The number to put into a ping. */
  sent(): number {
    return Math.round(performance.now());
  }

  /** Takes a pong and returns the round trip in ms. */
  received(t: number, now: string): number {
    const rtt = Math.max(0, performance.now() - t);
    this.samples = [...this.samples.slice(-7), { rtt, offset: Date.parse(now) + rtt / 2 - Date.now() }];
    return Math.round(rtt);
  }

  now(): number {
    const best = this.samples.reduce<Sample | null>((a, b) => (a && a.rtt <= b.rtt ? a : b), null);
    return Date.now() + (best?.offset ?? 0);
  }
}

import type { LineStats } from './types';

export type NetworkState = 'ok' | 'weak';

/** What a look at the line measures. */
export interface Look {
  /** Round trip of the socket, in milliseconds. */
  rttMS: number;
  lines: readonly LineStats[];
}

/** How often the line is looked at. */
export const lookMS = 5000;

const slowMS = 400;
const lossy = 0.05;
const looksToWeak = 2;
const looksToOk = 3;

/** Tells a weak line from a single bad moment: it is weak after two bad looks in a row, and well after three good ones. */
export class NetworkWatch {
  private state: NetworkState = 'ok';
  private against = 0;

  feed(look: Look): NetworkState {
    const bad = look.rttMS > slowMS || worstLoss(look.lines) > lossy;
    this.against = bad === (this.state === 'ok') ? this.against + 1 : 0;
    if (this.against >= (this.state === 'ok' ? looksToWeak : looksToOk)) {
      this.state = bad ? 'weak' : 'ok';
      this.against = 0;
    }
    return this.state;
  }
}

/** Of the lines that carry enough to judge by: a lost packet of ten says nothing. */
function worstLoss(lines: readonly LineStats[]): number {
  const carrying = lines.filter((l) => l.kbps > 10);
  return Math.max(0, ...carrying.map((l) => l.loss));
}

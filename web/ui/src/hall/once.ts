/** For how long after a press the same command counts as the second half of a double press. */
export const settleMS = 500;

/** Lets a command through only when the same one has been answered and its press is over. */
export class Once {
  private readonly begun = new Map<string, { at: number; running: boolean }>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Carries the command out, or gives null when it is too early for it. */
  async run<T>(key: string, act: () => Promise<T>): Promise<T | null> {
    const last = this.begun.get(key);
    if (last && (last.running || this.now() - last.at < settleMS)) return null;
    const mine = { at: this.now(), running: true };
    this.begun.set(key, mine);
    try {
      return await act();
    } finally {
      mine.running = false;
    }
  }
}

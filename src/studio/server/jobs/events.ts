/** Events for a reader that may be slower than they come. */

/** Keeps the newest event until the reader takes it; one that is not taken in time is replaced by the next. */
export class NewestEvent<Event> {
  private newest: { event: Event } | null = null;
  private isClosed = false;
  private wake: (() => void) | null = null;

  put(event: Event): void {
    this.newest = { event };
    this.wake?.();
  }

  /** There will be no more events. */
  close(): void {
    this.isClosed = true;
    this.wake?.();
  }

  /**
   * The next event; `'quiet'` when none came for so long, null when there are no more.
   *
   * @param patience - in ms
   */
  async next(patience: number): Promise<Event | 'quiet' | null> {
    if (this.newest === null && !this.isClosed)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, patience);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    this.wake = null;
    const { newest } = this;
    this.newest = null;
    if (newest !== null) return newest.event;
    return this.isClosed ? null : 'quiet';
  }
}

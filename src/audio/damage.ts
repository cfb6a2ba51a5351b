/** What of a recording could not be decoded, as a decoder counts it. */

/** Counts the parts that are lost, and the time where the container tells it. */
export class Damage {
  private parts = 0;
  private seconds = 0;

  /**
   * Counts lost parts.
   *
   * @param seconds - how much sound they held, where that is known. Default: 0.
   */
  add(parts = 1, seconds = 0): void {
    this.parts += parts;
    this.seconds += Math.max(0, seconds);
  }

  /** Parts that could not be decoded. */
  get errors(): number {
    return this.parts;
  }

  /** Seconds known to be missing; null where parts are lost and nothing tells how long they were. */
  get missing(): number | null {
    return this.parts > 0 && this.seconds === 0 ? null : this.seconds;
  }
}

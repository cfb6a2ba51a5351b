/** What a recording's samples are like: finite, how loud, how many at full scale. */

/** Samples from here on count as at full scale. */
const FULL_SCALE = 0.999;

/** Looks at the samples of a recording that comes in pieces. */
export class SampleCheck {
  /** Samples so far. */
  received = 0;
  /** Largest magnitude. */
  peak = 0;
  private fullScale = 0;

  /** Share of the samples that are at full scale. */
  get clipped(): number {
    return this.received === 0 ? 0 : this.fullScale / this.received;
  }

  /** Takes the next samples. Throws RangeError for samples that are not finite. */
  take(samples: Float32Array): void {
    for (let n = 0; n < samples.length; n++) {
      const magnitude = Math.abs(samples[n]);
      if (!(magnitude < Infinity))
        throw new RangeError(`Sample ${this.received + n} is not a number; decode the recording again.`);
      if (magnitude > this.peak) this.peak = magnitude;
      if (magnitude >= FULL_SCALE) this.fullScale++;
    }
    this.received += samples.length;
  }
}

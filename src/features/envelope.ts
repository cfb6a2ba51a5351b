/** Cleaning by the sound's envelope: what lies below a threshold is dropped, and the rest moves together. */

/** How the envelope is taken. */
export interface EnvelopeSettings {
  /** Mean magnitude, of full scale 1, that a sample's surroundings have at least to be kept. */
  threshold: number;
  /** Length in seconds of the surroundings, half before and half after the sample. */
  seconds: number;
}

/** Drops quiet parts of a signal that comes in pieces; together they are those of the whole signal, to the bit. */
export class EnvelopeGate {
  private readonly half: number;
  private readonly threshold: number;
  /** Samples from `first` on that later decisions need. */
  private held: Float32Array = new Float32Array(0);
  private first = 0;
  /** The next sample to decide on, and the end of the surroundings whose magnitudes are in `sum`. */
  private next = 0;
  private end = 0;
  private sum = 0;
  private isEmpty = true;

  constructor({ threshold, seconds }: EnvelopeSettings, sampleRate: number) {
    this.half = Math.max(1, Math.round((seconds * sampleRate) / 2));
    this.threshold = threshold;
  }

  /** Takes the next samples and gives those that are kept as far as it is certain. */
  push(samples: Float32Array): Float32Array {
    const joined = new Float32Array(this.held.length + samples.length);
    joined.set(this.held);
    joined.set(samples, this.held.length);
    this.held = joined;
    return this.decide(this.first + joined.length - this.half);
  }

  /** Gives the last samples that are kept. A signal of which nothing is kept is one sample of silence. */
  finish(): Float32Array {
    const last = this.decide(this.first + this.held.length);
    return this.isEmpty ? new Float32Array(1) : last;
  }

  private decide(until: number): Float32Array {
    const kept: number[] = [];
    const { held, half } = this;
    const length = this.first + held.length;
    for (; this.next < until; this.next++) {
      for (; this.end < Math.min(length, this.next + half); this.end++)
        this.sum += Math.abs(held[this.end - this.first]);
      const begin = this.next - half;
      if (begin > 0) this.sum -= Math.abs(held[begin - 1 - this.first]);
      const mean = this.sum / (this.end - Math.max(0, begin));
      if (mean >= this.threshold) kept.push(held[this.next - this.first]);
    }
    const needed = Math.max(this.first, this.next - half - 1);
    this.held = held.slice(needed - this.first);
    this.first = needed;
    if (kept.length > 0) this.isEmpty = false;
    return Float32Array.from(kept);
  }
}

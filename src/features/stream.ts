/** Features of a signal that comes in pieces. */
import { joinSamples } from '../audio/samples.js';
import { type Framing, padForFraming } from './framing.js';
import type { FeatureMatrix } from './matrix.js';

/** Rows of a signal that comes in pieces. */
export interface RowStream {
  /** Takes the next samples and gives the rows that are final, row-major; null when there are none. */
  push(samples: Float32Array): Float32Array | null;
  /** Ends the signal and gives the last rows; null when there are none. */
  finish(): Float32Array | null;
}

/** Frames computed at a time: enough to make the cost of a call negligible. */
const BATCH = 128;

/** A framewise feature of whole frames, none of them padded (`center: false`). */
export type FramewiseFeature = (samples: Float32Array) => FeatureMatrix;

/**
 * Computes a framewise feature piece by piece: the rows are those of the whole signal, to the bit; memory does not
 * grow.
 */
export class FeatureStream {
  /** Samples still needed, padding included. */
  private pending: Float32Array = new Float32Array(0);
  private length = 0;
  /** The signal's first samples, until there are enough to pad with. */
  private started = false;
  /** The signal's last samples: what the end is padded with. */
  private tail: Float32Array = new Float32Array(0);
  private readonly margin: number;

  /** `framing`: how the whole signal is cut; `feature`: computes the rows of a piece that begins with a frame. */
  constructor(
    private readonly framing: Framing,
    private readonly feature: FramewiseFeature,
  ) {
    this.margin = framing.center === false ? 0 : Math.floor(framing.frameLength / 2);
  }

  /** Takes the next samples and gives the rows that are final; null when there are none. */
  push(samples: Float32Array): FeatureMatrix | null {
    this.append(samples);
    const keep = this.margin + 1;
    this.tail = joinSamples([this.tail, samples]).slice(-keep);
    if (!this.started) {
      if (this.length < keep) return null;
      this.start();
    }
    const { frameLength, hopLength } = this.framing;
    const frames = this.length < frameLength ? 0 : 1 + Math.floor((this.length - frameLength) / hopLength);
    return frames < BATCH ? null : this.take(frames - (frames % BATCH));
  }

  /**
   * Ends the signal and gives the last rows; null when there are none. Throws RangeError when it was too short to be
   * reflected.
   */
  finish(): FeatureMatrix | null {
    if (!this.started) {
      // Shorter than its padding: as one piece.
      const padded = padForFraming(this.pending.subarray(0, this.length), this.framing);
      this.pending = padded;
      this.length = padded.length;
    } else if (this.margin > 0) {
      const end = padForFraming(this.tail, this.framing).subarray(this.margin + this.tail.length);
      this.append(end);
    }
    const { frameLength, hopLength } = this.framing;
    const frames = this.length < frameLength ? 0 : 1 + Math.floor((this.length - frameLength) / hopLength);
    return frames > 0 ? this.take(frames) : null;
  }

  /** Puts the padding before the first samples. */
  private start(): void {
    this.started = true;
    const samples = this.pending.slice(0, this.length);
    const begin = padForFraming(samples, this.framing).subarray(0, this.margin);
    this.pending = new Float32Array(0);
    this.length = 0;
    this.append(begin);
    this.append(samples);
  }

  private append(samples: Float32Array): void {
    const needed = this.length + samples.length;
    if (needed > this.pending.length) {
      const grown = new Float32Array(Math.max(needed, 2 * this.pending.length));
      grown.set(this.pending.subarray(0, this.length));
      this.pending = grown;
    }
    this.pending.set(samples, this.length);
    this.length = needed;
  }

  private take(frames: number): FeatureMatrix {
    const { frameLength, hopLength } = this.framing;
    const rows = this.feature(this.pending.subarray(0, (frames - 1) * hopLength + frameLength));
    const done = Math.min(this.length, frames * hopLength);
    this.pending.copyWithin(0, done, this.length);
    this.length -= done;
    return rows;
  }
}

/** A stream's rows without their number and width. */
export function rowStream(stream: FeatureStream): RowStream {
  return {
    push: (samples) => stream.push(samples)?.values ?? null,
    finish: () => stream.finish()?.values ?? null,
  };
}

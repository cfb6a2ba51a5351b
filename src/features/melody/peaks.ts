/** Peaks of the salience of every frame. */

/** Peaks of the salience of every frame. */
export interface SaliencePeaks {
  /** Index of the first peak of each frame, and at the end the number of all. */
  offsets: Int32Array;
  /** Pitch of each peak in bins, which may be fractional. */
  bins: Float32Array;
  /** Salience of each peak. */
  strengths: Float32Array;
}

/** Peaks below this part of the largest of their frame are never a melody's. */
const LEAST_SHARE = 0.2;

/** Collects the peaks of frames that come one after another. */
export class PeakCollector {
  private readonly offsets: number[] = [0];
  private readonly bins: number[] = [];
  private readonly strengths: number[] = [];

  /** Takes the salience of the next frame: its local maxima, by a parabola through three bins. */
  add(values: Float64Array): void {
    let most = 0;
    for (let b = 0; b < values.length; b++) if (values[b] > most) most = values[b];
    for (let b = 1; b + 1 < values.length; b++) {
      const [left, middle, right] = [values[b - 1], values[b], values[b + 1]];
      if (!(middle > left && middle >= right && middle >= LEAST_SHARE * most)) continue;
      const curvature = left - 2 * middle + right;
      this.bins.push(b + (curvature === 0 ? 0 : (0.5 * (left - right)) / curvature));
      this.strengths.push(middle);
    }
    this.offsets.push(this.bins.length);
  }

  peaks(): SaliencePeaks {
    return {
      offsets: Int32Array.from(this.offsets),
      bins: Float32Array.from(this.bins),
      strengths: Float32Array.from(this.strengths),
    };
  }
}

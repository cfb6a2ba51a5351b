/** Mean and standard deviation over time of a framewise feature: one row per recording, for classical classifiers. */
import type { AudioFeature } from './audio-feature.js';

/** Sums over time, so that the frames of a long recording need not be kept: Welford's (1962) means and squares. */
class Moments {
  private readonly means: Float64Array;
  private readonly squares: Float64Array;
  private frames = 0;

  constructor(private readonly width: number) {
    this.means = new Float64Array(width);
    this.squares = new Float64Array(width);
  }

  add(values: Float32Array): void {
    const { means, squares, width } = this;
    for (let at = 0; at < values.length; at += width) {
      this.frames++;
      for (let c = 0; c < width; c++) {
        const difference = values[at + c] - means[c];
        means[c] += difference / this.frames;
        squares[c] += difference * (values[at + c] - means[c]);
      }
    }
  }

  /** Means, then deviations (divided by n). */
  row(): Float32Array {
    const deviations = this.squares.map((sum) => Math.sqrt(sum / Math.max(1, this.frames)));
    return Float32Array.from([...this.means, ...deviations]);
  }
}

/**
 * The statistics of a feature over the whole recording as a feature of one row: the mean of each column, then the standard
 * deviation of each (divided by the number of frames).
 */
export const recordingStatistics = ({
  width,
  stream,
}: Pick<AudioFeature, 'width' | 'stream'>): AudioFeature => ({
  hopLength: null,
  width: 2 * width,
  silence: 0,
  margin: 0,
  stream() {
    const frames = stream();
    const moments = new Moments(width);
    const add = (rows: Float32Array | null): void => {
      if (rows) moments.add(rows);
    };
    return {
      push(samples) {
        add(frames.push(samples));
        return null;
      },
      finish() {
        add(frames.finish());
        return moments.row();
      },
    };
  },
  rows: () => {
    throw new Error('statistics over a recording have no rows of a chunk');
  },
});

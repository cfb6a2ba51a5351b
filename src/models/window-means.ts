/** A recording's result: the means over its windows of what a model gives for each. */
import type { Prediction } from './predictor.js';

/** Windows that a model scores at once, of one recording or of several. */
export const WINDOW_BATCH = 16;

/** Sums over the windows of one recording. */
export class WindowMeans {
  /** Windows so far. */
  windows = 0;
  private readonly scores: Float64Array;
  private embedding: Float64Array | null = null;

  constructor(labels: number) {
    this.scores = new Float64Array(labels);
  }

  /** Adds window `index` of a batch and gives its scores, a view. */
  add({ windows, scores, embedding }: Prediction, index: number): Float32Array {
    const rowOf = (values: Float32Array): Float32Array =>
      values.subarray((index * values.length) / windows, ((index + 1) * values.length) / windows);
    const own = rowOf(scores);
    addTo(this.scores, own);
    if (embedding) {
      this.embedding ??= new Float64Array(embedding.length / windows);
      addTo(this.embedding, rowOf(embedding));
    }
    this.windows++;
    return own;
  }

  /** Mean scores, [labels], and mean embedding; null where the windows had none. */
  means(): { scores: Float32Array; embedding: Float32Array | null } {
    const mean = (sums: Float64Array): Float32Array => Float32Array.from(sums, (sum) => sum / this.windows);
    return { scores: mean(this.scores), embedding: this.embedding && mean(this.embedding) };
  }
}

function addTo(sums: Float64Array, values: Float32Array): void {
  for (let i = 0; i < sums.length; i++) sums[i] += values[i];
}

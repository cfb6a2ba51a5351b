/** The columns of predictions, label by label. */
import type { Predictions } from './predictions.js';

/** Scores and ground truth of one label over all examples. */
export interface LabelColumn {
  scores: Float32Array;
  targets: Uint8Array;
}

/** One label's column of the row-major scores and targets. */
export function labelColumn({ scores, targets, ids, labels }: Predictions, column: number): LabelColumn {
  const rows = ids.length;
  const own: LabelColumn = { scores: new Float32Array(rows), targets: new Uint8Array(rows) };
  for (let row = 0; row < rows; row++) {
    own.scores[row] = scores[row * labels.length + column];
    own.targets[row] = targets[row * labels.length + column];
  }
  return own;
}

/** What a model said of a split: the input of every metric and report. */

/** Whether labels are independent (tagging, sigmoid) or exclusive (classification, softmax). */
export type Task = 'tagging' | 'classification';

/** Scores and ground truth of the examples of one split; row-major, one row an example. */
export interface Predictions {
  task: Task;
  /** Names of the columns. */
  labels: string[];
  /** Example ids, one a row. */
  ids: string[];
  /** What the row is resampled with in the bootstrap: the song's name where songs are known, else the id. */
  groups: string[];
  /** Whether `groups` are songs or single clips. */
  groupKind: 'song' | 'clip';
  /** Probabilities in [0, 1], [examples × labels]. */
  scores: Float32Array;
  /** 0 or 1, [examples × labels]. */
  targets: Uint8Array;
}

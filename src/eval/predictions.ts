/** Predictions for a split: the input of every metric and report. */
import { Failure, UsageError } from '../base/errors.js';
import type { LabelTask } from '../models/heads/index.js';

/** What the bootstrap can draw; `group` is what the data set keeps within one split. */
export type BootstrapUnit = 'song' | 'artist' | 'album' | 'group' | 'clip';

/** Scores of the chunks of a split's recordings. */
export interface SliceScores {
  /** Row of each chunk's recording in the predictions. */
  rows: Uint32Array;
  /** Row-major [chunks × labels]. */
  values: Float32Array;
}

/** Scores of the examples of one split; row-major, one row per example. */
interface ScoredRows {
  /** Names of the columns. */
  labels: string[];
  /** Example ids, one per row. */
  ids: string[];
  /** What each row is drawn together with in the bootstrap: its song, or the clip alone. */
  groups: string[];
  /** What most `groups` are. */
  groupKind: BootstrapUnit;
  /** Rows that are drawn alone because their song (or artist, or album) is not known. Default: 0. */
  ungrouped?: number;
  /** The artist of each row, null where not known. Default: none is known. */
  artists?: (string | null)[];
  /** Probabilities of labels in [0, 1], or predicted numbers in the targets' own units; [examples × labels]. */
  scores: Float32Array;
  /** Embeddings of the examples, row-major [examples × width]; only where they are asked for. */
  embeddings?: { values: Float32Array; width: number };
  /** Scores of the examples' chunks, of which `scores` are the means. Default: not known. */
  slices?: SliceScores;
}

/** Scores of labels, with the truth. */
export interface Predictions extends ScoredRows {
  task: LabelTask;
  /** 0 or 1, [examples × labels]. */
  targets: Uint8Array;
}

/** Predicted numbers, with the truth. */
export interface NumberPredictions extends ScoredRows {
  task: 'regression';
  /** In their own units, [examples × targets]; NaN where the truth is not known. */
  targets: Float64Array;
}

/** The pitch of frames, with the truth: a row per frame, those of a recording one after the other under its id. */
export interface PitchPredictions extends ScoredRows {
  task: 'pitch';
  /** Hz (0 where unvoiced) and whether the frame is voiced (1 or 0), [frames × 2]; scores are Hz and confidence. */
  targets: Float64Array;
  /** Seconds of each row in its recording. */
  times: Float64Array;
}

/** Predictions of whole examples, one row each. */
export type ExamplePredictions = Predictions | NumberPredictions;

export type AnyPredictions = ExamplePredictions | PitchPredictions;

/**
 * Checks predictions before metrics of them would silently be wrong. Throws UsageError when there are no examples or
 * labels, or shapes, targets or classes do not fit; Failure when a score is not finite (a diverged model).
 */
export function checkPredictions(predictions: Predictions): void {
  checkShape(predictions);
  const { task, labels, ids, targets } = predictions;
  const columns = labels.length;
  for (let i = 0; i < targets.length; i++)
    if (targets[i] > 1)
      throw new UsageError(
        `The target of example ${ids[Math.floor(i / columns)]} for label ${labels[i % columns]} is ${targets[i]}; targets are 0 or 1.`,
      );
  if (task === 'classification') checkOneClassEach(predictions);
}

/** The part of the checks that is the same for numbers; throws as they do. */
export function checkShape({ labels, ids, groups, scores, targets }: AnyPredictions): void {
  const rows = ids.length;
  const columns = labels.length;
  if (rows === 0)
    throw new UsageError(
      'There are no predictions to evaluate: the split has no examples; choose another split.',
    );
  if (columns === 0)
    throw new UsageError('There are no labels to evaluate; check the labels of the data set.');
  if (groups.length !== rows)
    throw new UsageError(
      `The predictions have ${rows} ids but ${groups.length} groups; give one group for each example.`,
    );
  if (scores.length !== rows * columns || targets.length !== rows * columns)
    throw new UsageError(
      `The predictions have ${scores.length} scores and ${targets.length} targets where ${rows} examples × ${columns} labels are ${rows * columns}; check that model and data have the same labels.`,
    );
  for (let i = 0; i < scores.length; i++)
    if (!Number.isFinite(scores[i]))
      throw new Failure(
        `The score of example ${ids[Math.floor(i / columns)]} for label ${labels[i % columns]} is ${scores[i]}, not a number: the model has diverged; lower training.optimizer.learning_rate or training.gradient_clip.`,
      );
}

function checkOneClassEach({ labels, ids, targets }: Predictions): void {
  for (let row = 0; row < ids.length; row++) {
    let classes = 0;
    for (let j = 0; j < labels.length; j++) classes += targets[row * labels.length + j];
    if (classes !== 1)
      throw new UsageError(
        `Example ${ids[row]} has ${classes} classes; in classification each example has exactly one.`,
      );
  }
}

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

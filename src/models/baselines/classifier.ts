/** The interface of a classical classifier or regression: it is fitted to rows of numbers, and its result is a few named arrays. */
import type { z } from 'zod';
import type { SparseMatrix } from '../../text/term-counts.js';
import type { WeightValues } from '../parameters.js';
import type { GridPoint } from './grid.js';

/** Fitted parameters; single precision, so that scores are the same before and after storing. */
export type Fitted = Map<string, WeightValues>;

/** How many labels, or numbers to predict, there are. */
export interface Labels {
  count: number;
  /** Whether each row has exactly one label (classes) or any number (tags). */
  exclusive: boolean;
}

/** Rows to learn from. */
export interface TrainingRows extends Labels {
  /** [rows × columns]; a dense matrix has full rows. */
  x: SparseMatrix;
  /** 0 or 1, row-major [rows × labels]; empty for a regression. */
  targets: Uint8Array;
  /** The numbers of a regression, row-major [rows × targets], NaN where one is missing; absent for labels. */
  numbers?: Float64Array;
  /** Of whatever is drawn at random. */
  seed: number;
  /** Receives one-sentence notes on fallbacks. */
  onNote: (note: string) => void;
  /** Awaited regularly in long work, so that signals arrive; throws when it is to stop. */
  yieldToEventLoop: () => Promise<void>;
}

/** Kinds of features that are one dense row of numbers per recording. */
export const SOUND_FEATURES = ['mfcc', 'mel-statistics', 'embedding'] as const;

/** Kinds of features that a classifier can be fitted to. */
export const BASELINE_FEATURES = ['tfidf', ...SOUND_FEATURES] as const;

/** Name of a kind of features. */
export type BaselineFeatureName = (typeof BASELINE_FEATURES)[number];

/** A kind of classifier. Its options hold lists of values; a point of the grid holds one of each. */
export interface ClassifierKind<Schema extends z.ZodType = z.ZodType, Point = GridPoint> {
  options: Schema;
  /** In words: `logistic regression`. */
  title: string;
  /** The features that it makes sense for. */
  features: readonly BaselineFeatureName[];
  /** Default: labels, which are tags or classes. */
  predicts?: 'labels' | 'numbers';
  /**
   * Fits rows; unless `final`, skips what only the kept fit needs (probabilities). Throws UsageError when the rows are
   * too few for the options.
   */
  fit(rows: TrainingRows, point: Point, final: boolean): Promise<Fitted>;
  /** Row-major [rows × labels] probabilities where the fit was final, else scores in their order; or numbers. */
  scores(fitted: Fitted, x: SparseMatrix, labels: Labels): Float64Array;
  /** How much each column counts towards each label, where that is one number; row-major [columns × labels]. */
  weights?(fitted: Fitted, labels: Labels): Float64Array;
}

/** An array for storage, rounded to single precision. */
export function stored(shape: number[], values: ArrayLike<number>): WeightValues {
  return { shape, values: Float32Array.from(values) };
}

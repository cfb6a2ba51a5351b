/** What a baseline is fitted to and scores: the features of a data set. */
import type { Dataset, Example } from '../../data/dataset.js';
import type { WindowBatch } from '../../inputs/window.js';
import type { FittedFeatures } from '../../models/baselines/predictor.js';
import type { Predictor } from '../../models/predictor.js';
import type { SparseMatrix } from '../../text/term-counts.js';

/** Windows of some examples, as a predictor takes them. */
export interface ExampleWindows extends WindowBatch {
  /** The place of each window's example among those that were asked for. */
  rows: ArrayLike<number>;
}

/** Features of a data set. */
export interface FeatureSource {
  /** The data set without the recordings that could not be decoded. */
  dataset: Dataset;
  /** Learns parameters from training examples. */
  fit(train: readonly Example[]): FittedFeatures;
  /** All windows of examples, a batch at a time, in the order of the examples. */
  windows(fitted: FittedFeatures, examples: readonly Example[]): Iterable<ExampleWindows>;
  /** The rows of examples, one of each, for a fit. */
  rows(fitted: FittedFeatures, examples: readonly Example[]): SparseMatrix;
  /** Name of the text segmenter; null where there is no text. */
  segmenter: string | null;
  /** Entries of the user dictionary that lyrics were segmented with; null for none. */
  dictionary: string[] | null;
  /** Frees what the windows are read from. */
  close(): void;
}

/** Options of the features. */
export interface FeatureOptions {
  onNote: (note: string) => void;
  signal?: AbortSignal;
  yieldToEventLoop: () => Promise<void>;
  /** The user dictionary of a model that is fitted already. */
  dictionary?: string[];
  /** The frozen network whose embeddings are the features; null for other features. */
  network: Predictor | null;
}

/** Examples that a predictor scores at once where each has one window: counts of terms are dense. */
const BATCH = 256;

/** One window of each example, from a function that makes those of some. */
export function* oneWindowEach(
  examples: readonly Example[],
  windows: (some: readonly Example[]) => WindowBatch['values'],
): Generator<ExampleWindows> {
  for (let from = 0; from < examples.length; from += BATCH) {
    const some = examples.slice(from, from + BATCH);
    yield { count: some.length, values: windows(some), rows: some.map((_, i) => from + i) };
  }
}

/** Data sets and examples as the rest of the toolkit takes them. */
import type { Task } from '../models/heads/index.js';
import type { PitchCurve } from './pitch-curve.js';

/** The three splits of a data set. */
export const SPLITS = ['train', 'validation', 'test'] as const;

export type Split = (typeof SPLITS)[number];

const SPELLINGS: Record<string, Split> = {
  train: 'train',
  training: 'train',
  validation: 'validation',
  valid: 'validation',
  val: 'validation',
  dev: 'validation',
  test: 'test',
};

/** The split that a table or folder calls `train`, `training`, `val`, `dev`, …, in any case; null for other words. */
export function splitNamed(word: string): Split | null {
  return Object.hasOwn(SPELLINGS, word.toLowerCase()) ? SPELLINGS[word.toLowerCase()] : null;
}

export interface Example {
  id: string;
  /** Path of the audio file, or null where there is only text. */
  audio: string | null;
  /** Path of the lyrics, or null for an instrumental or where none are known. */
  lyrics: string | null;
  split: Split;
  /** What the clip was cut from: splits and intervals respect these. Null where it is not known. */
  song: string | null;
  artist: string | null;
  /** Release that the clip is from. Default: not known. */
  album?: string | null;
  /** What no two splits may share, where the data set names it. Default: nothing. */
  group?: string | null;
  title: string;
  /** Values by column, for each of which a split is evaluated apart. Default: none. */
  columns?: Readonly<Record<string, string>>;
  /**
   * 0 or 1 for each label of the data set, one 1 for classes; the numbers of a regression, NaN where one is missing; nothing
   * where the target is a curve.
   */
  targets: Uint8Array | Float64Array;
  /** Scores of a teacher that are learned beside the targets. Default: none. */
  softTargets?: Float64Array;
  /** Whether `targets` are not known, but a teacher's scores in their place. */
  unlabelled?: true;
  /** The pitch over the recording, where that is the target. */
  pitch?: PitchCurve;
}

/** Examples with their labels, ready for training. */
export interface Dataset {
  /** `MagnaTagATune`. */
  name: string;
  root: string;
  /** How the clips were chosen and split, in words: part of every report. */
  protocol: string;
  task: Task;
  /** Names of the labels, or of the numbers that are predicted, of each frame where the task is pitch. */
  labels: string[];
  examples: Example[];
  /** A sentence when the recordings are synthetic, else null. */
  synthetic: string | null;
  /** SHA-256 over ids, splits and targets: two runs with the same value saw the same task. */
  fingerprint: string;
  /** Sentences on what was left out or merged. */
  notes: string[];
  /** What the splits are kept apart by, besides clips: the protocol's claim. Default: nothing. */
  disjoint?: readonly ('song' | 'artist' | 'album' | 'group')[];
  /** Advice on missing audio files: the end of a sentence. */
  audioAdvice: string;
  /** Split of each example by id in each fold, where all folds are to be tested; `split` is then that of the first. */
  folds?: readonly ReadonlyMap<string, Split>[];
}

/** The examples of one split, in the data set's order. */
export function examplesOf(dataset: Dataset, split: Split): Example[] {
  return dataset.examples.filter((example) => example.split === split);
}

/** The numbers of a run: `metrics.json`. */
import type { Split } from '../data/dataset.js';
import type { LabelTask, Task } from '../models/heads/index.js';
import type { BootstrapUnit } from './predictions.js';
import type { SliceMetrics } from './slices.js';

/** A 95 % interval, from low to high. */
export type Interval = [number, number];

/** A metric's value over all labels; null where it is undefined. `ci95` is the bootstrap interval of `macro`. */
export interface RankMetric {
  macro: number | null;
  micro: number | null;
  /** Mean over labels weighted by their positives. */
  weighted: number | null;
  ci95: Interval | null;
}

/** Numbers of one label. */
export interface LabelMetrics {
  label: string;
  positives: number;
  roc_auc: number | null;
  pr_auc: number | null;
  f1: number;
  /** Decision threshold: a score from here on is positive; null for classes, where the highest score decides. */
  threshold: number | null;
  /** The same for accuracy; absent in files of versions that measured accuracy at `threshold`. */
  accuracy_threshold?: number | null;
}

/** Per-example metrics of tagging, averaged over examples. */
export interface ExampleMetrics {
  f1: number;
  subset_accuracy: number;
  /** Mean over the examples that have both a positive and a negative label. */
  roc_auc: number | null;
  label_ranking_average_precision: number;
}

/** Headline numbers of a part of the split; with intervals like those of the whole. */
export interface PartMetrics {
  examples: number;
  roc_auc: number | null;
  roc_auc_ci95: Interval | null;
  pr_auc: number | null;
  pr_auc_ci95: Interval | null;
  accuracy: number;
  accuracy_ci95: Interval | null;
  majority_accuracy: number;
}

/** How much of the scored split the model has seen in training or validation. */
export interface Leakage {
  /** Whether the model carries a list of what it has seen; all counts are 0 where it does not. */
  checked: boolean;
  /** Clips of the split. */
  of: number;
  /** Clips that were seen, by id. */
  clips: number;
  /** Other clips whose recording was seen. */
  copies: number;
  /** Clips whose song, artist or group was seen, where the protocol keeps these apart. */
  shared: Partial<Record<'song' | 'artist' | 'album' | 'group', number>>;
  /** Models that branches were initialized from and whose training data is unknown. */
  unchecked?: string[];
}

/** 95 % intervals of the headline numbers. */
export type ArtistIntervals = Record<'roc_auc' | 'pr_auc' | 'accuracy' | 'f1', Interval | null>;

/** What `metrics.json` holds of every task. */
export interface SplitMetrics {
  task: Task;
  protocol: string;
  split: string;
  examples: number;
  /** `ungrouped`: rows drawn alone because their unit is not known; absent where there are none. */
  bootstrap: { samples: number; unit: BootstrapUnit; groups: number; ungrouped?: number };
  /** Absent in files of earlier versions. */
  leakage?: Leakage;
  training?: { epochs: number; seconds: number; best_epoch: number };
}

/** A mean over queries with its 95 % interval; null without a query, or with a single group. */
export interface QueryMean {
  value: number | null;
  ci95: Interval | null;
}

/** One way of ranking the training split, and how well it does. */
export interface RankingRecord {
  /** `cosine` of embeddings, `network` for the model's own code, or the name of a hash learner. */
  method: string;
  /** Of a code; null for embeddings. */
  bits: number | null;
  /** What a track takes in the database. */
  bytes: number;
  /** Microseconds in which a query is compared with the whole database, on one core without SIMD. */
  query_us: number;
  /** Mean average precision. */
  map: QueryMean;
  /** By k. */
  precision_at: Record<number, QueryMean>;
  /** Of codes within a Hamming radius. `empty`: the share of queries that find nothing there, whose precision is 0. */
  within_radius: { radius: number; precision: QueryMean; recall: QueryMean; empty: number | null } | null;
  /** Mean average precision of the queries with each label. */
  by_label: { label: string; queries: number; map: number | null }[];
}

/** What embeddings of the scored split find of the training split. */
export interface RetrievalRecord {
  /** Tracks that are searched. */
  database: number;
  queries: number;
  /** Queries that share no label with any of them, which are left out. */
  without_relevant: number;
  /** Cosine first, then the network's code, then learners by length. */
  rankings: RankingRecord[];
  /** Learners that could not be fitted, and why. */
  skipped: { method: string; bits: number; reason: string }[];
}

/** When a vote of snippets counts as confusing, and how good that verdict is; see docs/classify.md. */
export interface ConfusingVerdict {
  /** Votes with a smaller margin are confusing. */
  margin: number;
  /** Of halves of the validation recordings, each by the threshold of the other; null where undefined. */
  precision: number | null;
  recall: number | null;
  mixes: number;
  recordings: number;
  snippets: number;
}

/** Examples of a class by split. */
export interface ClassCounts extends Record<Split, number> {
  label: string;
}

/** The content of `metrics.json` of tags and classes. */
export interface Metrics extends SplitMetrics {
  task: LabelTask;
  labels: number;
  /** The labels that have no positive or no negative, so that they are left out of the means of ROC-AUC and PR-AUC. */
  undefined_labels: string[];
  roc_auc: RankMetric;
  pr_auc: RankMetric;
  accuracy: number;
  accuracy_ci95: Interval | null;
  f1: { macro: number; micro: number; weighted: number; ci95: Interval | null };
  /** Of a constant answer on the same split; `difference_ci95`: of accuracy minus it, absent in older files. */
  majority_baseline: { accuracy: number; difference_ci95?: Interval | null };
  /** Tagging only. */
  per_example: ExampleMetrics | null;
  /** Classes only: row-major counts, true class by predicted class. */
  confusion: number[][] | null;
  /** The same intervals from resamples of artists, where artists are known and are not the unit. */
  by_artist?: { groups: number } & ArtistIntervals;
  per_label: LabelMetrics[];
  /** By chunk, and by several rules from chunks to recordings; of classes, where a recording has several chunks. */
  slices?: SliceMetrics;
  /** What the embeddings of the split find; only where the config asks. */
  retrieval?: RetrievalRecord;
  /** Of classes, where the config asks and the validation recordings allow it. */
  confusing?: ConfusingVerdict;
  /** The same split, for each value of a column alone; only where the data set names columns for it. */
  breakdown?: Record<string, Record<string, PartMetrics>>;
}

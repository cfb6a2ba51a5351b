/** The content of a run's report. */
import type { WeightedTerm } from '../text/tfidf.js';
import type { ClassCounts, Metrics } from './metrics.js';
import type { PitchMetrics } from './pitch/metrics.js';
import type { NumberPredictions, PitchPredictions, Predictions } from './predictions.js';
import type { RegressionMetrics } from './regression/metrics.js';

/** One epoch of training, as in `log.jsonl`. */
export interface EpochRecord {
  epoch: number;
  train_loss: number;
  validation_loss: number;
  /** Name and value of the metric that early stopping follows, on the validation split; null where undefined. */
  metric: string;
  validation_metric: number | null;
  /** Of the last step. */
  learning_rate: number;
  /** Number of the phase, from 1; absent where the config names no phases. */
  phase?: number;
  /** Whether averaged weights were evaluated; absent where they were not. */
  averaged?: boolean;
  seconds: number;
}

/** Attention of one branch over an example. */
export interface AttentionView {
  branch: string;
  /** Row-major [heads × steps]; each head's weights over the JOINT sequence sum to 1, so a branch's part sums to less. */
  weights: Float32Array;
  heads: number;
  steps: number;
  /** Audio branches: the part of the clip, in seconds, that the steps cover, evenly. */
  fromSeconds?: number;
  toSeconds?: number;
  /** Lyrics: the word or character at each step. */
  tokens?: string[];
}

/** A log-mel spectrogram of a whole clip. */
export interface Spectrogram {
  /** Row-major [frames × bands]. */
  values: Float32Array;
  frames: number;
  bands: number;
}

/** An example clip that the report plays and draws. */
export interface ExampleView {
  id: string;
  title: string;
  artist: string;
  /** The audio file's bytes and media type, embedded into the page; null when it could not be read. */
  audio: Uint8Array | null;
  mediaType: string;
  /** Length of the clip in seconds. */
  seconds: number;
  mel: Spectrogram | null;
  attention: AttentionView[];
  /** The lyrics' text, if the example has some. */
  lyrics: string | null;
  /** Row of the predictions that this example is. */
  row: number;
}

/** Chunks of the test split by their embeddings, for a map. */
export interface EmbeddedChunks {
  /** Row-major [chunks × width]. */
  embeddings: Float32Array;
  width: number;
  chunks: EmbeddedChunk[];
  /** Chunks of the whole split, of which these are all or a random sample. */
  total: number;
}

/** A chunk on a map. */
export interface EmbeddedChunk {
  /** Row of its recording in the predictions. */
  row: number;
  /** Where it begins in the recording. */
  seconds: number;
  /** Column of the class that it alone is decided for. */
  decided: number;
  /** Its first seconds as the data address of an MP3 file; null where there is no recording or no room for it. */
  audio: string | null;
}

/** The report's part on a classical classifier. */
export interface BaselineReport {
  /** `logistic regression on TF-IDF of lyrics`. */
  title: string;
  /** The criterion on the validation split that chose the setting; higher is better. */
  metric: string;
  /** Settings that were tried, fold by fold; one fold where there is one split. */
  folds: {
    tried: { setting: string; score: number | null; chosen: boolean }[];
  }[];
  /** The most informative terms for and against each label; null where columns are not words. */
  terms: { label: string; for: WeightedTerm[]; against: WeightedTerm[] }[] | null;
}

/** Metrics of whole examples: labels or numbers. */
export type LabelOrNumberMetrics = Metrics | RegressionMetrics;

/** Metrics of any task. */
export type AnyMetrics = LabelOrNumberMetrics | PitchMetrics;

/** Writes `report.html`, `figures/` and `tables/` into a run's folder and gives the paths that were written. */
export type ReportWriter = (dir: string, report: AnyReport) => Promise<string[]>;

/** What the report of every task holds. */
export interface ReportBase {
  /** The run's name. */
  name: string;
  /** The data set's name: `MagnaTagATune`. */
  dataset: string;
  /** A sentence when the corpus is synthetic, shown wherever its numbers are; null for real recordings. */
  synthetic: string | null;
  metrics: AnyMetrics;
  history: EpochRecord[];
  examples: ExampleView[];
  /** The resolved config as YAML text. */
  config: string;
  /** `environment.json`'s content: versions, engine, threads, seed, revision, data fingerprint. */
  environment: Record<string, unknown>;
  /** Fallbacks, skipped files and undefined metrics: sentences that a reader must not miss. */
  notes: string[];
  /** Of a baseline only. */
  baseline?: BaselineReport;
}

/** Content of `report.html`, `figures/` and `tables/` of tags and classes. */
export interface RunReport extends ReportBase {
  metrics: Metrics;
  /** The split that is reported (test). */
  predictions: Predictions;
  /** The same under changed conditions; empty where none are configured. */
  conditions: ConditionResult[];
  /** Absent where the config asks for no map, and of baselines. */
  map?: EmbeddedChunks;
  /** How many examples of each class the splits have; of classes, but not of a run over all folds. */
  distribution?: ClassCounts[];
}

/** The same of a regression. */
export interface RegressionReport extends ReportBase {
  metrics: RegressionMetrics;
  predictions: NumberPredictions;
  conditions: ConditionResult<RegressionMetrics>[];
}

/** The same where the task is pitch. */
export interface PitchReport extends ReportBase {
  metrics: PitchMetrics;
  predictions: PitchPredictions;
}

/** The report of any task. */
export type AnyReport = RunReport | RegressionReport | PitchReport;

/** The test split under one changed condition. */
export interface ConditionResult<Own extends AnyMetrics = Metrics> {
  name: string;
  /** As the config gives it, with every option written out. */
  condition: { readonly noise?: { readonly snr: number }; readonly [change: string]: unknown };
  /** Null where the condition leaves no clip. */
  metrics: Own | null;
}

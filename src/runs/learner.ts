/** The contract of a learner, the trainer of networks or a classical classifier, which leave the same files. */
import { UsageError } from '../base/errors.js';
import type { Config } from '../config/schema.js';
import type { Dataset, Example, Split } from '../data/dataset.js';
import type { SplitMetrics } from '../eval/metrics.js';
import type { AnyPredictions } from '../eval/predictions.js';
import type {
  AnyMetrics,
  BaselineReport,
  ConditionResult,
  EmbeddedChunks,
  EpochRecord,
  ExampleView,
} from '../eval/run-report.js';
import type { Thresholds } from '../eval/thresholds.js';
import type { Task } from '../models/heads/index.js';
import type { Existing } from './folder.js';
import type { Retrieve } from './retrieval.js';

/** Metrics of scores: protocol, split, thresholds and intervals are decided. */
export type Evaluate = (predictions: AnyPredictions) => AnyMetrics;

/** A run whose scores another one learns. */
export interface TeacherRecord {
  run: string;
  /** SHA-256 of its scores of the training split, hexadecimal. */
  sha256: string;
}

export interface FitJob {
  config: Config;
  /** The run's folder, open for it. */
  out: string;
  existing: Existing;
  /** Train only up to this epoch. */
  pauseAfter?: number;
  loadData(): Promise<Dataset>;
  /** Whose scores the examples of `loadData` have as soft targets, once it has loaded them; nothing for none. */
  teacher(): TeacherRecord | undefined;
  /** Notes for the report; `onNote` adds one. */
  notes: readonly string[];
  onNote(note: string): void;
  signal?: AbortSignal;
  log(line: string): void;
}

export interface Scored {
  dataset: Dataset;
  predictions: AnyPredictions;
  /** Of tags, chosen on the validation split; null for 0.5. */
  thresholds: Thresholds | null;
  /** Measures what embeddings find; absent where the config does not ask. */
  retrieve?: Retrieve;
  /** Scores the split again under the config's test conditions. */
  conditions(evaluate: Evaluate): Promise<ConditionResult<AnyMetrics>[]>;
  dispose(): void;
}

/** A fitted model, with its scores on the test split. */
export interface Fitted extends Scored {
  configText: string;
  environment: Record<string, unknown>;
  /** One record per epoch; none for a baseline. */
  history: EpochRecord[];
  training?: SplitMetrics['training'];
  /** Test examples, in the order of the predictions. */
  examples: Example[];
  baseline?: BaselineReport;
  /** Writes the model into a folder; absent where there is none, since the scores were imported. */
  save?(folder: string): Promise<void>;
  /** Embeds chunks of the test split for the report's map; absent where there is none. */
  map?(): Promise<EmbeddedChunks>;
  views(): Promise<ExampleView[]>;
}

export interface ScoreJob {
  run: string;
  /** Its config, with overrides of data and evaluation. */
  config: Config;
  /** That of the config. */
  dataset: Dataset;
  split: Split;
  signal?: AbortSignal;
  log(line: string): void;
}

export interface Learner {
  fit(job: FitJob): Promise<Fitted>;
  /** Scores a split with the model of a finished run. */
  score(job: ScoreJob): Promise<Scored>;
}

/** @throws UsageError when the task or the labels of a data set are not those of a model, in their order */
export function requireSameLabels(
  { task, labels, root }: Dataset,
  { task: wantedTask, labels: wanted }: { task: Task; labels: readonly string[] },
): void {
  if (task !== wantedTask)
    throw new UsageError(
      `The task of ${root} is ${task}, the model's ${wantedTask}; evaluate on the data.target and data.target_kind that it was trained on.`,
    );
  if (labels.join('\n') === wanted.join('\n')) return;
  const at = wanted.findIndex((label, i) => label !== labels[i]);
  const difference =
    at < 0 || at >= labels.length
      ? `there are ${labels.length}, the model has ${wanted.length}`
      : `number ${at + 1} is "${labels[at]}", the model's is "${wanted[at]}"`;
  throw new UsageError(
    `The labels of ${root} are not those of the model: ${difference}; evaluate on the data set, data.target and data.top_tags that it was trained on.`,
  );
}

/** An experiment from its config to its report. */

import { DiskFull, UsageError } from '../base/errors.js';
import { withLockOrRefuse } from '../base/lock.js';
import type { Config } from '../config/schema.js';
import { type Dataset, type Example, examplesOf, SPLITS } from '../data/dataset.js';
import { loadDataset } from '../data/sets/index.js';
import type { ReportWriter } from '../eval/run-report.js';
import { withFrozenModels } from '../hub/frozen-models.js';
import { withLabelledShare } from '../training/labelled-share.js';
import { baselineLearner } from './baseline/learner.js';
import { requireConfusable } from './confusing.js';
import { type Existing, openRunFolder } from './folder.js';
import { importedLearner } from './imported/learner.js';
import { firstDifference } from './launch/plan.js';
import { runPath } from './layout.js';
import type { Learner, TeacherRecord } from './learner.js';
import { networkLearner } from './network/learner.js';
import { holdsRun, isFinished, readConfig } from './read.js';
import { type RunResult, writeResults } from './results.js';
import { teacherConfig, teacherFolder, withSoftTargets } from './teacher.js';
import { writeConfig } from './write.js';

export interface RunOptions {
  config: Config;
  out: string;
  existing: Existing;
  /** Use at most this many examples of each split, for a quick check. */
  limit?: number;
  /** Train, validate and test on the same few training examples, to check that the model can overfit. */
  overfit?: number;
  /** One batch and one epoch of every stage. */
  fastDevRun?: boolean;
  /** Train only up to this epoch, and leave the run resumable. */
  pauseAfter?: number;
  signal?: AbortSignal;
  /** Receives one-sentence progress messages. */
  log: (line: string) => void;
  writeReport: ReportWriter;
}

/**
 * Runs an experiment: loads the data, prepares features, trains, evaluates on the test split and writes the run's
 * folder.
 *
 * @throws UsageError for errors of the config, and when another process works in the folder; Interrupted when stopped,
 *   Paused at `pauseAfter`; Failure when the work cannot go on
 */
export async function runExperiment(options: RunOptions): Promise<RunResult> {
  try {
    return await withLockOrRefuse(runPath(options.out, 'lock'), options.out, () => runLocked(options));
  } catch (error) {
    // A run alone goes on with another option than it began with.
    if (error instanceof DiskFull)
      throw new DiskFull(error.message.replace(/again\.$/, 'again with --resume.'));
    throw error;
  }
}

/** Notes of some work, each logged and kept once. */
export function collectNotes(log: (line: string) => void): {
  notes: string[];
  onNote(sentence: string): void;
} {
  const notes: string[] = [];
  return {
    notes,
    onNote(sentence) {
      if (notes.includes(sentence)) return;
      notes.push(sentence);
      log(sentence);
    },
  };
}

async function runLocked(options: RunOptions): Promise<RunResult> {
  const config = await withFrozenModels(runConfig(options));
  const { out, existing, pauseAfter, signal, log, writeReport } = options;
  const { notes, onNote } = collectNotes(log);
  await openRunFolder(out, existing);
  const { distillation } = config.training;
  let teacher: TeacherRecord | undefined;
  const loadData = async (): Promise<Dataset> => {
    const dataset = await loadRunDataset(options, config, onNote);
    requireConfusable(config, dataset);
    if (!distillation) return dataset;
    const run = distillation.teacher ?? teacherFolder(out);
    const distilled = await withSoftTargets(dataset, run, distillation, { learnerOf, signal, log, onNote });
    teacher = distilled.teacher;
    return distilled.dataset;
  };
  if (distillation?.teacher === null) await trainTeacher(options, config);
  const fitted = await learnerOf(config).fit({
    ...{ config, out, existing, pauseAfter, loadData, signal, notes, onNote, log, teacher: () => teacher },
  });
  try {
    return await writeResults(fitted, { config, out, notes, onNote, log, signal, writeReport });
  } finally {
    fitted.dispose();
  }
}

/**
 * Trains the teacher of a distilled run in its folder, unless a run that is resumed has it already.
 *
 * @throws UsageError when the teacher that is there was trained by another config
 */
async function trainTeacher(options: RunOptions, config: Config): Promise<void> {
  const out = teacherFolder(options.out);
  if (await isFinished(out)) {
    const difference = firstDifference(await readConfig(out), teacherConfig(config));
    if (difference === null) return;
    const { key, found, planned } = difference;
    throw new UsageError(
      `${out} has a teacher that was trained with ${key}: ${found}, where this config wants ${planned}; resume with the config of before, or train both anew with --overwrite.`,
    );
  }
  // With its config, the folder is that of an unfinished run, which --resume takes.
  await writeConfig(options.out, config);
  options.log('The teacher is trained first.');
  const existing = (await holdsRun(out)) ? options.existing : 'refuse';
  // A pause is of the student, which cannot begin before its teacher has finished.
  await runExperiment({ ...options, config: teacherConfig(config), out, existing, pauseAfter: undefined });
}

/** The config that a run records: of `fastDevRun`, one batch of every stage, so that errors show within seconds. */
export function runConfig({ config, fastDevRun }: Pick<RunOptions, 'config' | 'fastDevRun'>): Config {
  if (!fastDevRun) return config;
  return {
    ...config,
    training: { ...config.training, epochs: 1 },
    evaluation: {
      ...config.evaluation,
      bootstrap_samples: 20,
      examples: Math.min(2, config.evaluation.examples),
      ...(config.evaluation.confusing && { confusing: { ...config.evaluation.confusing, mixes: 4 } }),
    },
  };
}

/** The options that decide which part of a data set a run uses. */
type DataLimits = Pick<RunOptions, 'limit' | 'overfit' | 'fastDevRun'>;

/** Loads the data, logs what it is, and limits it as requested. */
export async function loadRunDataset(
  options: DataLimits & Pick<RunOptions, 'log'>,
  config: Config,
  note: (sentence: string) => void,
): Promise<Dataset> {
  const whole = await loadDataset(config.data);
  if (whole.synthetic) options.log(whole.synthetic);
  whole.notes.forEach(note);
  const dataset = reduceDataset(withLabelledShare(whole, config, note), options, config, note);
  const { name, protocol, examples, folds } = dataset;
  const counts = folds
    ? `${examples.length} tracks`
    : SPLITS.map((part) => `${part} ${examplesOf(dataset, part).length}`).join(', ');
  options.log(`${name}: ${protocol}; ${counts}.`);
  return dataset;
}

function reduceDataset(
  dataset: Dataset,
  options: DataLimits,
  config: Config,
  note: (sentence: string) => void,
): Dataset {
  const { overfit, fastDevRun } = options;
  if (overfit !== undefined) {
    const chosen = examplesOf(dataset, 'train').slice(0, overfit);
    note(
      `--overfit: the same ${chosen.length} training examples are used for training, validation and test; the metrics do not generalize.`,
    );
    const copies = SPLITS.flatMap((split) =>
      chosen.map(
        (example): Example => ({
          ...example,
          id: split === 'train' ? example.id : `${example.id} as ${split}`,
          split,
        }),
      ),
    );
    return { ...dataset, examples: copies, folds: undefined };
  }
  const limit = fastDevRun ? config.training.batch_size : options.limit;
  if (limit === undefined) return dataset;
  note(`${fastDevRun ? '--fast-dev-run' : '--limit'}: at most ${limit} examples of each split are used.`);
  if (dataset.folds) note('Of the folds, only the first is tested.');
  const examples = SPLITS.flatMap((split) => examplesOf(dataset, split).slice(0, limit));
  return { ...dataset, examples, folds: undefined };
}

export function learnerOf({ model }: Pick<Config, 'model'>): Learner {
  if (model.predictions) return importedLearner;
  return model.baseline ? baselineLearner : networkLearner;
}

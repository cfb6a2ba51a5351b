/** An experiment from its config to its report. */
import { createHash } from 'node:crypto';
import { UsageError } from '../base/errors.js';
import { withLockOrRefuse } from '../base/lock.js';
import { type ExtensionRecord, loadExtensions } from '../config/extensions.js';
import type { Config } from '../config/schema.js';
import { type Dataset, type Example, examplesOf, SPLITS } from '../data/dataset.js';
import { loadDataset } from '../data/sets/index.js';
import { type Engine, loadEngine } from '../engine/engine.js';
import type { ReportWriter } from '../eval/run-report.js';
import { type BranchSource, initializeBranch } from '../hub/transfer.js';
import { buildModel, type TaggingModel } from '../models/model.js';
import { toTensors } from '../models/predictor.js';
import { branchesOf, describeSpec, type NetworkSpec } from '../models/spec.js';
import { readNewestCheckpoint, requireExperiment } from '../training/checkpoints.js';
import { type Prepared, prepare } from '../training/prepare.js';
import { initializeEmbeddings } from '../training/start-vectors.js';
import type { PreparedText } from '../training/texts.js';
import { type TrainingResult, train } from '../training/trainer.js';
import { runBaseline } from './baseline/run-baseline.js';
import { describeEnvironment } from './environment.js';
import { type Existing, openRunFolder } from './folder.js';
import { runPath } from './layout.js';
import { type RunResult, writeResults } from './results.js';
import { createEventWriter, type EventWriter } from './tensorboard.js';
import { writeConfig, writeLog, writeRecord } from './write.js';

/** How an experiment is run. */
export interface RunOptions {
  config: Config;
  /** The run's folder. */
  out: string;
  existing: Existing;
  /** Keep only so many examples of each part: a quick look at whether everything works. */
  limit?: number;
  /** Train, validate and test on the same so many training examples: can the model learn them by heart? */
  overfit?: number;
  /** One batch and one epoch of everything. */
  fastDevRun?: boolean;
  /** Train only until so many epochs are done, and leave the run to be gone on with. */
  pauseAfter?: number;
  signal?: AbortSignal;
  /** Receives one-sentence progress messages. */
  log: (line: string) => void;
  writeReport: ReportWriter;
}

/**
 * Runs an experiment: loads the data, prepares features, trains, evaluates on the test part and writes the run's
 * folder.
 *
 * @param options - config, folder and switches
 * @returns metrics and files
 * @throws UsageError for what the config gets wrong, and when another process works in the folder; Interrupted when stopped, Paused
 *   where `pauseAfter` ends it; Failure when the work cannot go on
 */
export async function runExperiment(options: RunOptions): Promise<RunResult> {
  return withLockOrRefuse(runPath(options.out, 'lock'), options.out, () => runLocked(options));
}

async function runLocked(options: RunOptions): Promise<RunResult> {
  const config = options.fastDevRun ? fastDevConfig(options.config) : options.config;
  const { out, log } = options;
  const notes: string[] = [];
  const note = (sentence: string): void => {
    if (notes.includes(sentence)) return;
    notes.push(sentence);
    log(sentence);
  };
  await openRunFolder(out, options.existing);
  const spec = config.model.baseline;
  if (spec) {
    if (options.existing === 'resume')
      note('A baseline keeps nothing to go on from: it is fitted from the start.');
    const dataset = await loadRunDataset(options, config, note);
    const { signal, writeReport } = options;
    return runBaseline({ config, spec, dataset, out, notes, onNote: note, log, signal, writeReport });
  }
  const engine = await loadEngine();
  log(
    `Engine ${engine.name} (${engine.version}, ${engine.threads} threads${engine.gpu ? `, ${engine.gpu}` : ''}).`,
  );
  if (engine.note) note(engine.note);
  const dataset = await loadRunDataset(options, config, note);
  if (dataset.folds)
    throw new UsageError(
      `data.split.fold: all folds in one run are for model.baseline; give one of 0 to ${dataset.folds.length - 1}, a run each.`,
    );
  const prepared = await prepare(config, dataset, { signal: options.signal, onNote: note });
  const model = buildModel(config.model, prepared.shape, config.seed);
  try {
    const extensions = await loadExtensions(config.extensions ?? []);
    const sources = await initializeBranches(config, prepared, model);
    const origins = { extensions, sources };
    if (options.existing === 'resume') {
      // Before the first file is written, so that a refused run keeps its own record.
      const folder = runPath(out, 'checkpoints');
      const newest = await readNewestCheckpoint(folder, note);
      requireExperiment(folder, newest, experimentHash(config, prepared, engine, origins));
    }
    const configText = await writeConfig(out, config);
    log(`Model ${describeSpec(config.model)}: ${model.parameters.count().toLocaleString('en')} weights.`);
    const vectors = firstOf(prepared, (text) => text.vectors);
    const environment = await describeEnvironment(engine, {
      seed: config.seed,
      data_fingerprint: dataset.fingerprint,
      segmenter: firstOf(prepared, ({ segmenter }) => segmenter),
      ...(vectors && { lyrics_vectors: vectors.record }),
      ...(sources.length > 0 && { branch_weights: sources }),
      ...(extensions.length > 0 && { extensions }),
      notes,
    });
    await writeRecord(out, 'environment', environment);
    const result = await trainAndLog(
      options,
      config,
      prepared,
      model,
      experimentHash(config, prepared, engine, origins),
      note,
    );
    return await writeResults({
      config,
      configText,
      out,
      prepared,
      model,
      environment,
      extensions,
      result,
      notes,
      log,
      signal: options.signal,
      writeReport: options.writeReport,
    });
  } finally {
    model.dispose();
    prepared.store?.close();
  }
}

/** One batch of everything: whether a config works is known in seconds. */
function fastDevConfig(config: Config): Config {
  return {
    ...config,
    training: { ...config.training, epochs: 1 },
    evaluation: {
      ...config.evaluation,
      bootstrap_samples: 20,
      examples: Math.min(2, config.evaluation.examples),
    },
  };
}

/** Loads the data, says what it is, and takes as much of it as is wanted. */
async function loadRunDataset(
  options: RunOptions,
  config: Config,
  note: (sentence: string) => void,
): Promise<Dataset> {
  const whole = await loadDataset(config.data);
  if (whole.synthetic) options.log(whole.synthetic);
  whole.notes.forEach(note);
  const dataset = reduceDataset(whole, options, config, note);
  const { name, protocol, examples, folds } = dataset;
  const counts = folds
    ? `${examples.length} tracks`
    : SPLITS.map((part) => `${part} ${examplesOf(dataset, part).length}`).join(', ');
  options.log(`${name}: ${protocol}; ${counts}.`);
  return dataset;
}

function reduceDataset(
  dataset: Dataset,
  options: RunOptions,
  config: Config,
  note: (sentence: string) => void,
): Dataset {
  const { overfit, fastDevRun } = options;
  if (overfit !== undefined) {
    const chosen = examplesOf(dataset, 'train').slice(0, overfit);
    note(
      `--overfit: the same ${chosen.length} training examples are trained, validated and tested on; the numbers say nothing about other music.`,
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
  note(`${fastDevRun ? '--fast-dev-run' : '--limit'}: at most ${limit} examples of each part are used.`);
  if (dataset.folds) note('Of the folds, only the first is tested.');
  const examples = SPLITS.flatMap((split) => examplesOf(dataset, split).slice(0, limit));
  return { ...dataset, examples, folds: undefined };
}

/** Of the first text input that has it. */
function firstOf<Value>({ texts }: Prepared, pick: (text: PreparedText) => Value | null): Value | null {
  return (
    Object.values(texts)
      .map(pick)
      .find((value) => value !== null) ?? null
  );
}

/** What the weights come from besides config and data. */
interface Origins {
  extensions: ExtensionRecord[];
  /** Models that branches start with. */
  sources: BranchSource[];
}

/** Gives branches the first weights that come from elsewhere: pretrained word vectors, published networks. */
async function initializeBranches(
  { model: spec }: Config,
  { texts, inputs }: Prepared,
  model: TaggingModel,
): Promise<BranchSource[]> {
  if (!spec.branches) return [];
  const sources: BranchSource[] = [];
  for (const branch of branchesOf(spec)) {
    const vectors = texts[branch.input]?.vectors;
    if (vectors && 'embedding' in branch.options) initializeEmbeddings(model, branch.name, vectors);
    const source = await initializeBranch(branch, inputs, model);
    if (source) sources.push(source);
  }
  return sources;
}

/** Everything that decides the weights. */
function experimentHash(
  config: Config,
  prepared: Prepared,
  engine: Engine,
  { extensions, sources }: Origins,
): string {
  const { dataset, texts } = prepared;
  const { inputs, model, loss, training, seed } = config;
  // Where features lie and how often a checkpoint is written decide nothing.
  const decisive = {
    inputs: { ...inputs, store: null },
    model,
    loss,
    training: { ...training, checkpoint_steps: null },
    seed,
  };
  const ids = dataset.examples.map(({ id, split }) => `${id} ${split}`);
  const files = [
    ...Object.values(texts).flatMap(({ vectors }) => vectors?.record.sha256 ?? []),
    ...[...extensions, ...sources].map(({ sha256 }) => sha256),
  ];
  const machine = [engine.name, engine.version, engine.threads];
  return createHash('sha256')
    .update(JSON.stringify([decisive, dataset.fingerprint, ids, ...machine, ...files]))
    .digest('hex');
}

async function trainAndLog(
  { out, existing, pauseAfter, signal }: RunOptions,
  config: Config,
  prepared: Prepared,
  model: TaggingModel,
  experiment: string,
  onNote: (note: string) => void,
): Promise<TrainingResult> {
  const { dataset, batches } = prepared;
  const resume = existing === 'resume';
  let events: EventWriter | null = null;
  try {
    const result = await train({
      config,
      task: dataset.task,
      labels: dataset.labels,
      model,
      tensors: toTensors(config.model as NetworkSpec, prepared.inputs),
      batches,
      train: examplesOf(dataset, 'train'),
      validation: examplesOf(dataset, 'validation'),
      checkpointFolder: runPath(out, 'checkpoints'),
      experiment,
      resume,
      pauseAfter,
      signal,
      onNote,
      onEpoch: async (history) => {
        const last = history[history.length - 1];
        await writeLog(out, history);
        // Where a resumed run repeats an epoch, TensorBoard forgets what the killed one had written of it.
        events ??= await createEventWriter(
          runPath(out, 'tensorboard'),
          resume ? { resumeStep: last.epoch } : {},
        );
        const writer = events;
        const point = (tag: string, value: number): Promise<void> =>
          writer.scalar(tag, value, last.epoch, Date.now() / 1000);
        await point('loss/train', last.train_loss);
        await point('loss/validation', last.validation_loss);
        if (last.validation_metric !== null && last.metric !== 'loss')
          await point(`${last.metric}/validation`, last.validation_metric);
        await point('learning_rate', last.learning_rate);
      },
    });
    // Once more for a resumed run that was killed between its last checkpoint and the line about it.
    await writeLog(out, result.history);
    return result;
  } finally {
    await (events as EventWriter | null)?.close();
  }
}

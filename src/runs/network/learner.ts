/** Networks as a learner: trained on one split, scored by their predictor. */
import { createHash } from 'node:crypto';
import { type ExtensionRecord, loadExtensions } from '../../config/extensions.js';
import type { Config } from '../../config/schema.js';
import { examplesOf } from '../../data/dataset.js';
import { type Engine, loadEngine } from '../../engine/engine.js';
import { readThresholds, storedThresholds, tagThresholds } from '../../eval/thresholds.js';
import { saveFrozenModels } from '../../hub/frozen-folder.js';
import { frozenModels } from '../../hub/frozen-models.js';
import { openModelFolder, saveModel } from '../../hub/model-folder.js';
import { headOf } from '../../models/heads/index.js';
import { buildModel, type TaggingModel } from '../../models/model.js';
import { NetworkPredictor } from '../../models/predictor.js';
import { describeSpec } from '../../models/spec-parts.js';
import { readNewestCheckpoint, requireExperiment } from '../../training/checkpoints.js';
import { chooseHeldOutWeights } from '../../training/held-out-weights.js';
import { lossOf } from '../../training/losses/index.js';
import { predict } from '../../training/predict.js';
import { contentsOf, lossContext, type Prepared, prepare } from '../../training/prepare.js';
import type { PreparedText } from '../../training/texts.js';
import { type Score, scoreConditions } from '../conditions.js';
import { describeEnvironment } from '../environment.js';
import { exampleViews } from '../example-views.js';
import { RUN_FILES, runPath } from '../layout.js';
import {
  type FitJob,
  type Fitted,
  type Learner,
  requireSameLabels,
  type Scored,
  type ScoreJob,
  type TeacherRecord,
} from '../learner.js';
import { fitRetrieval, requireRetrieval } from '../retrieval.js';
import { writeConfig, writeMissingWords, writeRecord } from '../write.js';
import { beginNetwork, requireTrainable } from './begin.js';
import { describeModel } from './describe-model.js';
import { embedChunks, hasMap } from './embed-chunks.js';
import { trainAndLog } from './train.js';

export const networkLearner: Learner = { fit, score };

async function fit(job: FitJob): Promise<Fitted> {
  const { config, log, onNote, signal } = job;
  const engine = await loadEngine();
  log(
    `Engine ${engine.name} (${engine.version}, ${engine.threads} threads${engine.gpu ? `, ${engine.gpu}` : ''}).`,
  );
  if (engine.note) onNote(engine.note);
  if (engine.kernels) onNote(engine.kernels);
  const dataset = await job.loadData();
  requireTrainable(config, dataset);
  const prepared = await prepare(config, dataset, {
    ...{ signal, onNote },
    frozen: frozenModels(config.inputs, null),
  });
  const model = buildModel(config.model, prepared.shape, config.seed);
  const dispose = (): void => {
    model.dispose();
    prepared.store?.close();
  };
  try {
    requireRetrieval(config, model.embedding);
    return { ...(await fitPrepared(job, engine, prepared, model)), dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

async function fitPrepared(
  job: FitJob,
  engine: Engine,
  prepared: Prepared,
  model: TaggingModel,
): Promise<Omit<Fitted, 'dispose'>> {
  const { config, out, existing, log, onNote, signal } = job;
  const { dataset, batches } = prepared;
  const extensions = await loadExtensions(config.extensions ?? []);
  const { sources, network } = await beginNetwork(config, prepared, model, onNote);
  const teacher = job.teacher();
  const origin = {
    experiment: experimentHash(config, prepared, engine, {
      ...{ extensions, teacher },
      sources: network ? [...sources, network] : sources,
    }),
    contents: contentsOf(prepared),
  };
  if (existing === 'resume') {
    // Before the first file is written, so that a refused resumption keeps the run's record.
    const folder = runPath(out, 'checkpoints');
    const newest = await readNewestCheckpoint(folder, onNote);
    requireExperiment(folder, newest, origin);
  }
  const configText = await writeConfig(out, config);
  log(`Model ${describeSpec(config.model)}: ${model.parameters.count().toLocaleString('en')} weights.`);
  const vectors = firstOf(prepared, (text) => text.vectors);
  await listMissingWords(out, prepared, onNote);
  const environment = await describeEnvironment(engine, {
    seed: config.seed,
    data_fingerprint: dataset.fingerprint,
    segmenter: firstOf(prepared, ({ segmenter }) => segmenter),
    ...(vectors && { lyrics_vectors: vectors.record }),
    ...(sources.length > 0 && { branch_weights: sources }),
    ...(network && { initial_weights: network }),
    ...(extensions.length > 0 && { extensions }),
    ...(teacher && { teacher }),
    notes: job.notes,
  });
  await writeRecord(out, 'environment', environment);
  const result = await trainAndLog(job, prepared, model, origin);
  const description = describeModel(config, prepared, extensions);
  const predictor = new NetworkPredictor(model, description);
  const chosen = chooseHeldOutWeights(predictor, batches, examplesOf(dataset, 'validation'), {
    ...{ batchSize: config.evaluation.batch_size, head: headOf(dataset.task), alpha: config.loss.alpha ?? 1 },
    scale: prepared.shape.scale,
  });
  if (chosen) onNote(chosen);
  const scoreOf = scorer(predictor, config, prepared, signal);
  const thresholds =
    dataset.task === 'tagging'
      ? tagThresholds(await scoreOf(batches, examplesOf(dataset, 'validation'), 'Thresholds'))
      : null;
  const examples = examplesOf(dataset, 'test');
  const predictions = await scoreOf(batches, examples, 'Evaluating');
  const retrieve = await fitRetrieval(
    config,
    dataset,
    (database) => scoreOf(batches, database, 'Database'),
    predictor.hasher,
  );
  return {
    ...(retrieve && { retrieve }),
    ...{ dataset, configText, environment, history: result.history, examples, predictions, thresholds },
    training: { epochs: result.history.length, seconds: result.seconds, best_epoch: result.bestEpoch },
    conditions: (evaluate) =>
      scoreConditions(config.evaluation.conditions, prepared, examples, {
        ...{ seed: config.seed, score: scoreOf, evaluate },
      }),
    async save(folder) {
      await saveModel(folder, model.parameters.read(), { ...description, ...storedThresholds(thresholds) });
      await saveFrozenModels(folder, config.inputs);
    },
    ...(hasMap(config, dataset.task, predictor, onNote) && {
      map: () =>
        embedChunks(predictor, prepared, examples, {
          ...{ most: config.evaluation.map, seed: config.seed, batchSize: config.evaluation.batch_size },
        }),
    }),
    views: () => exampleViews(config, prepared, predictor, examples, predictions),
  };
}

async function score({ run, config, dataset, split, signal, log }: ScoreJob): Promise<Scored> {
  const engine = await loadEngine();
  if (engine.note) log(engine.note);
  const folder = runPath(run, 'model');
  const predictor = await openModelFolder(folder);
  const { description } = predictor;
  let prepared: Prepared | null = null;
  const dispose = (): void => {
    prepared?.store?.close();
    predictor.dispose();
  };
  try {
    requireSameLabels(dataset, description);
    // Without training, features for augmentation are not computed.
    const training = { ...config.training, augment: undefined };
    const inputs = { ...description.inputs, store: config.inputs.store };
    const whole = await prepare({ ...config, inputs, training }, dataset, {
      ...{ signal, onNote: log, learned: description },
      tested: split,
      frozen: frozenModels(inputs, folder),
    });
    prepared = whole;
    requireRetrieval(config, predictor.embedding);
    const scoreOf = scorer(predictor, config, whole, signal);
    const examples = examplesOf(whole.dataset, split);
    const retrieve = await fitRetrieval(
      config,
      whole.dataset,
      (database) => scoreOf(whole.batches, database, 'Database'),
      predictor.hasher,
    );
    return {
      ...(retrieve && { retrieve }),
      dataset,
      predictions: await scoreOf(whole.batches, examples, 'Evaluating'),
      thresholds: readThresholds(description),
      conditions: (evaluate) =>
        scoreConditions(config.evaluation.conditions, whole, examples, {
          ...{ seed: config.seed, score: scoreOf, evaluate },
        }),
      dispose,
    };
  } catch (error) {
    dispose();
    throw error;
  }
}

const scorer =
  (predictor: NetworkPredictor, config: Config, prepared: Prepared, signal: AbortSignal | undefined): Score =>
  async (batches, examples, progressLabel) => {
    const { batch_size: batchSize } = config.evaluation;
    const { task, labels } = prepared.dataset;
    const loss = lossOf(config.loss, {
      ...lossContext(prepared, config),
      scale: predictor.description.shape.scale,
    });
    const embeddings = config.evaluation.retrieval !== undefined;
    const options = { task, labels, batchSize, loss, signal, progressLabel, embeddings };
    return (await predict(predictor, batches, examples, options)).predictions;
  };

/** Lists the words that have no vector in a file of the run, if there are any, and says so. */
async function listMissingWords(
  out: string,
  { texts }: Prepared,
  onNote: (note: string) => void,
): Promise<void> {
  const words = Object.entries(texts).flatMap(([input, { vectors }]) =>
    (vectors?.missing ?? []).map((missing) => ({ input, ...missing })),
  );
  if (words.length === 0) return;
  await writeMissingWords(out, words);
  onNote(
    `${RUN_FILES.missingWords} in the run's folder lists all ${words.length} words without a vector, by frequency.`,
  );
}

/** Of the first text input that has it. */
function firstOf<Value>({ texts }: Prepared, pick: (text: PreparedText) => Value | null): Value | null {
  return (
    Object.values(texts)
      .map(pick)
      .find((value) => value !== null) ?? null
  );
}

/** Sources of the weights besides config and data. */
interface Origins {
  extensions: ExtensionRecord[];
  /** Models that branches or the whole network are initialized from. */
  sources: { sha256: string }[];
  teacher?: TeacherRecord;
}

/** Whether a fusion's weights are chosen on the validation split. */
const holdsOut = ({ fusion }: Config['model']): boolean =>
  fusion?.kind === 'late-average' && (fusion.weights === 'learned' || fusion.weights === 'stacked');

/** Everything that decides the weights. */
function experimentHash(
  config: Config,
  prepared: Prepared,
  engine: Engine,
  { extensions, sources, teacher }: Origins,
): string {
  const { dataset, texts } = prepared;
  const { model, loss, training, seed } = config;
  // The places of features and the interval of checkpoints have no effect.
  const decisive = {
    // Runs that were trained when these weights were not held out cannot be resumed.
    ...(holdsOut(model) && { weights: 'held out' }),
    inputs: { ...prepared.written, store: null },
    model,
    loss,
    // The teacher decides by its scores, wherever its run is.
    training: {
      ...training,
      checkpoint_steps: null,
      ...(teacher && { distillation: { ...training.distillation, teacher: null } }),
    },
    seed,
  };
  const ids = dataset.examples.map(
    ({ id, split, unlabelled }) => `${id} ${split}${unlabelled ? ' unlabelled' : ''}`,
  );
  const files = [
    ...Object.values(texts).flatMap(({ vectors }) => vectors?.record.sha256 ?? []),
    ...[...extensions, ...sources, ...(teacher ? [teacher] : [])].map(({ sha256 }) => sha256),
  ];
  const machine = [engine.name, engine.version, engine.threads];
  return createHash('sha256')
    .update(JSON.stringify([decisive, dataset.fingerprint, ids, ...machine, ...files]))
    .digest('hex');
}

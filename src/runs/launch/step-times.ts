/** Times a model's steps on this machine, on one recording of the data set, repeated. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../config/schema.js';
import { type Dataset, type Example, examplesOf, SPLITS } from '../../data/dataset.js';
import { extractFeatures } from '../../data/store/extract.js';
import { extractedFor, type StoredFeatures } from '../../data/store/kinds.js';
import type { Location } from '../../data/store/shard.js';
import { FeatureStore } from '../../data/store/store.js';
import { frozenModels } from '../../hub/frozen-models.js';
import { type InputsConfig, inputEntries } from '../../inputs/schema.js';
import { buildModel } from '../../models/model.js';
import { type Predictor, toTensors } from '../../models/predictor.js';
import type { NetworkSpec } from '../../models/spec.js';
import { Batches } from '../../training/batches.js';
import { objectiveOf } from '../../training/distillation.js';
import { wantedFeatures } from '../../training/features.js';
import { lossOf } from '../../training/losses/index.js';
import { Optimizer } from '../../training/optimizers.js';
import { predict } from '../../training/predict.js';
import { lossContext, prepare } from '../../training/prepare.js';
import { trainStep } from '../../training/step.js';

export interface StepTimes {
  step: number;
  recording: number;
  /** Chunks of the recording that an epoch takes. */
  chunks: number;
}

/** Most recordings that are tried until one can be decoded. */
const TRIES = 5;

/**
 * Times training steps and the scoring of recordings for `seconds` each; the first of each kind, a warm-up, is not
 * counted. Every recording is given the length of one that is decoded, and the vocabulary its largest size. Throws as
 * `prepare` and `buildModel` for a config that cannot be run.
 */
export async function timeSteps(config: Config, dataset: Dataset, seconds: number): Promise<StepTimes> {
  const folder = await mkdtemp(join(tmpdir(), 'polytag-times-'));
  const some = someExamples(config, dataset);
  const { features } = wantedFeatures(config);
  const store =
    Object.keys(features).length > 0
      ? await repeatedStore(folder, some.examples, features, config.inputs)
      : null;
  try {
    const prepared = await prepare(config, some, {
      store,
      learned: { vocabularies: largestVocabularies(config) },
      onNote: () => undefined,
    });
    const model = buildModel(config.model, prepared.shape, config.seed);
    const optimizer = new Optimizer(config.training.optimizer, model.parameters.trainableVariables());
    try {
      const { batches } = prepared;
      const tensors = toTensors(config.model as NetworkSpec, prepared.inputs);
      const train = examplesOf(prepared.dataset, 'train');
      const context = lossContext(prepared, config);
      const loss = lossOf(config.loss, context);
      const objective = objectiveOf(config.loss, context, config.training.distillation);
      const chunks = batches.epoch(train, 0).slice(0, config.training.batch_size);
      const step = await meanSeconds(seconds, async (i) => {
        trainStep(
          { config, model, tensors, batches },
          objective,
          optimizer,
          chunks,
          { epoch: 0, step: i },
          { rate: 0 },
        );
      });
      const { task, labels } = dataset;
      const batchSize = config.evaluation.batch_size;
      const scored = train.slice(0, batchSize);
      const scoring = await meanSeconds(seconds / 2, async () => {
        await predict({ model, tensors }, batches, scored, { task, labels, batchSize, loss });
      });
      return { step, recording: scoring / scored.length, chunks: batches.epochSize(train.slice(0, 1)) };
    } finally {
      optimizer.dispose();
      model.dispose();
    }
  } finally {
    store?.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Seconds in which a network embeds a recording of the data set, decoded and computed anew: the mean of the first that can be
 * decoded, repeated for `seconds`. Throws as `extractFeatures` where none can.
 */
export async function timeEmbedding(network: Predictor, dataset: Dataset, seconds: number): Promise<number> {
  const { description, inputs } = network;
  const { features: wanted } = wantedFeatures({
    inputs: { ...description.inputs, store: '', damaged_audio: 'keep-good-part' },
    training: { augment: undefined },
    evaluation: { conditions: [] },
  });
  const folder = await mkdtemp(join(tmpdir(), 'polytag-times-'));
  const some = examplesOf(dataset, 'train').slice(0, TRIES);
  try {
    return await meanSeconds(seconds, async () => {
      const store = await repeatedStore(folder, some, wanted, description.inputs);
      const batches = new Batches({ inputs, store, tokenIds: {} }, 0);
      network.predict(batches.windows(batches.chunksOf(some[0])));
      store.close();
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Vocabularies of the largest size that the config allows. */
function largestVocabularies({ inputs }: Config): Record<string, string[]> {
  return Object.fromEntries(
    inputEntries(inputs).flatMap(({ name, kind, options }) =>
      kind.source === 'text'
        ? [[name, Array.from({ length: options.vocabulary as number }, (_, i) => `word${i}`)]]
        : [],
    ),
  );
}

/** As many training examples as a batch takes, and one of each other split. */
function someExamples({ training, evaluation }: Config, dataset: Dataset): Dataset {
  const count = Math.max(training.batch_size, evaluation.batch_size);
  const examples = SPLITS.flatMap((split) =>
    examplesOf(dataset, split).slice(0, split === 'train' ? count : 1),
  );
  return { ...dataset, examples };
}

/** A store in which every recording has the features of the first that can be decoded. */
async function repeatedStore(
  folder: string,
  examples: readonly Example[],
  features: StoredFeatures,
  inputs: InputsConfig,
): Promise<FeatureStore> {
  const names = Object.keys(features);
  const locations = {} as Record<string, Map<string, Location>>;
  const { values } = await firstDecoded(examples, features);
  const isFrozen = (name: string): boolean => extractedFor(features[name]) !== features[name];
  for (const name of names) {
    const file = join(folder, name);
    const array = isFrozen(name) ? await embedded(inputs, name, values[name]) : values[name];
    await writeFile(file, new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    const location: Location = { file, offset: 0, count: array.length, errors: 0 };
    locations[name] = new Map(examples.map(({ id }) => [id, location]));
  }
  const contents = new Map(examples.map(({ id }) => [id, '']));
  return new FeatureStore(features, locations, [], [], [], contents);
}

/** The rows that the frozen model of an input makes. */
async function embedded(inputs: InputsConfig, name: string, rows: Float32Array): Promise<Float32Array> {
  const embedder = await frozenModels(inputs, null).open(name);
  try {
    return embedder.embed(rows);
  } finally {
    embedder.dispose();
  }
}

async function firstDecoded(
  examples: readonly Example[],
  features: StoredFeatures,
): ReturnType<typeof extractFeatures> {
  const names = Object.keys(features);
  const extracted = Object.fromEntries(names.map((name) => [name, extractedFor(features[name])]));
  let failure: unknown;
  const recordings = examples.flatMap(({ audio }) => audio ?? []);
  for (const audio of recordings.slice(0, TRIES)) {
    try {
      return await extractFeatures(audio, extracted, names);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

/** Repeats work for a while. */
async function meanSeconds(seconds: number, work: (i: number) => Promise<void>): Promise<number> {
  await work(0);
  const begun = performance.now();
  let times = 0;
  do await work(++times);
  while (performance.now() - begun < seconds * 1000);
  return (performance.now() - begun) / 1000 / times;
}

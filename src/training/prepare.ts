/** From an experiment and a data set to the batches of a network. */
import { createHash } from 'node:crypto';
import { startMp3RoundTrip } from '../audio/encode/mp3-round-trip.js';
import { Failure } from '../base/errors.js';
import { type Dataset, examplesOf, SPLITS, type Split } from '../data/dataset.js';
import type { FeatureStore } from '../data/store/store.js';
import type { LyricsOptions } from '../inputs/lyrics.js';
import { type InputsConfig, inputEntries } from '../inputs/schema.js';
import { type AudioInput, type BandStatistics, bindInputs, type ModelInputSet } from '../inputs/window.js';
import { headOf } from '../models/heads/index.js';
import { measureScale, type TargetScale } from '../models/heads/target-scale.js';
import type { ModelShape } from '../models/model.js';
import type { ModelSpec } from '../models/spec.js';
import { branchesOf, inputsOf } from '../models/spec-parts.js';
import { Batches } from './batches.js';
import { checkExperiment } from './checks.js';
import { type FrozenModels, openConfigStore } from './features.js';
import type { LossContext } from './losses/index.js';
import { countLabels } from './losses/label-counts.js';
import type { Experiment } from './schema.js';
import { shortNote } from './short-recordings.js';
import { encodeLyrics, type PreparedText, writtenInputs } from './texts.js';

/** A data set with its features, vocabularies and token ids. */
export interface Prepared {
  /** The data set without the recordings that could not be decoded. */
  dataset: Dataset;
  batches: Batches;
  store: FeatureStore | null;
  inputs: ModelInputSet;
  shape: ModelShape;
  /** By name of the text input. */
  texts: Record<string, PreparedText>;
  /** The inputs as the model keeps them, with what its config leaves to today's defaults. */
  written: InputsConfig;
  /** Statistics over the training split of inputs that are standardised by them, by name. */
  statistics: Record<string, BandStatistics>;
}

/** SHA-256 of the recordings' files, and of the texts as tokens. */
export function contentsOf({ dataset, store, texts }: Prepared): { audio: string; texts: string } {
  const [audio, words] = [createHash('sha256'), createHash('sha256')];
  for (const { id } of dataset.examples) {
    audio.update(`${id} ${store?.contentOf(id) ?? ''}\n`);
    for (const { tokenIds } of Object.values(texts))
      words.update(`${id} ${tokenIds.get(id)?.join() ?? ''}\n`);
  }
  for (const { vocabulary } of Object.values(texts)) words.update(JSON.stringify(vocabulary));
  return { audio: audio.digest('hex'), texts: words.digest('hex') };
}

/** What a loss depends on besides targets and logits, for the labels of the training split. */
export const lossContext = (
  { dataset, shape: { scale } }: Prepared,
  { model }: Pick<Experiment, 'model'>,
): LossContext => ({
  task: dataset.task,
  scale,
  pitch: model.pitch,
  counts: countLabels(examplesOf(dataset, 'train'), dataset.labels.length),
});

/** What an already trained model learned of its inputs. */
export interface LearnedBefore {
  vocabularies: Readonly<Record<string, string[]>>;
  dictionaries?: Readonly<Record<string, string[]>>;
  statistics?: Readonly<Record<string, BandStatistics>>;
}

/**
 * Computes or loads the features, tokenises the lyrics and builds vocabularies from the training split; options may
 * bring a trained model's and another store, and
 * `frozen` is needed where an input is made by a frozen model. Throws UsageError when audio files are missing; Failure when too much is
 * damaged.
 */
export async function prepare(
  experiment: Experiment,
  dataset: Dataset,
  options: {
    /** Split that conditions are tested on. Default: test. */
    tested?: Split;
    frozen?: FrozenModels;
    onNote: (note: string) => void;
    signal?: AbortSignal;
    store?: FeatureStore | null;
    learned?: LearnedBefore;
  },
): Promise<Prepared> {
  const { model, training, seed } = experiment;
  checkExperiment(experiment);
  const store = options.store ?? (await openConfigStore(experiment, dataset, options));
  const examples = store ? dataset.examples.filter(({ id }) => store.has(id)) : dataset.examples;
  for (const part of SPLITS) {
    if (!examples.some(({ split }) => split === part)) {
      throw new Failure(
        `No recording of the ${part} split of ${dataset.root} could be decoded; check the files.`,
      );
    }
  }
  const usable = { ...dataset, examples };
  // An already trained model has written its inputs out.
  const config = options.learned ? experiment.inputs : await writtenInputs(experiment.inputs);
  const texts = await readTexts({ ...experiment, inputs: config }, usable, options);
  const vocabularies = Object.fromEntries(
    Object.entries(texts).map(([name, { vocabulary }]) => [name, vocabulary]),
  );
  const names = inputsOf(model);
  const statistics =
    options.learned?.statistics ?? (await measureBands(bindInputs(config, names), store, usable));
  const inputs = bindInputs(config, names, { vocabularies, statistics });
  const tokenIds = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text.tokenIds]));
  const passesMp3 =
    training.augment?.mp3 !== undefined ||
    experiment.evaluation.conditions.some(({ mp3 }) => mp3 !== undefined);
  const mp3 = passesMp3 ? await startMp3RoundTrip() : null;
  const bound = { config, statistics };
  const batches = new Batches({ inputs, store, tokenIds, mp3, bound }, seed, {
    augment: training.augment ?? null,
    everyChunk: training.chunks === 'all',
    modalityDropout: training.modality_dropout,
  });
  const short = store && shortNote(usable, inputs, (example) => batches.secondsOf(example));
  if (short !== null) options.onNote(short);
  return {
    dataset: usable,
    batches,
    store,
    inputs,
    shape: shapeOf(inputs, usable),
    texts,
    written: config,
    statistics: { ...statistics },
  };
}

/**
 * The shape of an experiment's network, from its lyrics and labels alone: features are neither read nor computed, so
 * that the vocabulary is that of all recordings, also of those that cannot be decoded.
 */
export async function plannedShape(
  experiment: Experiment,
  dataset: Dataset,
  options: { onNote: (note: string) => void; signal?: AbortSignal },
): Promise<ModelShape> {
  const inputs = await writtenInputs(experiment.inputs);
  const texts = await readTexts({ ...experiment, inputs }, dataset, options);
  const vocabularies = Object.fromEntries(
    Object.entries(texts).map(([name, { vocabulary }]) => [name, vocabulary]),
  );
  return shapeOf(bindInputs(inputs, inputsOf(experiment.model), { vocabularies }), dataset);
}

function shapeOf({ list }: ModelInputSet, dataset: Dataset): ModelShape {
  return {
    inputs: Object.fromEntries(list.map(({ name, size }) => [name, size])),
    labels: dataset.labels.length,
    head: headOf(dataset.task),
    ...(dataset.task === 'regression' && { scale: scaleOf(dataset) }),
  };
}

/** Means and deviations of the numbers to predict, over the training split. */
function scaleOf({ examples, labels }: Dataset): TargetScale {
  const train = examples.filter(({ split }) => split === 'train');
  return measureScale(
    train.flatMap(({ targets }) => [...targets]),
    labels.length,
  );
}

async function readTexts(
  { inputs, model, seed }: Experiment,
  { examples }: Dataset,
  { onNote, signal, learned }: Omit<Parameters<typeof prepare>[2], 'frozen'>,
): Promise<Record<string, PreparedText>> {
  const texts: Record<string, PreparedText> = {};
  if (!learned) frozenAtRandom(inputs, model).forEach(onNote);
  for (const { name, kind, options } of inputEntries(inputs)) {
    if (kind.source !== 'text') continue;
    texts[name] = await encodeLyrics(options as LyricsOptions, examples, {
      key: `inputs.${name}`,
      seed,
      onNote,
      signal,
      vocabulary: learned?.vocabularies[name],
      dictionary: learned?.dictionaries?.[name],
      embedding: embeddingSize(model, name),
    });
  }
  return texts;
}

/** Sentences on branches whose word vectors are neither given nor trained. */
function frozenAtRandom(inputs: InputsConfig, model: ModelSpec): string[] {
  if (!model.branches) return [];
  const given = new Set(
    inputEntries(inputs).flatMap(({ name, options }) => ((options as LyricsOptions).vectors ? [name] : [])),
  );
  return branchesOf(model)
    .filter(
      ({ input, options }) => 'train_embedding' in options && !options.train_embedding && !given.has(input),
    )
    .map(
      ({ name, input }) =>
        `model.branches.${name}.train_embedding is false and inputs.${input}.vectors is not given: the branch's word vectors are random numbers and stay so.`,
    );
}

/** The table of vectors that the branches on a text input have; the first one's where several differ. */
function embeddingSize(model: ModelSpec, input: string): { size: number; key: string } | null {
  if (!model.branches) return null;
  const branch = branchesOf(model).find((one) => one.input === input && 'embedding' in one.options);
  return branch
    ? { size: branch.options.embedding as number, key: `model.branches.${branch.name}.embedding` }
    : null;
}

/** Means and deviations over the training split of the inputs that are standardised by them. */
async function measureBands(
  { list }: ModelInputSet,
  store: FeatureStore | null,
  { examples }: Dataset,
): Promise<Record<string, BandStatistics>> {
  const measured: Record<string, BandStatistics> = {};
  const train = examples.filter(({ split }) => split === 'train');
  for (const input of list)
    if (input.source === 'audio' && input.isPerBand) {
      measured[input.name] = bandStatistics(
        input,
        train.map(({ id }) => id),
        store!,
      );
      await new Promise((resolve) => setImmediate(resolve));
    }
  return measured;
}

/** Welford's (1962) means and squares, recording by recording. */
function bandStatistics(
  { name, size }: AudioInput,
  ids: readonly string[],
  store: FeatureStore,
): BandStatistics {
  const { width } = size;
  const means = new Float64Array(width);
  const squares = new Float64Array(width);
  let count = 0;
  for (const id of ids) {
    const steps = store.length(name, id);
    const values = new Float32Array(steps * width);
    store.read(name, id, 0, values);
    for (let t = 0; t < steps; t++) {
      count++;
      for (let band = 0; band < width; band++) {
        const value = values[t * width + band];
        const difference = value - means[band];
        means[band] += difference / count;
        squares[band] += difference * (value - means[band]);
      }
    }
  }
  const deviations = squares.map((sum) => Math.sqrt(sum / Math.max(1, count)));
  return { means: [...means], deviations: [...deviations] };
}

/** From a config and a data set to batches. */
import { Failure, UsageError } from '../base/errors.js';
import type { Config } from '../config/schema.js';
import { type Dataset, type Example, SPLITS } from '../data/dataset.js';
import type { FeatureStore } from '../data/store/store.js';
import type { ChunkSegmentation } from '../features/segments/chunk-segments.js';
import type { BranchName } from '../models/branches/index.js';
import type { ModelShape } from '../models/model.js';
import { inputsOf } from '../models/spec.js';
import { readDictionary, storeDictionary } from '../text/files/dictionary.js';
import { readLyrics } from '../text/files/read-lyrics.js';
import { tallyLyrics } from '../text/lyrics-tally.js';
import { loadTokenizer } from '../text/tokenizer.js';
import { buildVocabulary, encodeTokens, indexVocabulary, type Vocabulary } from '../text/vocabulary.js';
import type { AugmentSettings } from './augment/schema.js';
import { Batches, type ChunkSize } from './batches.js';
import { openConfigStore } from './features.js';
import { withShuffledLyrics } from './shuffled-lyrics.js';
import { loadStartVectors, type StartVectors, startVectors } from './start-vectors.js';

/** Hop length where a config has no mel spectrogram: the grid that chunks lie on. */
const DEFAULT_HOP = 256;

/** A data set made ready. */
export interface Prepared {
  /** The data set without the recordings that could not be decoded. */
  dataset: Dataset;
  batches: Batches;
  store: FeatureStore | null;
  shape: ModelShape;
  chunk: ChunkSize;
  vocabulary: Vocabulary | null;
  /** Ids of each example's lyrics, by example id. */
  tokenIds: Map<string, Int32Array>;
  /** Name of the text segmenter, or null without lyrics. */
  segmenter: string | null;
  /** Entries of the user dictionary that the lyrics were segmented with, or null. */
  dictionary: string[] | null;
  /** Word vectors that the lyrics branch starts with, or null. */
  vectors: StartVectors | null;
}

/**
 * Sizes of a chunk.
 *
 * @param inputs - the config's `inputs`
 * @returns frames, hop length, bands and tokens
 * @throws UsageError when a chunk is shorter than one frame
 */
export function chunkSize({ sample_rate, chunk_seconds, mel, lyrics }: Config['inputs']): ChunkSize {
  const hopLength = mel?.hop_length ?? DEFAULT_HOP;
  const frames = Math.floor((chunk_seconds * sample_rate) / hopLength);
  if (frames < 1)
    throw new UsageError(
      `inputs.chunk_seconds: ${chunk_seconds} s is shorter than one frame of ${hopLength} samples; give more.`,
    );
  return { frames, hopLength, melBands: mel?.bands ?? 0, tokens: lyrics?.max_tokens ?? 0 };
}

/** What the lyrics of a model that is trained already were read with, where notes go, and what stops the work. */
interface TextOptions {
  onNote: (note: string) => void;
  signal?: AbortSignal;
  vocabulary?: Vocabulary | null;
  dictionary?: string[];
}

/** Lyrics as numbers, and what made them. */
type EncodedLyrics = Pick<Prepared, 'tokenIds' | 'segmenter' | 'dictionary' | 'vectors'> & {
  vocabulary: Vocabulary;
};

/**
 * Computes or finds the features, tokenises the lyrics and builds the vocabulary from the training part.
 *
 * @param config - the resolved config
 * @param dataset - the data set
 * @param options - a signal that stops the work, where sentences about fallbacks go, the vocabulary and the user
 *   dictionary of a model that is trained already, and a store in place of the config's
 * @returns batches and shapes
 * @throws UsageError when audio files are missing; Failure when too much is damaged to go on
 */
export async function prepare(
  config: Config,
  dataset: Dataset,
  options: { store?: FeatureStore | null } & TextOptions,
): Promise<Prepared> {
  const { inputs } = config;
  const branches = inputsOf(config.model);
  const { augment = null } = config.training;
  if (augment) requireAugmentable(augment, branches);
  requireModalities(config, branches);
  const store = options.store ?? (await openConfigStore(config, dataset, options));
  const examples = store ? dataset.examples.filter(({ id }) => store.has(id)) : dataset.examples;
  for (const part of SPLITS) {
    if (!examples.some(({ split }) => split === part)) {
      throw new Failure(
        `No recording of the ${part} part of ${dataset.root} could be decoded; check the files.`,
      );
    }
  }
  const chunk = chunkSize(inputs);
  const text = inputs.lyrics ? await encodeLyrics(config, inputs.lyrics, examples, options) : null;
  const shape: ModelShape = {
    inputs: {
      ...(inputs.mel && { mel: { length: chunk.frames, width: chunk.melBands } }),
      ...(inputs.waveform && { waveform: { length: chunk.frames * chunk.hopLength, width: 1 } }),
      ...(text && { lyrics: { length: chunk.tokens, width: text.vocabulary.length } }),
    },
    labels: dataset.labels.length,
    head: dataset.task === 'classification' ? 'softmax' : 'sigmoid',
  };
  const tokenIds = text?.tokenIds ?? new Map<string, Int32Array>();
  return {
    dataset: { ...dataset, examples },
    batches: new Batches(branches, chunk, store, tokenIds, config.seed, {
      segmentation: chunkSegmentation(config, chunk),
      augment,
      modalityDropout: config.training.modality_dropout,
    }),
    store,
    shape,
    chunk,
    vocabulary: text?.vocabulary ?? null,
    tokenIds,
    segmenter: text?.segmenter ?? null,
    dictionary: text?.dictionary ?? null,
    vectors: text?.vectors ?? null,
  };
}

/** Refuses augmentation of what the model does not hear. */
function requireAugmentable(augment: AugmentSettings, branches: readonly BranchName[]): void {
  if (!branches.includes('mel') && !branches.includes('waveform'))
    throw new UsageError('training.augment: a model of lyrics alone hears nothing; take it away.');
  if (augment.spec_augment && !branches.includes('mel'))
    throw new UsageError(
      'training.augment.spec_augment: the model takes no mel spectrogram that could be masked; take it away.',
    );
  if (augment.mixup?.domain === 'mel' && branches.includes('waveform'))
    throw new UsageError(
      'training.augment.mixup.domain: the model takes the waveform too, and both must hear the same mixture; give "waveform".',
    );
}

/** Refuses to take away what the model does not take, or all that it takes. */
function requireModalities({ training, evaluation }: Config, branches: readonly BranchName[]): void {
  if (training.modality_dropout > 0 && branches.length < 2)
    throw new UsageError(
      `training.modality_dropout: the model takes ${branches[0]} alone, of which nothing can be left out; take it away.`,
    );
  for (const [i, { absent, noise, shuffled_lyrics: shuffled }] of evaluation.conditions.entries()) {
    const key = `evaluation.conditions, number ${i + 1}`;
    const missing = [...absent, ...(shuffled ? ['lyrics' as const] : [])].find(
      (name) => !branches.includes(name),
    );
    if (missing)
      throw new UsageError(
        `${key}: the model takes no ${missing}, which nothing can be done to; take it away.`,
      );
    if (noise && !branches.some((name) => name !== 'lyrics'))
      throw new UsageError(`${key}: a model of lyrics alone hears no noise; take it away.`);
  }
}

/** How mel chunks are segmented, or null where the mel branch has fixed steps. */
function chunkSegmentation({ inputs, model }: Config, { hopLength }: ChunkSize): ChunkSegmentation | null {
  const mel = model.branches?.mel;
  if (mel?.segmentation !== 'adaptive') return null;
  return { sampleRate: inputs.sample_rate, hopLength, maxSegments: mel.max_segments };
}

async function encodeLyrics(
  config: Config,
  settings: NonNullable<Config['inputs']['lyrics']>,
  examples: Example[],
  { onNote, signal, vocabulary: given, dictionary: kept }: TextOptions,
): Promise<EncodedLyrics> {
  const path = settings.dictionary ?? null;
  const dictionary = kept ?? (path === null ? null : await readDictionary(path, 'inputs.lyrics.dictionary'));
  const tokenizer = await loadTokenizer(settings, dictionary && (await storeDictionary(dictionary)));
  if (tokenizer.note) onNote(tokenizer.note);
  const tally = tallyLyrics();
  const tokens = new Map<string, string[]>();
  for (const { id, lyrics: file } of examples) {
    if (file === null) {
      tokens.set(id, []);
      continue;
    }
    const lyrics = await readLyrics(file);
    tally.add(file, lyrics);
    tokens.set(id, tokenizer.tokens(lyrics.text));
  }
  tally.notes().forEach(onNote);
  const training = examples.filter(({ split }) => split === 'train').map(({ id }) => tokens.get(id)!);
  // A model that is trained already has its vectors among its weights.
  const known = given ? null : await loadStartVectors(config, training, signal);
  const vocabulary =
    given ?? buildVocabulary(training, settings.vocabulary, settings.min_count, new Set(known?.rows.keys()));
  const vectors = known && startVectors(known, vocabulary);
  vectors?.notes.forEach(onNote);
  const silent = examples.filter(({ id }) => tokens.get(id)!.length === 0).length;
  if (silent === examples.length)
    onNote('No example has lyrics: the branch "lyrics" sees nothing but its start token.');
  else if (silent > 0) onNote(`${silent} of ${examples.length} examples have no lyrics.`);
  const index = indexVocabulary(vocabulary);
  const encoded = new Map(
    [...tokens].map(([id, list]) => [id, encodeTokens(list, index, settings.max_tokens)]),
  );
  if (settings.shuffled)
    onNote('inputs.lyrics.shuffled: every clip reads the words of another song; this is the control.');
  const tokenIds = settings.shuffled ? withShuffledLyrics(encoded, examples, config.seed) : encoded;
  return { vocabulary, tokenIds, segmenter: tokenizer.segmenter, dictionary, vectors };
}

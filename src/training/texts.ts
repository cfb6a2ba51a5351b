/** The lyrics of a data set as the ids that a text input takes. */
import type { Example } from '../data/dataset.js';
import type { LyricsOptions } from '../inputs/lyrics.js';
import { type InputsConfig, inputEntries } from '../inputs/schema.js';
import { encodingOf } from '../text/encodings.js';
import {
  normaliseDictionary,
  openDictionary,
  readDictionary,
  readStopWords,
} from '../text/files/dictionary.js';
import { readLyrics } from '../text/files/read-lyrics.js';
import { tallyLyrics } from '../text/lyrics-tally.js';
import { loadTokenizer, type TokenizerSettings } from '../text/tokenizer.js';
import { buildVocabulary, encodeTokens, indexVocabulary, type Vocabulary } from '../text/vocabulary.js';
import { withShuffledLyrics } from './conditions/lyrics.js';
import {
  loadPretrainedEmbeddings,
  type PretrainedEmbeddings,
  pretrainedEmbeddings,
} from './pretrained-embeddings.js';

/** A prepared text input. */
export interface PreparedText {
  vocabulary: Vocabulary;
  /** Ids of each example's lyrics, by example id. */
  tokenIds: Map<string, Int32Array>;
  /** Name of the text segmenter; null where none is used. */
  segmenter: string | null;
  /** Entries of the user dictionary that the lyrics were segmented with, or null. */
  dictionary: string[] | null;
  /** Pretrained word vectors for the table of each branch on this input, or null. */
  vectors: PretrainedEmbeddings | null;
}

/** Options of the encoding besides the input's. */
export interface TextOptions {
  /** `inputs.<name>`, for messages. */
  key: string;
  seed: number;
  onNote: (note: string) => void;
  signal?: AbortSignal;
  /** Of an already trained model. */
  vocabulary?: Vocabulary;
  /** Of an already trained model. */
  dictionary?: string[];
  /** Size of the table of vectors; null where no branch has one. */
  embedding: { size: number; key: string } | null;
}

/** Tokens of each example's lyrics. */
export interface TokenizedLyrics {
  tokens: Map<string, string[]>;
  segmenter: string | null;
  dictionary: string[] | null;
}

/**
 * Reads and tokenises the lyrics of examples; `dictionary`: of an already trained model, in place of the config's.
 * Throws UsageError when the user dictionary cannot be read.
 */
export async function tokenizeLyrics(
  settings: LyricsOptions,
  examples: readonly Example[],
  {
    key,
    onNote,
    dictionary: kept,
    yieldToEventLoop,
  }: Pick<TextOptions, 'key' | 'onNote' | 'dictionary'> & {
    yieldToEventLoop?: () => Promise<void>;
  },
): Promise<TokenizedLyrics> {
  const own = withWords(settings);
  const dictionary = kept ?? (await dictionaryOf(settings, key, onNote));
  const tokenizer = await loadTokenizer(own, await openDictionary(own, dictionary));
  if (tokenizer.note) onNote(tokenizer.note);
  const tally = tallyLyrics(settings);
  const tokens = new Map<string, string[]>();
  for (const [i, { id, lyrics: file }] of examples.entries()) {
    if (i % 100 === 0) await yieldToEventLoop?.();
    if (file === null) {
      tokens.set(id, []);
      continue;
    }
    const lyrics = await readLyrics(file, settings, encodingOf(settings.encoding));
    tally.add(file, lyrics);
    tokens.set(id, tokenizer.tokens(lyrics.text));
  }
  tally.notes().forEach(onNote);
  return { tokens, segmenter: tokenizer.segmenter, dictionary };
}

/** The settings of a tokenizer, once `writtenInputs` has read the stop words. */
function withWords({ stop_word_list: list, ...settings }: LyricsOptions): TokenizerSettings {
  return { ...settings, ...(Array.isArray(list) && { stop_word_list: list }) };
}

async function dictionaryOf(
  settings: LyricsOptions,
  key: string,
  onNote: (note: string) => void,
): Promise<string[] | null> {
  // Absent in models of the first version.
  const path = settings.dictionary ?? null;
  if (path === null) return null;
  const { entries, note } = await normaliseDictionary(
    await readDictionary(path, `${key}.dictionary`),
    withWords(settings),
  );
  if (note !== null) onNote(`${key}.dictionary: ${note}`);
  return entries;
}

/**
 * Inputs as a new model keeps them: texts with the defaults of today written out, and the stop words of a file in its
 * place. Throws UsageError when the file cannot be read.
 */
export async function writtenInputs(inputs: InputsConfig): Promise<InputsConfig> {
  const written: Record<string, unknown> = { ...inputs };
  for (const { name, kindName, kind, options } of inputEntries(inputs)) {
    if (kind.source !== 'text') continue;
    const own = (kind.written?.(options) ?? options) as LyricsOptions;
    const list = own.stop_word_list;
    written[name] = {
      ...(name !== kindName && { kind: kindName }),
      ...own,
      ...(typeof list === 'string' && {
        stop_word_list: await readStopWords(list, `inputs.${name}.stop_word_list`),
      }),
    };
  }
  return written as unknown as InputsConfig;
}

/**
 * Reads the lyrics of a data set as ids; the vocabulary comes from the training split. Throws UsageError for a user
 * dictionary or word vectors that do not fit; Failure when vectors are damaged.
 */
export async function encodeLyrics(
  settings: LyricsOptions,
  examples: readonly Example[],
  options: TextOptions,
): Promise<PreparedText> {
  const { key, seed, onNote, signal, vocabulary: given, embedding } = options;
  const { tokens, segmenter, dictionary } = await tokenizeLyrics(settings, examples, options);
  const training = examples.filter(({ split }) => split === 'train').map(({ id }) => tokens.get(id)!);
  // An already trained model has its vectors among its weights.
  const known =
    given || !embedding
      ? null
      : await loadPretrainedEmbeddings(settings.vectors, key, embedding, training, signal);
  const vocabulary =
    given ?? buildVocabulary(training, settings.vocabulary, settings.min_count, new Set(known?.rows.keys()));
  const vectors = known && pretrainedEmbeddings(known, vocabulary, training);
  vectors?.notes.forEach(onNote);
  const wordless = examples.filter(({ id }) => tokens.get(id)!.length === 0).length;
  if (wordless === examples.length)
    onNote('No example has lyrics: the lyrics input holds nothing but its start token.');
  else if (wordless > 0) onNote(`${wordless} of ${examples.length} examples have no lyrics.`);
  noteCutTexts(tokens.values(), settings.max_tokens, key, onNote);
  const index = indexVocabulary(vocabulary);
  const encoded = new Map(
    [...tokens].map(([id, list]) => [id, encodeTokens(list, index, settings.max_tokens)]),
  );
  if (settings.shuffled)
    onNote(`${key}.shuffled: every clip gets the lyrics of another song; this is the control.`);
  const tokenIds = settings.shuffled ? withShuffledLyrics(encoded, examples, seed) : encoded;
  return { vocabulary, tokenIds, segmenter, dictionary, vectors };
}

/** Says which share of the words is read where texts are longer than a model takes, the start token included. */
function noteCutTexts(
  texts: Iterable<readonly string[]>,
  maxTokens: number,
  key: string,
  onNote: (note: string) => void,
): void {
  const lengths = [...texts].map(({ length }) => length).filter((length) => length > 0);
  const cut = lengths.filter((length) => length > maxTokens - 1).sort((a, b) => a - b);
  if (cut.length === 0) return;
  const all = lengths.reduce((sum, length) => sum + length, 0);
  const read = lengths.reduce((sum, length) => sum + Math.min(length, maxTokens - 1), 0);
  const median = cut[cut.length >> 1];
  onNote(
    `${key}.max_tokens (${maxTokens}) cuts ${cut.length} of ${lengths.length} lyrics that are longer: ${percent(read / all)} of all their tokens are read, and ${percent((maxTokens - 1) / median)} of the median one that is cut.`,
  );
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The lyrics of a data set as the ids that a text input takes. */
import type { Example } from '../data/dataset.js';
import type { LyricsOptions } from '../inputs/lyrics.js';
import { encodingOf } from '../text/encodings.js';
import { readDictionary, storeDictionary } from '../text/files/dictionary.js';
import { readLyrics } from '../text/files/read-lyrics.js';
import { tallyLyrics } from '../text/lyrics-tally.js';
import { loadTokenizer } from '../text/tokenizer.js';
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
  const path = settings.dictionary ?? null;
  const dictionary = kept ?? (path === null ? null : await readDictionary(path, `${key}.dictionary`));
  const tokenizer = await loadTokenizer(settings, dictionary && (await storeDictionary(dictionary)));
  if (tokenizer.note) onNote(tokenizer.note);
  const tally = tallyLyrics();
  const tokens = new Map<string, string[]>();
  for (const [i, { id, lyrics: file }] of examples.entries()) {
    if (i % 100 === 0) await yieldToEventLoop?.();
    if (file === null) {
      tokens.set(id, []);
      continue;
    }
    const lyrics = await readLyrics(file, encodingOf(settings.encoding));
    tally.add(file, lyrics);
    tokens.set(id, tokenizer.tokens(lyrics.text));
  }
  tally.notes().forEach(onNote);
  return { tokens, segmenter: tokenizer.segmenter, dictionary };
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
  const vectors = known && pretrainedEmbeddings(known, vocabulary);
  vectors?.notes.forEach(onNote);
  const wordless = examples.filter(({ id }) => tokens.get(id)!.length === 0).length;
  if (wordless === examples.length)
    onNote('No example has lyrics: the lyrics input holds nothing but its start token.');
  else if (wordless > 0) onNote(`${wordless} of ${examples.length} examples have no lyrics.`);
  const index = indexVocabulary(vocabulary);
  const encoded = new Map(
    [...tokens].map(([id, list]) => [id, encodeTokens(list, index, settings.max_tokens)]),
  );
  if (settings.shuffled)
    onNote(`${key}.shuffled: every clip gets the lyrics of another song; this is the control.`);
  const tokenIds = settings.shuffled ? withShuffledLyrics(encoded, examples, seed) : encoded;
  return { vocabulary, tokenIds, segmenter, dictionary, vectors };
}

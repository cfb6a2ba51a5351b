/** Words or characters of the lyrics, as ids. */
import { z } from 'zod';
import { encodingOption } from '../text/encodings.js';
import { STOP_WORD_LANGUAGES } from '../text/stop-words.js';
import { TEXT_UNITS } from '../text/tokenize.js';
import { textKind } from './kind.js';

/** Name of this input, of the branch that takes it, and of its kind. */
export const LYRICS = 'lyrics';
/** Usual folder of the lyrics in a data set. */
export const LYRICS_FOLDER = 'lyrics';

const options = z
  .strictObject({
    unit: z
      .enum(TEXT_UNITS)
      .default('word')
      .describe(
        'word: Chinese by nodejieba, the rest by Unicode words; character: one by one; auto: as word, and Japanese and South-East Asian texts by words too.',
      ),
    dictionary: z
      .string()
      .nullable()
      .default(null)
      .describe(
        "Words of your own for nodejieba, in the form of jieba's user dictionary; null for none. The model keeps them.",
      ),
    vectors: z
      .string()
      .nullable()
      .default(null)
      .describe(
        "File of word vectors that the lyrics branch starts with: word2vec's text or binary format, fastText's .vec or GloVe, also with .gz or .bz2. Their size must be model.branches.lyrics.embedding; words that they know need not reach min_count.",
      ),
    stop_words: z
      .array(z.enum(STOP_WORD_LANGUAGES))
      .default([])
      .describe('Languages whose stop words are left out, by ISO 639-1: [en, zh].'),
    encoding: encodingOption('the lyrics'),
    max_tokens: z.int().min(2).default(160),
    vocabulary: z.int().min(4).default(5000).describe('Largest number of different tokens.'),
    shuffled: z
      .boolean()
      .default(false)
      .describe(
        'The control: every clip reads the words of another song of its split, in training too. What such a model gains over sound alone does not come from the words.',
      ),
    min_count: z
      .int()
      .positive()
      .default(2)
      .describe('Tokens of the training lyrics that are seen less often count as unknown.'),
  })
  .refine(
    ({ unit, dictionary, stop_words: languages }) =>
      unit !== 'character' || (dictionary === null && languages.length === 0),
    'unit "character" knows no words: take dictionary and stop_words away, or give unit "word" or "auto"',
  )
  .describe('Words or characters of the lyrics; the vocabulary comes from the training split.');

/** Options of a lyrics input with every default written out. */
export type LyricsOptions = z.output<typeof options>;

export const lyrics = textKind({
  options,
  branch: LYRICS,
  tokens: ({ max_tokens }) => max_tokens,
  settings: ({ unit, max_tokens: maxTokens, stop_words: stopWords }) => ({
    unit,
    maxTokens,
    // Absent in models of the first version.
    ...(stopWords?.length && { stopWords }),
  }),
  describe: ({ unit, maxTokens, vocabulary }) =>
    `lyrics: at most ${maxTokens} tokens (${unit}) of ${vocabulary} known`,
});

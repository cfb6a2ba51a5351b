/** Words or characters of the lyrics, as ids. */
import { z } from 'zod';
import { encodingOption } from '../text/encodings.js';
import { SCRIPTS } from '../text/script.js';
import { SECTION_CHOICES } from '../text/sections.js';
import { STOP_WORD_LANGUAGES } from '../text/stop-words.js';
import { CREDIT_CHOICES } from '../text/sung-text.js';
import { DEFAULT_UNIT, segmentsWords, TEXT_UNITS } from '../text/tokenize.js';
import { LINE_CHOICES } from '../text/translation.js';
import { textKind } from './kind.js';

/** Name of this input, of the branch that takes it, and of its kind. */
export const LYRICS = 'lyrics';
/** Usual folder of the lyrics in a data set. */
export const LYRICS_FOLDER = 'lyrics';

const options = z
  .strictObject({
    unit: z
      .enum(TEXT_UNITS)
      .default(DEFAULT_UNIT)
      .describe(
        'word: Chinese by nodejieba, the rest by Unicode words; character: one by one; auto: as word, and Japanese and South-East Asian texts by words too; han-character: Han and kana one by one, the rest by words; given: what stands between spaces, for texts that another program has segmented.',
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
    stop_word_list: z
      .union([z.string(), z.array(z.string())])
      .optional()
      .describe(
        'Stop words of your own: a file with one a line, or the words. A stored model keeps the words. Default: none.',
      ),
    credits: z
      .enum(CREDIT_CHOICES)
      .optional()
      .describe(
        'Lines that name who made the song (title, 作词, composer, mixing, …): drop leaves them out and counts them. Default: drop; keep in models of earlier versions.',
      ),
    sections: z
      .enum(SECTION_CHOICES)
      .optional()
      .describe(
        'Marks of structure ([Verse 1: Artist], [Chorus], [副歌], …): drop leaves them out and counts them. Default: drop; keep in models of earlier versions.',
      ),
    lines: z
      .enum(LINE_CHOICES)
      .optional()
      .describe(
        'Of lyrics with a translation, told by equal time stamps and by script: the original, the translation or both. Default: both.',
      ),
    script: z
      .enum(SCRIPTS)
      .optional()
      .describe(
        'Chinese characters are brought to simplified or traditional ones by OpenCC, and segmented as well in both. Default: as-is.',
      ),
    hmm: z
      .boolean()
      .optional()
      .describe(
        'Whether Chinese words that no dictionary has are found by the hidden Markov model. Default: true.',
      ),
    parts_of_speech: z
      .array(z.string().regex(/^[a-z]{1,4}$/i))
      .min(1)
      .optional()
      .describe(
        "Only Chinese words of these parts of speech are kept, by the beginning of jieba's tag: [n, v, a]; eng for other words. Default: all.",
      ),
    tokenizer: z
      .literal([1, 2])
      .optional()
      .describe(
        'Version of the tokenizer. 2: words as jieba 0.42 cuts them, emoji are tokens, variation selectors are dropped, dictionaries are lower-cased. 1: as in models of earlier versions. Default: 2.',
      ),
    encoding: encodingOption('the lyrics'),
    max_tokens: z
      .int()
      .min(2)
      .default(160)
      .describe('Tokens per text: longer ones are cut, shorter ones padded.'),
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
    ({ unit, dictionary, stop_words: languages, stop_word_list: list }) =>
      unit !== 'character' || (dictionary === null && languages.length === 0 && list === undefined),
    'unit "character" knows no words: take dictionary, stop_words and stop_word_list away, or give unit "word" or "auto"',
  )
  .refine(
    ({ unit, dictionary, hmm, parts_of_speech: parts }) =>
      segmentsWords(unit) || (dictionary === null && hmm === undefined && parts === undefined),
    'only the units "word" and "auto" segment Chinese: take dictionary, hmm and parts_of_speech away, or give one of them',
  )
  .describe('Words or characters of the lyrics; the vocabulary comes from the training split.');

/** Options of a lyrics input with every default written out. */
export type LyricsOptions = z.output<typeof options>;

export const lyrics = textKind({
  options,
  branch: LYRICS,
  tokens: ({ max_tokens }) => max_tokens,
  // What is absent in models of earlier versions stays absent.
  settings: ({ unit, max_tokens: maxTokens, stop_words: stopWords, ...options }) => ({
    unit,
    maxTokens,
    ...(stopWords?.length && { stopWords }),
    ...(options.stop_word_list && { stopWordList: options.stop_word_list }),
    ...(options.credits && { credits: options.credits }),
    ...(options.sections && { sections: options.sections }),
    ...(options.lines && { lines: options.lines }),
    ...(options.script && { script: options.script }),
    ...(options.hmm !== undefined && { hmm: options.hmm }),
    ...(options.parts_of_speech && { partsOfSpeech: options.parts_of_speech }),
    ...(options.tokenizer && { tokenizer: options.tokenizer }),
  }),
  written: (options) => ({
    ...options,
    credits: options.credits ?? 'drop',
    sections: options.sections ?? 'drop',
    tokenizer: options.tokenizer ?? 2,
  }),
  describe: ({ unit, maxTokens, vocabulary }) =>
    `lyrics: at most ${maxTokens} tokens (${unit}) of ${vocabulary} known`,
});

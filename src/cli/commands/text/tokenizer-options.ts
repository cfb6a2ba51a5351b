/** The options of `polytag text` that say what is read of lyrics and what a token is; as `inputs.lyrics` in a config. */
import type { Argv } from 'yargs';
import { UsageError } from '../../../base/errors.js';
import {
  normaliseDictionary,
  openDictionary,
  readDictionary,
  readStopWords,
} from '../../../text/files/dictionary.js';
import type { TallySettings } from '../../../text/lyrics-tally.js';
import { SCRIPTS, type Script } from '../../../text/script.js';
import { SECTION_CHOICES } from '../../../text/sections.js';
import { STOP_WORD_LANGUAGES, type StopWordLanguage } from '../../../text/stop-words.js';
import { CREDIT_CHOICES } from '../../../text/sung-text.js';
import { segmentsWords, type TextUnit } from '../../../text/tokenize.js';
import { loadTokenizer, type Tokenizer } from '../../../text/tokenizer.js';
import { LINE_CHOICES, type LineChoice } from '../../../text/translation.js';
import { textOption } from '../../arguments.js';
import { printNote } from '../../terminal.js';

/** Their values. */
export interface TokenizerArguments {
  dictionary?: string;
  'stop-words': StopWordLanguage[];
  'stop-word-list'?: string;
  credits: (typeof CREDIT_CHOICES)[number];
  sections: (typeof SECTION_CHOICES)[number];
  part: LineChoice;
  script?: Script;
  hmm: boolean;
  'parts-of-speech'?: string[];
}

/** The files of a command that reads lyrics. */
export const lyricsPaths = {
  type: 'string',
  array: true,
  demandOption: true,
  describe: 'Lyrics (.txt, .lrc) and folders of them',
} as const;

/** Adds the options to a command; `--unit` is the command's own. */
export const withTokenizerOptions = <Given>(yargs: Argv<Given>): Argv<Given & TokenizerArguments> =>
  yargs
    .option('dictionary', textOption('Additional words for nodejieba, a jieba user dictionary'))
    .option('stop-words', {
      choices: STOP_WORD_LANGUAGES,
      array: true,
      requiresArg: true,
      default: [] as StopWordLanguage[],
      describe: 'Languages whose stop words are removed',
    })
    .option('stop-word-list', textOption('File of stop words, one a line'))
    .option('credits', {
      choices: CREDIT_CHOICES,
      default: 'drop' as const,
      describe: 'Lines that name who made the song (title, 作词, composer, …)',
    })
    .option('sections', {
      choices: SECTION_CHOICES,
      default: 'drop' as const,
      describe: 'Marks of structure ([Verse 1: Artist], [Chorus], [副歌], …)',
    })
    .option('part', {
      choices: LINE_CHOICES,
      default: 'both' as const,
      describe: 'Part that is read of lyrics with a translation',
    })
    .option('script', { choices: SCRIPTS, describe: 'Convert Chinese characters [default: as-is]' })
    .option('hmm', {
      type: 'boolean',
      default: true,
      describe: 'Find unknown Chinese words by the hidden Markov model',
    })
    .option('parts-of-speech', {
      type: 'string',
      array: true,
      requiresArg: true,
      describe: "Keep only these parts of speech, by jieba's tags: n v a (eng: other words)",
    }) as Argv<Given & TokenizerArguments>;

/** A tokenizer of the options, what of lyrics is read, and the settings for a record. */
export interface OpenedTokenizer {
  tokenizer: Tokenizer;
  reading: TallySettings;
  /** The options that are not at their defaults. */
  record: Record<string, unknown>;
}

/** Opens the tokenizer of the options and prints its notes. Throws UsageError where they do not fit. */
export async function openTokenizer(args: TokenizerArguments & { unit: TextUnit }): Promise<OpenedTokenizer> {
  const { unit, dictionary, hmm, script, credits, sections, part: lines } = args;
  const { 'stop-words': languages, 'stop-word-list': listFile, 'parts-of-speech': parts } = args;
  if (unit === 'character' && (languages.length > 0 || listFile !== undefined || dictionary !== undefined))
    throw new UsageError('--unit character takes neither --dictionary nor stop words; remove them.');
  if (!segmentsWords(unit) && (dictionary !== undefined || parts !== undefined || !hmm))
    throw new UsageError(
      `--unit ${unit} takes no --dictionary, --no-hmm or --parts-of-speech; remove them, or give --unit word.`,
    );
  const list = listFile === undefined ? undefined : await readStopWords(listFile, '--stop-word-list');
  const settings = {
    ...{ unit, hmm, script, tokenizer: 2 as const, stop_words: languages },
    ...(list && { stop_word_list: list }),
    ...(parts && { parts_of_speech: parts }),
  };
  const read = dictionary === undefined ? null : await readDictionary(dictionary, '--dictionary');
  const own = read && (await normaliseDictionary(read, settings));
  if (own?.note) printNote(`--dictionary: ${own.note}`);
  const tokenizer = await loadTokenizer(settings, await openDictionary(settings, own?.entries ?? null));
  if (tokenizer.note) printNote(tokenizer.note);
  const record = {
    tokenizer: settings.tokenizer,
    ...(languages.length > 0 && { stop_words: languages }),
    ...(listFile !== undefined && { stop_word_list: listFile }),
    ...(credits !== 'drop' && { credits }),
    ...(sections !== 'drop' && { sections }),
    ...(lines !== 'both' && { lines }),
    ...(script && { script }),
    ...(!hmm && { hmm }),
    ...(parts && { parts_of_speech: parts }),
  };
  return { tokenizer, reading: { credits, sections, lines, unit, script }, record };
}

/** From the text of lyrics to tokens, as a config describes. */
import { loadScript, type Script } from './script.js';
import { type KeywordMethod, loadSegmenter } from './segmenter.js';
import { type StopWordLanguage, stopWordsOf } from './stop-words.js';
import {
  normaliseText,
  segmentsWords,
  type TaggedToken,
  type TextUnit,
  type TokenizerVersion,
  taggedTokens,
  tokenize,
} from './tokenize.js';

/** Settings that decide the tokens of a text; names as in a config's `inputs.lyrics`. */
export interface TokenizerSettings {
  unit: TextUnit;
  /** Languages whose stop words are left out; absent in models of the first version. */
  stop_words?: readonly StopWordLanguage[];
  /** Stop words of one's own. */
  stop_word_list?: readonly string[];
  /** Absent in models of earlier versions, which have 1. */
  tokenizer?: TokenizerVersion;
  /** Default: as-is. */
  script?: Script;
  /** Whether unknown Chinese words are found by the hidden Markov model. Default: true. */
  hmm?: boolean;
  /** Beginnings of the parts of speech that are kept; absent for all. */
  parts_of_speech?: readonly string[];
}

/** Turns text into tokens. */
export interface Tokenizer {
  /** The tokens of a text, in order. */
  tokens(text: string): string[];
  /** The same with parts of speech, where the segmenter knows them. */
  tagged(text: string): TaggedToken[];
  /** The words of a text that weigh most; null where the segmenter cannot tell. */
  keywords:
    | ((text: string, count: number, method: KeywordMethod) => { word: string; weight: number }[])
    | null;
  /** Name of the segmenter; null where none is used. */
  segmenter: string | null;
  /** Why the segmenter that was asked for is not used, or null. */
  note: string | null;
}

/** Makes a tokenizer; `dictionary` is the path of a jieba user dictionary, from `storeDictionary`. */
export async function loadTokenizer(
  settings: TokenizerSettings,
  dictionary: string | null = null,
): Promise<Tokenizer> {
  const { unit, tokenizer: version = 1, hmm, parts_of_speech: parts } = settings;
  const found = await loadSegmenter({ dictionary, hmm, exact: version > 1 });
  const conversion = await loadScript(settings.script ?? 'as-is');
  const convert = conversion?.convert ?? ((text: string) => text);
  const segmenter = conversion?.segmenter(found) ?? found;
  const stopWords = await stopWordsFor(settings, convert);
  const segments = segmentsWords(unit);
  const { keywords, tag } = segmenter;
  const isWanted = (part: string): boolean =>
    !tag || (parts?.some((begin) => part.startsWith(begin)) ?? true);
  const isStopWord = (word: string): boolean => stopWords?.has(word) ?? false;
  const tagged = (text: string): TaggedToken[] =>
    taggedTokens(convert(text), unit, segmenter, version).filter(
      (token) => (token.tag === null || isWanted(token.tag)) && !isStopWord(token.word),
    );
  return {
    tagged,
    tokens(text) {
      if (parts && tag) return tagged(text).map(({ word }) => word);
      const tokens = tokenize(convert(text), unit, segmenter, version);
      return stopWords ? tokens.filter((token) => !isStopWord(token)) : tokens;
    },
    keywords: keywords
      ? (text, count, method) => keywords(convert(normaliseText(text)), count, method)
      : null,
    segmenter: segments ? segmenter.name : null,
    note: segments ? noteOf(found.note, { parts: parts !== undefined && !tag, hmm: hmm === false }) : null,
  };
}

/** Adds to the note on a substitute what it cannot do of what was asked for. */
function noteOf(note: string | null, { parts, hmm }: { parts: boolean; hmm: boolean }): string | null {
  const lacking = [
    ...(parts ? [', and words of all parts of speech are kept'] : []),
    ...(hmm ? [', and hmm: false (--no-hmm) has no effect'] : []),
  ];
  return note?.replace('; run', `${lacking.join('')}; run`) ?? null;
}

/** Stop words as tokens are written, in the script of the text; null where there are none. */
async function stopWordsFor(
  { stop_words: languages = [], stop_word_list: list = [] }: TokenizerSettings,
  convert: (text: string) => string,
): Promise<Set<string> | null> {
  if (languages.length === 0 && list.length === 0) return null;
  const ofLanguages = languages.length > 0 ? [...(await stopWordsOf(languages))] : [];
  return new Set(
    [...ofLanguages, ...list.map((word) => normaliseText(word).replaceAll('’', "'"))].map(convert),
  );
}

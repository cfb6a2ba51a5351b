/** From the text of lyrics to tokens, as a config describes. */
import { loadSegmenter } from './segmenter.js';
import { type StopWordLanguage, stopWordsOf } from './stop-words.js';
import { type TextUnit, tokenize } from './tokenize.js';

/** Settings that decide the tokens of a text; names as in a config's `inputs.lyrics`. */
export interface TokenizerSettings {
  unit: TextUnit;
  /** Languages whose stop words are left out; absent in models of the first version. */
  stop_words?: readonly StopWordLanguage[];
}

/** Turns text into tokens. */
export interface Tokenizer {
  /** The tokens of a text, in order. */
  tokens(text: string): string[];
  /** Name of the segmenter; null where none is used. */
  segmenter: string | null;
  /** Why the segmenter that was asked for is not used, or null. */
  note: string | null;
}

/** Makes a tokenizer; `dictionary` is the path of a jieba user dictionary, from `storeDictionary`. */
export async function loadTokenizer(
  { unit, stop_words: languages = [] }: TokenizerSettings,
  dictionary: string | null = null,
): Promise<Tokenizer> {
  const segmenter = await loadSegmenter({ dictionary });
  const stopWords = languages.length > 0 ? await stopWordsOf(languages) : null;
  const segments = unit !== 'character';
  return {
    tokens(text) {
      const tokens = tokenize(text, unit, segmenter);
      return stopWords ? tokens.filter((token) => !stopWords.has(token)) : tokens;
    },
    segmenter: segments ? segmenter.name : null,
    note: segments ? segmenter.note : null,
  };
}

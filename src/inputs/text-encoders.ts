/** Lyrics to the ids that a model's text inputs take. */
import type { LyricsReading } from '../text/sung-text.js';
import { loadTokenizer, type Tokenizer, type TokenizerSettings } from '../text/tokenizer.js';
import { encodeTokens, indexVocabulary } from '../text/vocabulary.js';
import type { LyricsOptions } from './lyrics.js';
import { type InputsConfig, inputEntries } from './schema.js';

/** A text input, ready to encode. */
export interface TextEncoder {
  /** Of the input. */
  name: string;
  tokenizer: Tokenizer;
  /** What of a lyrics file it reads. */
  reading: LyricsReading;
  /** Ids, [max_tokens]; the start token alone for a text without words. */
  encode(tokens: readonly string[]): Int32Array;
}

/**
 * Opens the text inputs of a model. By name of the input: vocabularies (tokens by id; inputs without one are left out)
 * and paths of user dictionaries for nodejieba, from `storeDictionary`.
 */
export function openTextEncoders(
  inputs: InputsConfig,
  vocabularies: Readonly<Record<string, string[]>>,
  dictionaries: Readonly<Record<string, string>> = {},
): Promise<TextEncoder[]> {
  const entries = inputEntries(inputs).filter(
    ({ kind, name }) => kind.source === 'text' && name in vocabularies,
  );
  return Promise.all(
    entries.map(async ({ name, options }) => {
      const settings = options as LyricsOptions;
      const tokenizer = await loadTokenizer(settings as TokenizerSettings, dictionaries[name] ?? null);
      const index = indexVocabulary(vocabularies[name]);
      const encode = (tokens: readonly string[]): Int32Array =>
        encodeTokens(tokens, index, settings.max_tokens);
      return { name, tokenizer, reading: settings, encode };
    }),
  );
}

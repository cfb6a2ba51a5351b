/** Lyrics of a catalogue: one text file per track, in a folder of their own. */
import { basename, extname, join } from 'node:path';
import { exists, requireFolder } from '../../base/files.js';
import type { LyricsOptions } from '../../inputs/lyrics.js';
import { inputEntries } from '../../inputs/schema.js';
import { openTextEncoders, type TextEncoder } from '../../inputs/text-encoders.js';
import { type BaselineDescription, BaselinePredictor } from '../../models/baselines/predictor.js';
import { denseValues } from '../../models/baselines/rows.js';
import { NetworkPredictor, type Predictor } from '../../models/predictor.js';
import type { TextEncoding } from '../../text/encodings.js';
import { openDictionary } from '../../text/files/dictionary.js';
import {
  chooseLyrics,
  type DecodedLyrics,
  decodeLyrics,
  lyricsNames,
  MISSING,
} from '../../text/files/read-lyrics.js';
import { tallyLyrics } from '../../text/lyrics-tally.js';
import { countKnownTerms, ngrams } from '../../text/ngrams.js';
import { loadTokenizer, type TokenizerSettings } from '../../text/tokenizer.js';

export interface LyricsReader {
  /**
   * Token ids of a track's lyrics by text input, given its audio file's path; those of an empty text where there is no
   * file.
   */
  read(track: string): Promise<Record<string, Int32Array>>;
  /** Path of a track's lyrics; null where it has none. */
  fileOf(track: string): Promise<string | null>;
  /** Tracks so far that had no lyrics. */
  missing(): number;
  /** Sentences about files so far that were not plain UTF-8 text. */
  notes(): string[];
  /** Sentence on a substitute for the segmenter that the model was trained with; null for none. */
  note: string | null;
}

/** The text inputs of a model, with the user dictionaries that it keeps. */
export async function openModelEncoders(predictor: Predictor): Promise<TextEncoder[]> {
  if (predictor instanceof BaselinePredictor) return openTermEncoders(predictor.description);
  if (!(predictor instanceof NetworkPredictor)) return [];
  const { inputs, vocabularies, dictionaries = {} } = predictor.description;
  const stored: Record<string, string> = {};
  for (const { name, kind, options } of inputEntries(inputs)) {
    if (kind.source !== 'text') continue;
    const path = await openDictionary(options as LyricsOptions, dictionaries[name] ?? null);
    if (path !== null) stored[name] = path;
  }
  return openTextEncoders(inputs, vocabularies, stored);
}

/** The text input of a baseline: counts of its terms. */
async function openTermEncoders({
  spec: { features },
  inputs,
  terms,
  dictionary,
}: BaselineDescription): Promise<TextEncoder[]> {
  const entry = inputEntries(inputs).find(({ kind }) => kind.source === 'text');
  if (!entry || terms === null || features.kind !== 'tfidf') return [];
  const settings = entry.options as LyricsOptions;
  const tokenizer = await loadTokenizer(
    settings as TokenizerSettings,
    await openDictionary(settings, dictionary ?? null),
  );
  const columnOf = new Map(terms.map((term, column) => [term, column]));
  const encode = (tokens: readonly string[]): Int32Array => {
    const document = ngrams(tokens, features.ngrams, settings.unit);
    return Int32Array.from(denseValues(countKnownTerms([document], columnOf)));
  };
  return [{ name: entry.name, tokenizer, reading: settings, encode }];
}

/**
 * Opens a folder (null for none) with lyrics `NAME.txt` or `NAME.lrc` for the track `NAME.mp3`; the result is null for
 * a model without a text input. The names may differ in their Unicode form. `encoding`: of the lyrics; null: found out.
 * Default: null. Throws a UsageError when there is no such folder.
 */
export async function openLyrics(
  folder: string | null,
  encoders: readonly TextEncoder[],
  encoding: TextEncoding | null = null,
): Promise<LyricsReader | null> {
  if (encoders.length === 0) return null;
  if (folder !== null) await requireFolder(folder, '--lyrics');
  const tally = tallyLyrics(encoders[0].reading);
  let missing = 0;
  const placesOf = (track: string): string[] => {
    if (folder === null) return [];
    const stem = basename(track, extname(track));
    const forms = new Set([stem, stem.normalize('NFC'), stem.normalize('NFD')]);
    return [...forms].flatMap(lyricsNames).map((name) => join(folder, name));
  };
  const find = async (track: string): Promise<{ path: string; decoded: DecodedLyrics } | null> => {
    // Looked up for each track: lyrics may be added while a process serves requests.
    for (const path of placesOf(track)) {
      const decoded = await decodeLyrics(path, encoding);
      if (decoded.problem !== MISSING) return { path, decoded };
    }
    return null;
  };
  return {
    async read(track) {
      const found = await find(track);
      const lyrics = encoders.map(({ reading }) => found && chooseLyrics(found.decoded, reading));
      if (found) tally.add(found.path, lyrics[0]!);
      const tokens = encoders.map(({ tokenizer }, i) => tokenizer.tokens(lyrics[i]?.text ?? ''));
      if (tokens.every(({ length }) => length === 0)) missing++;
      return Object.fromEntries(encoders.map(({ name, encode }, i) => [name, encode(tokens[i])]));
    },
    async fileOf(track) {
      for (const path of placesOf(track)) if (await exists(path)) return path;
      return null;
    },
    missing: () => missing,
    notes: () => tally.notes(),
    note: encoders.find(({ tokenizer }) => tokenizer.note)?.tokenizer.note ?? null,
  };
}

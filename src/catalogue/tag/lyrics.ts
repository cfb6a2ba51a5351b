/** Lyrics of a catalogue: one text file per track, in a folder of their own. */
import { basename, extname, join } from 'node:path';
import { systemCode } from '../../base/errors.js';
import { requireFolder } from '../../base/files.js';
import { openTextEncoders, type TextEncoder } from '../../inputs/text-encoders.js';
import type { ModelDescription } from '../../models/description.js';
import { storeDictionary } from '../../text/files/dictionary.js';
import { LYRICS_ENDINGS, readLyrics } from '../../text/files/read-lyrics.js';
import { tallyLyrics } from '../../text/lyrics-tally.js';

/** Reads lyrics as a model takes them. */
export interface LyricsReader {
  /**
   * The lyrics of a track.
   *
   * @param track - path of its audio file
   * @returns token ids by text input; those of an empty text where there is no file
   */
  read(track: string): Promise<Record<string, Int32Array>>;
  /** Tracks so far that had no lyrics. */
  missing(): number;
  /** Sentences about the files so far that were no plain UTF-8 text. */
  notes(): string[];
  /** What stands in for the segmenter that the model was trained with, if anything. */
  note: string | null;
}

/** The part of a model's description that says how lyrics are read. */
type DescribedTexts = Pick<ModelDescription, 'inputs' | 'vocabularies' | 'dictionaries'>;

/** The text inputs of a model, with the user dictionaries that it keeps. */
export async function openModelEncoders({
  inputs,
  vocabularies,
  dictionaries = {},
}: DescribedTexts): Promise<TextEncoder[]> {
  const stored = await Promise.all(
    Object.entries(dictionaries).map(async ([name, words]) => [name, await storeDictionary(words)] as const),
  );
  return openTextEncoders(inputs, vocabularies, Object.fromEntries(stored));
}

/**
 * Opens a folder of lyrics: `NAME.txt` or `NAME.lrc` for the track `NAME.mp3`.
 *
 * @param folder - the folder; null where no track has lyrics
 * @param description - of the model
 * @returns the reader; null for a model that takes no lyrics
 * @throws UsageError when there is no such folder
 */
export async function openLyrics(
  folder: string | null,
  description: DescribedTexts,
): Promise<LyricsReader | null> {
  const encoders = await openModelEncoders(description);
  if (encoders.length === 0) return null;
  if (folder !== null) await requireFolder(folder, '--lyrics');
  const tally = tallyLyrics();
  let missing = 0;
  const textOf = async (track: string): Promise<string> => {
    if (folder === null) return '';
    // Asked anew for each track: lyrics may come into the folder while a process that takes requests runs.
    for (const ending of LYRICS_ENDINGS) {
      const path = join(folder, `${basename(track, extname(track))}${ending}`);
      try {
        const lyrics = await readLyrics(path);
        tally.add(path, lyrics);
        return lyrics.text;
      } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw error;
      }
    }
    return '';
  };
  return {
    async read(track) {
      const text = await textOf(track);
      const tokens = encoders.map(({ tokenizer }) => tokenizer.tokens(text));
      if (tokens.every(({ length }) => length === 0)) missing++;
      return Object.fromEntries(encoders.map(({ name, encode }, i) => [name, encode(tokens[i])]));
    },
    missing: () => missing,
    notes: () => tally.notes(),
    note: encoders.find(({ tokenizer }) => tokenizer.note)?.tokenizer.note ?? null,
  };
}

/** Lyrics of a catalogue: a text file a track, in a folder of their own. */
import { readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { systemCode } from '../../base/errors.js';
import { requireFolder } from '../../base/files.js';
import { loadSegmenter } from '../../text/segmenter.js';
import { tokenize } from '../../text/tokenize.js';
import { encodeTokens, indexVocabulary } from '../../text/vocabulary.js';
import type { ModelDescription } from '../../training/stored-model.js';

/** Reads lyrics as a model takes them. */
export interface LyricsReader {
  /**
   * The lyrics of a track.
   *
   * @param track - path of its audio file
   * @returns token ids; those of an empty text where there is no file
   */
  read(track: string): Promise<Int32Array>;
  /** Tracks so far that had no lyrics. */
  missing(): number;
  /** What stands in for the segmenter that the model was trained with, if anything. */
  note: string | null;
}

/**
 * Opens a folder of lyrics: `NAME.txt` for the track `NAME.mp3`, UTF-8.
 *
 * @param folder - the folder; null where no track has lyrics
 * @param description - of the model
 * @returns the reader; null for a model that does not read
 * @throws WrongUse when there is no such folder
 */
export async function openLyrics(
  folder: string | null,
  { inputs, vocabulary }: ModelDescription,
): Promise<LyricsReader | null> {
  if (!inputs.lyrics || !vocabulary) return null;
  if (folder !== null) await requireFolder(folder, '--lyrics');
  const { unit, max_tokens: maxTokens } = inputs.lyrics;
  const segmenter = await loadSegmenter();
  const index = indexVocabulary(vocabulary);
  let missing = 0;
  const textOf = async (track: string): Promise<string> => {
    if (folder === null) return '';
    const path = join(folder, `${basename(track, extname(track))}.txt`);
    return readFile(path, 'utf8').catch((error) => {
      if (systemCode(error) === 'ENOENT') return '';
      throw error;
    });
  };
  return {
    async read(track) {
      const tokens = tokenize(await textOf(track), unit, segmenter);
      if (tokens.length === 0) missing++;
      return encodeTokens(tokens, index, maxTokens);
    },
    missing: () => missing,
    note: unit === 'word' ? segmenter.note : null,
  };
}

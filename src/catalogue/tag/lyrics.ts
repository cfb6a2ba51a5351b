/** Lyrics of a catalogue: a text file a track, in a folder of their own. */
import { basename, extname, join } from 'node:path';
import { systemCode } from '../../base/errors.js';
import { requireFolder } from '../../base/files.js';
import { storeDictionary } from '../../text/files/dictionary.js';
import { LYRICS_ENDINGS, readLyrics } from '../../text/files/read-lyrics.js';
import { tallyLyrics } from '../../text/lyrics-tally.js';
import { loadTokenizer } from '../../text/tokenizer.js';
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
  /** Sentences about the files so far that were no plain UTF-8 text. */
  notes(): string[];
  /** What stands in for the segmenter that the model was trained with, if anything. */
  note: string | null;
}

/**
 * Opens a folder of lyrics: `NAME.txt` or `NAME.lrc` for the track `NAME.mp3`.
 *
 * @param folder - the folder; null where no track has lyrics
 * @param description - of the model
 * @returns the reader; null for a model that does not read
 * @throws UsageError when there is no such folder
 */
export async function openLyrics(
  folder: string | null,
  { inputs, vocabulary, dictionary }: ModelDescription,
): Promise<LyricsReader | null> {
  if (!inputs.lyrics || !vocabulary) return null;
  if (folder !== null) await requireFolder(folder, '--lyrics');
  const tokenizer = await loadTokenizer(inputs.lyrics, dictionary ? await storeDictionary(dictionary) : null);
  const { max_tokens: maxTokens } = inputs.lyrics;
  const index = indexVocabulary(vocabulary);
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
      const tokens = tokenizer.tokens(await textOf(track));
      if (tokens.length === 0) missing++;
      return encodeTokens(tokens, index, maxTokens);
    },
    missing: () => missing,
    notes: () => tally.notes(),
    note: tokenizer.note,
  };
}

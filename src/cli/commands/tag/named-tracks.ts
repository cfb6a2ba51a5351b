/** The tracks that the words of `polytag tag` name, and what their failures mean for its exit code. */
import { Failure } from '../../../base/errors.js';
import { findTracks } from '../../../catalogue/inputs/tracks.js';
import type { RowCounts } from '../../../catalogue/tables/index.js';
import type { TextEncoding } from '../../../text/encodings.js';
import { printNote } from '../../terminal.js';

/** Words that name tracks, and how they are taken. */
export interface NamedTracks {
  /** Files, folders, playlists, or a list on standard input. */
  paths: string[];
  /** Whether playlists may name tracks outside their folders. */
  outside: boolean;
  /** Whether a track that could not be tagged, or only in part, makes the command fail. */
  strict: boolean;
}

/** Finds the tracks and prints notes on what was left out. Throws UsageError as `findTracks`. */
export async function nameTracks(
  { paths, outside }: Pick<NamedTracks, 'paths' | 'outside'>,
  encoding: TextEncoding | null = null,
): Promise<string[]> {
  return findTracks(paths, { allowOutside: outside, encoding, onNote: printNote });
}

/** Throws Failure when tracks failed or have a warning, and this is asked for; `where` names the reasons' place. */
export function requireTagged({ rows, failed, warned }: RowCounts, strict: boolean, where: string): void {
  if (strict && failed + warned > 0)
    throw new Failure(
      `--strict: ${failed} of ${rows} tracks could not be tagged and ${warned} have a warning; ${where} give the reasons.`,
    );
}

/** Where the recordings and lyrics of a table's tracks lie. */
import { basename, extname, join, resolve } from 'node:path';
import { exists } from '../../../base/files.js';
import { folderNames, pathFinder } from '../../../base/names.js';
import { lyricsFileOf } from '../../../text/files/read-lyrics.js';
import { AUDIO_ENDINGS } from '../../audio-files.js';
import type { TracksOptions } from './options.js';
import type { TrackRow } from './table.js';

/** Finds a track's files, whatever the Unicode form of their names; null where there is none. */
export interface TrackFiles {
  audio(row: TrackRow): Promise<string | null>;
  lyrics(row: TrackRow): Promise<string | null>;
}

/**
 * Looks for the files of tracks. A path in a column need not exist; where it does not, it is looked for in the folder
 * too, so that a column may hold file names alone. A folder is looked into once.
 */
export async function findTrackFiles(options: TracksOptions): Promise<TrackFiles> {
  const root = resolve(options.root);
  const find = pathFinder();
  const inColumn =
    (column: string, folder: string | null) =>
    async ({ values }: TrackRow): Promise<string | null> => {
      const path = values.get(column)!;
      if (path === '') return null;
      const found = await find(resolve(root, path));
      if (folder === null || (await exists(found))) return found;
      const inside = await find(resolve(root, folder, path));
      return (await exists(inside)) ? inside : found;
    };
  const inFolder = async (
    folder: string | null,
    fileOf: (folder: string, id: string, present: ReadonlySet<string>) => string | null,
  ): Promise<(row: TrackRow) => Promise<string | null>> => {
    if (folder === null) return async () => null;
    const path = await find(resolve(root, folder));
    const { names, path: onDisk } = await folderNames(path);
    return async ({ id }) => {
      const found = fileOf(path, id, names);
      return found === null ? null : onDisk(basename(found));
    };
  };
  return {
    audio: options.audio_column
      ? inColumn(options.audio_column, options.audio)
      : await inFolder(options.audio, audioFileOf),
    lyrics: options.lyrics_column
      ? inColumn(options.lyrics_column, options.lyrics)
      : await inFolder(options.lyrics, lyricsOf),
  };
}

/** Lyrics are named by the id; where that is the name of a recording, also by it without its ending. */
function lyricsOf(folder: string, id: string, present: ReadonlySet<string>): string | null {
  const ending = extname(id);
  return (
    lyricsFileOf(folder, id, present) ??
    (AUDIO_ENDINGS.includes(ending) ? lyricsFileOf(folder, basename(id, ending), present) : null)
  );
}

function audioFileOf(folder: string, id: string, present: ReadonlySet<string>): string | null {
  const ending = ['', ...AUDIO_ENDINGS].find(
    (candidate) => present.has(id + candidate) && (candidate !== '' || AUDIO_ENDINGS.includes(extname(id))),
  );
  return ending === undefined ? null : join(folder, id + ending);
}

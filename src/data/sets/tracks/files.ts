/** Where the recordings and lyrics of a table's tracks lie. */
import { readdir } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { lyricsFileOf } from '../../../text/files/read-lyrics.js';
import { AUDIO_ENDINGS } from '../../audio-files.js';
import type { TracksOptions } from './options.js';
import type { TrackRow } from './table.js';

/** Finds a track's files; null where there is none. */
export interface TrackFiles {
  audio(row: TrackRow): string | null;
  lyrics(row: TrackRow): string | null;
}

/** Looks for the files of tracks. A path in a column is taken as it is; a folder is looked into once. */
export async function findTrackFiles(options: TracksOptions): Promise<TrackFiles> {
  const root = resolve(options.root);
  const inColumn =
    (column: string) =>
    ({ values }: TrackRow): string | null => {
      const path = values.get(column)!;
      return path === '' ? null : resolve(root, path);
    };
  const inFolder = async (
    folder: string | null,
    find: (folder: string, id: string, present: ReadonlySet<string>) => string | null,
  ): Promise<(row: TrackRow) => string | null> => {
    if (folder === null) return () => null;
    const path = resolve(root, folder);
    const present = new Set(await readdir(path).catch(() => []));
    return ({ id }) => find(path, id, present);
  };
  return {
    audio: options.audio_column ? inColumn(options.audio_column) : await inFolder(options.audio, audioFileOf),
    lyrics: options.lyrics_column
      ? inColumn(options.lyrics_column)
      : await inFolder(options.lyrics, lyricsFileOf),
  };
}

function audioFileOf(folder: string, id: string, present: ReadonlySet<string>): string | null {
  const ending = ['', ...AUDIO_ENDINGS].find(
    (candidate) => present.has(id + candidate) && (candidate !== '' || AUDIO_ENDINGS.includes(extname(id))),
  );
  return ending === undefined ? null : join(folder, id + ending);
}

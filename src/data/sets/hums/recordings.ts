/** The recordings of hummed songs as folders or a table have them, with the files that belong to them. */
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { UsageError } from '../../../base/errors.js';
import { countText } from '../../../base/format.js';
import { pathFinder } from '../../../base/names.js';
import { isAudioName, listTree } from '../../audio-files.js';
import { findTable, notesOnSkipped, readTable } from '../../table.js';

/** A recording of a song. */
export interface Hum {
  /** Path relative to the root, with slashes. */
  id: string;
  audio: string;
  /** File of its notes, or of its song's; null where there is none. */
  notes: string | null;
  /** The song's name: its column, else the file's name without its ending. */
  tune: string;
  /** The folder of the recording, relative to the root or to `waveFile`. */
  voice: string;
  /** File of its pitch curve that a table names. */
  f0?: string;
  /** Whether `notes` are its song's, whose times are not those of the recording. */
  areOfSong?: true;
}

/** Folder of the recordings in MIR-QBSH. */
const RECORDINGS = 'waveFile';
/** Folders of the songs' notes, below the root. */
const NOTE_FOLDERS = ['midiFile', 'notes'];
/** Columns that `hums.csv` must have. */
const NEEDED = ['audio', 'tune', 'voice'];
/** Of several files of a song's notes, that whose ending comes first. */
const NOTE_ENDINGS = ['.mid', '.midi', '.csv', '.json', '.musicxml'];

/**
 * The recordings of a folder in the order of their paths, or of its table, and sentences on what is left out. Throws UsageError
 * for a table without the columns `audio`, `tune` and `voice`.
 */
export async function readHums(folder: string): Promise<{ hums: Hum[]; notes: string[] }> {
  const root = resolve(folder);
  const table = await findTable(join(root, 'hums.csv'));
  return table === null ? readFolders(root) : readHumTable(root, table);
}

async function readHumTable(root: string, path: string): Promise<{ hums: Hum[]; notes: string[] }> {
  const hums: Hum[] = [];
  let header: string[] = [];
  const onDisk = pathFinder();
  const rows: Record<string, string>[] = [];
  const { skipped } = await readTable(
    path,
    ',',
    (columns) => {
      header = columns.map((name) => name.trim());
      const missing = NEEDED.find((name) => !header.includes(name));
      if (missing !== undefined)
        throw new UsageError(`${path} has no column "${missing}"; its columns are ${header.join(', ')}.`);
    },
    (fields) => {
      const row = Object.fromEntries(header.map((name, i) => [name, fields[i].trim()]));
      const empty = NEEDED.find((name) => row[name] === '');
      if (empty !== undefined) return `it has no ${empty}`;
      rows.push(row);
      return null;
    },
  );
  for (const { audio, tune, voice, notes, f0 } of rows)
    hums.push({
      id: audio,
      audio: await onDisk(join(root, audio)),
      notes: notes ? await onDisk(join(root, notes)) : null,
      ...{ tune, voice },
      ...(f0 && { f0: await onDisk(join(root, f0)) }),
    });
  return { hums, notes: notesOnSkipped(skipped, path) };
}

async function readFolders(root: string): Promise<{ hums: Hum[]; notes: string[] }> {
  const files = await listTree(root);
  const isMirQbsh = files.some((path) => topFolder(path) === RECORDINGS);
  const notesAt = bestNotes(files);
  const hums: Hum[] = [];
  const loose: string[] = [];
  for (const path of files.filter(isAudioName)) {
    const top = topFolder(path);
    if (NOTE_FOLDERS.includes(top) || (isMirQbsh && top !== RECORDINGS)) continue;
    const id = withSlashes(path);
    const folder = dirname(path);
    const voice = withSlashes(relative(isMirQbsh ? RECORDINGS : '', folder));
    const tune = stemOf(path);
    const own = [folder, ...NOTE_FOLDERS].map((place) => notesAt.get(join(place, tune)));
    const notes = own.find((found) => found !== undefined);
    if (voice === '') loose.push(id);
    else
      hums.push({
        ...{ id, audio: join(root, path), notes: notes ? join(root, notes) : null, tune, voice },
        ...(notes && !own[0] && { areOfSong: true }),
      });
  }
  if (loose.length === 0) return { hums, notes: [] };
  const are = loose.length === 1 ? 'is' : 'are';
  const note = `${countText(loose.length, 'recording')} in no voice's folder ${are} left out; the first is ${loose[0]}.`;
  return { hums, notes: [note] };
}

/** The first folder of a path; empty for a file of the root. */
function topFolder(path: string): string {
  const folder = dirname(path);
  return folder === '.' ? '' : folder.split(sep)[0];
}

const withSlashes = (path: string): string => path.replaceAll('\\', '/').normalize();

const stemOf = (name: string): string => basename(name, extname(name)).normalize();

/** Files of notes by their folder and their song's name; of several, that whose ending comes first. */
function bestNotes(files: readonly string[]): Map<string, string> {
  const rank = (path: string): number => NOTE_ENDINGS.indexOf(extname(path).toLowerCase());
  const found = new Map<string, string>();
  const notes = files.filter((path) => rank(path) >= 0).sort((a, b) => rank(b) - rank(a));
  for (const path of notes) found.set(join(dirname(path), stemOf(path)), path);
  return found;
}

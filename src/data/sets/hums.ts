/** Hummed, sung or whistled songs with their notes: MIR-QBSH, or amateurs' recordings in folders by voice. */
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../base/errors.js';
import { requireFolder } from '../../base/files.js';
import { countText } from '../../base/format.js';
import { pathFinder } from '../../base/names.js';
import { assembleDataset, syntheticStatement } from '../assemble.js';
import { isAudioName, listTree } from '../audio-files.js';
import { defineDataSet, parseOptions } from '../data-set.js';
import type { Dataset, Example, Split } from '../dataset.js';
import { summarise } from '../import-summary.js';
import { kFold, kFoldOptions, shuffle, shuffleOptions, type TrackSplits } from '../split/random.js';
import { findTable, notesOnSkipped, readTable } from '../table.js';
import { indicators } from './tracks/labelled-tracks.js';

// Citation and licence

const CITATION =
  'J.-S. R. Jang: MIR-QBSH corpus. Multimedia Information Retrieval Lab, Tsing Hua University, Taiwan, 2006.';
const LICENCE = 'not stated; a corpus for research';

// Options

const voicesOptions = z.strictObject({
  kind: z.literal('voices').describe('The voices that validate and test by name; the others train.'),
  validation: z.array(z.string()).min(1).describe('Voices of the validation split.'),
  test: z.array(z.string()).min(1).describe('Voices of the test split.'),
});

export const humsOptions = z.strictObject({
  set: z.literal('hums').describe('Hummed songs: the songs are the classes, and no voice is in two splits.'),
  root: z
    .string()
    .default('data/hums')
    .describe(
      'Folder of VOICE/SONG.wav, MIR-QBSH (waveFile/YEAR/PERSON/SONG.wav), or a folder with a table hums.csv of the columns audio, tune, voice and notes. Notes (.mid, .csv, .json) lie beside a recording, or by the name of its song in midiFile or notes.',
    ),
  extra_training: z
    .string()
    .nullable()
    .default(null)
    .describe(
      'Another folder of these forms, all of whose recordings train, such as one of "npx polytag data synth --kind hums"; null for none.',
    ),
  split: z
    .discriminatedUnion('kind', [voicesOptions, kFoldOptions, shuffleOptions])
    .prefault({ kind: 'shuffle' })
    .describe('By voice: voices by name, folds of voices, or voices drawn at random.'),
});

type HumsOptions = z.output<typeof humsOptions>;

// Layout

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
  for (const { audio, tune, voice, notes } of rows)
    hums.push({
      id: audio,
      audio: await onDisk(join(root, audio)),
      notes: notes ? await onDisk(join(root, notes)) : null,
      ...{ tune, voice },
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
    else hums.push({ id, audio: join(root, path), notes: notes ? join(root, notes) : null, tune, voice });
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

// Loader

async function loadHums(options: HumsOptions): Promise<Dataset> {
  const root = resolve(options.root);
  await requireFolder(root, 'data.root');
  const { hums, notes } = await readHums(root);
  const labels = [...new Set(hums.map(({ tune }) => tune))].sort();
  if (labels.length < 2)
    throw new UsageError(
      `data.root: ${root} has ${labels.length === 0 ? 'no recording' : 'recordings of one song'} in the form VOICE/SONG.wav; give a folder with at least two songs.`,
    );
  const without = hums.filter(({ notes: own }) => own === null);
  if (without.length > 0 && without.length < hums.length)
    notes.push(
      `${without.length} of ${hums.length} recordings have no notes; the first is ${without[0].id}.`,
    );
  const drawn = splitVoices(hums, options.split);
  const extra = options.extra_training === null ? [] : await extraHums(options.extra_training, labels, notes);
  const all = [...hums, ...extra];
  const splits = drawn.splits.map((parts) => [...parts, ...extra.map((): Split => 'train')]);
  const voices = new Set(all.map(({ voice }) => voice)).size;
  const more = extra.length === 0 ? '' : `, ${extra.length} recordings more in training`;
  return assembleDataset(
    {
      name: basename(root),
      root,
      protocol: `${labels.length} classes (songs), ${countText(voices, 'voice')}, ${drawn.description}${more}`,
      task: 'classification',
      labels,
      examples: all.map(
        ({ id, audio, tune, voice }, i): Example => ({
          ...{ id, audio, lyrics: null, split: splits[0][i]! },
          ...{ song: null, artist: null, group: voice, title: tune },
          targets: indicators([labels.indexOf(tune)], labels.length),
        }),
      ),
      synthetic: await syntheticStatement(root),
      notes: [...notes, ...drawn.notes],
      disjoint: ['group'],
      audioAdvice: 'check data.root',
      ...(splits.length > 1 && {
        folds: splits.map((parts) => new Map(all.map(({ id }, i) => [id, parts[i]!]))),
      }),
    },
    {
      noun: 'recording',
      emptySplit: ['data.split', 'give recordings of more voices or another split'],
      missingClass: ['data.split', 'give recordings of this song by more voices or another split'],
    },
  );
}

/** Recordings of another folder, of the songs that are known; voices and ids are told from those of the first by its name. */
async function extraHums(folder: string, labels: readonly string[], notes: string[]): Promise<Hum[]> {
  const root = resolve(folder);
  await requireFolder(root, 'data.extra_training');
  const { hums: found, notes: own } = await readHums(root);
  notes.push(...own);
  const kept = found.filter(({ tune }) => labels.includes(tune));
  if (kept.length === 0)
    throw new UsageError(
      `data.extra_training: ${root} has no recording of a song of data.root; give another folder.`,
    );
  if (kept.length < found.length)
    notes.push(
      `${found.length - kept.length} of ${found.length} recordings of ${root} are of other songs and are left out.`,
    );
  const statement = await syntheticStatement(root);
  if (statement !== null) notes.push(`Of the extra training recordings: ${statement}`);
  const name = basename(root);
  return kept.map((hum) => ({ ...hum, id: `${name}/${hum.id}`, voice: `${name}/${hum.voice}` }));
}

function splitVoices(hums: readonly Hum[], options: HumsOptions['split']): TrackSplits {
  if (options.kind === 'voices') return namedVoices(hums, options);
  const tracks = hums.map(({ id, tune, voice }) => ({ id, group: voice, labels: [tune], further: [] }));
  const drawn = options.kind === 'k-fold' ? kFold(tracks, options) : shuffle(tracks, options);
  return { ...drawn, description: `by voice: ${drawn.description}` };
}

/** @throws UsageError for a name that no voice has, or that is in both splits */
function namedVoices(
  hums: readonly Hum[],
  { validation, test }: z.output<typeof voicesOptions>,
): TrackSplits {
  const known = [...new Set(hums.map(({ voice }) => voice))];
  const unknown = [...validation, ...test].find((voice) => !known.includes(voice.normalize()));
  if (unknown !== undefined)
    throw new UsageError(
      `data.split: there is no voice "${unknown}"; the voices are ${known.slice(0, 10).join(', ')}${known.length > 10 ? ', …' : ''}.`,
    );
  const twice = validation.find((voice) => test.includes(voice));
  if (twice !== undefined)
    throw new UsageError(`data.split: the voice "${twice}" is to validate and to test; leave it out of one.`);
  const splitOf = new Map<string, Split>([
    ...validation.map((voice): [string, Split] => [voice.normalize(), 'validation']),
    ...test.map((voice): [string, Split] => [voice.normalize(), 'test']),
  ]);
  return {
    splits: [hums.map(({ voice }) => splitOf.get(voice) ?? 'train')],
    description: `by voice: ${test.join(', ')} in test, ${validation.join(', ')} in validation`,
    notes: [],
  };
}

/** MIR-QBSH: 4,431 recordings of 8 s, 8 kHz, of 48 songs by some 195 people, with the songs' MIDI files. */
export const hums = defineDataSet({
  title: 'Hummed songs: MIR-QBSH, or folders by voice',
  citation: CITATION,
  licence: LICENCE,
  homepage: 'http://mirlab.org/dataset/public/',
  download: null,
  import: {
    describe: 'Read a folder of hummed songs and report what was found',
    folder: 'Folder of VOICE/SONG.wav, MIR-QBSH, or a folder with hums.csv',
    options: {},
    run: async (root) => summarise(await loadHums(parseOptions(humsOptions, { set: 'hums', root }))),
  },
  options: humsOptions,
  load: loadHums,
});

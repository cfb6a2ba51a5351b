/** MTG-Jamendo's tagging tasks, from its published tables. */
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { Failure, UsageError } from '../../base/errors.js';
import { requireFolder } from '../../base/files.js';
import { LYRICS_FOLDER } from '../../inputs/lyrics.js';
import { lyricsFileOf } from '../../text/files/read-lyrics.js';
import { assembleDataset } from '../assemble.js';
import { listFolder } from '../audio-files.js';
import { defineDataSet, parseOptions } from '../data-set.js';
import { type Dataset, type Example, SPLITS, type Split } from '../dataset.js';
import { summarise } from '../import-summary.js';
import { findTable, notesOnSkipped, readTable } from '../table.js';

// Citation and licence

const CITATION =
  'D. Bogdanov, M. Won, P. Tovstogan, A. Porter, X. Serra: The MTG-Jamendo dataset for automatic music tagging. Machine Learning for Music Discovery Workshop, ICML 2019.';
const LICENCE = 'metadata CC BY-NC-SA 4.0; recordings under the Creative Commons licence of each track';

// Index: one table per subset and split, as published in github.com/MTG/mtg-jamendo-dataset

const COLUMNS = ['TRACK_ID', 'ARTIST_ID', 'ALBUM_ID', 'PATH', 'DURATION', 'TAGS'];

/** File names of the subsets, without split and ending. */
const TABLES = {
  all: 'autotagging',
  top50tags: 'autotagging_top50tags',
  genre: 'autotagging_genre',
  instrument: 'autotagging_instrument',
  moodtheme: 'autotagging_moodtheme',
} as const;

/** Folders that may hold the tables: of a clone of the repository, of its folder "data", or the tables alone. */
const foldersOf = (root: string, split: number): string[] => [
  join(root, 'data', 'splits', `split-${split}`),
  join(root, 'splits', `split-${split}`),
  join(root, `split-${split}`),
  root,
];

// Options

export const mtgJamendoOptions = z.strictObject({
  set: z.literal('mtg-jamendo').describe('MTG-Jamendo: full tracks with genres, instruments and moods.'),
  root: z
    .string()
    .default('data/mtg-jamendo')
    .describe('Folder with the published tables: data/splits/split-0/autotagging_top50tags-train.tsv, …'),
  subset: z
    .enum(Object.keys(TABLES) as (keyof typeof TABLES)[])
    .default('top50tags')
    .describe('Which tags, and the tracks that have one of them.'),
  split: z.int().min(0).max(4).default(0).describe('Which of the five published splits.'),
  audio: z
    .string()
    .default('audio')
    .describe('Folder with NN/ID.mp3 or NN/ID.low.mp3, relative to the root.'),
  lyrics: z
    .string()
    .default(LYRICS_FOLDER)
    .describe('Folder with <TRACK_ID>.txt or <TRACK_ID>.lrc, relative to the root; it may be absent.'),
});

type MtgJamendoOptions = z.output<typeof mtgJamendoOptions>;

// Loader

interface Track {
  id: string;
  artist: string;
  album: string;
  /** `NN/ID.mp3`. */
  path: string;
  tags: string[];
  split: Split;
}

async function loadMtgJamendo(options: MtgJamendoOptions): Promise<Dataset> {
  const root = resolve(options.root);
  await requireFolder(root, 'data.root');
  const notes: string[] = [];
  const tracks: Track[] = [];
  for (const split of SPLITS) tracks.push(...(await readSplit(root, options, split, notes)));
  requireDisjoint(tracks, 'track', ({ id }) => id);
  const labels = [...new Set(tracks.flatMap(({ tags }) => tags))].sort();
  const positions = new Map(labels.map((label, i) => [label, i]));
  for (const noun of ['artist', 'album'] as const) {
    const shared = sharedBetweenSplits(tracks, (track) => track[noun]);
    if (shared.length > 0)
      notes.push(`${shared.length} ${noun}s have tracks in more than one split, ${shared[0]} is the first.`);
  }
  const audioOf = await findAudio(resolve(root, options.audio), tracks);
  const lyricsFolder = resolve(root, options.lyrics);
  const lyrics = new Set((await listFolder(lyricsFolder))?.files);
  return assembleDataset(
    {
      name: 'MTG-Jamendo',
      root,
      protocol: `${options.subset}, ${labels.length} tags, published split ${options.split}`,
      task: 'tagging',
      labels,
      examples: tracks.map((track): Example => {
        const targets = new Uint8Array(labels.length);
        for (const tag of track.tags) targets[positions.get(tag)!] = 1;
        return {
          id: track.id,
          audio: audioOf(track),
          lyrics: lyricsFileOf(lyricsFolder, track.id, lyrics),
          split: track.split,
          song: null,
          artist: track.artist,
          album: track.album,
          title: track.id,
          targets,
        };
      }),
      synthetic: null,
      notes,
      // The published splits share no artist.
      disjoint: ['artist'],
      audioAdvice:
        'check data.audio and data.root; the recordings are downloaded by the scripts of its repository',
    },
    {
      noun: 'track',
      emptySplit: ['data.root', 'download the tables again'],
      missingClass: ['data.root', 'download the tables again'],
    },
  );
}

/** @throws UsageError when the table is missing or has other columns */
async function readSplit(
  root: string,
  { subset, split: number }: MtgJamendoOptions,
  split: Split,
  notes: string[],
): Promise<Track[]> {
  const name = `${TABLES[subset]}-${split}.tsv`;
  let path: string | null = null;
  for (const folder of foldersOf(root, number)) path ??= await findTable(join(folder, name));
  if (path === null)
    throw new UsageError(
      `data.root: ${root} has no ${name} for split ${number}; give the folder of the MTG-Jamendo repository, or of its tables.`,
    );
  const tracks: Track[] = [];
  const lines = new Map<string, number>();
  const { skipped } = await readTable(
    path,
    '\t',
    (header) => {
      if (header.join() !== COLUMNS.join())
        throw new UsageError(
          `${path} must have the columns ${COLUMNS.join(', ')}, separated by tabs; it has ${header.join(', ')}.`,
        );
    },
    ([id, artist, album, audio, , ...tags], line) => {
      if (!/^\d\d\/\d+\.mp3$/.test(audio)) return `PATH "${audio}" is not of the form 15/215.mp3`;
      const wrong = tags.find((tag) => !/^[^-]+---.+$/.test(tag));
      if (wrong !== undefined) return `the tag "${wrong}" is not of the form genre---rock`;
      const earlier = lines.get(id);
      if (earlier !== undefined) return `${id} is in row ${earlier} too`;
      lines.set(id, line);
      tracks.push({ id, artist, album, path: audio, tags, split });
      return null;
    },
    { openEnded: true },
  );
  notes.push(...notesOnSkipped(skipped, name));
  if (tracks.length === 0) throw new Failure(`${path} has no track that can be used; download it again.`);
  return tracks;
}

/** Groups that occur in more than one split. */
function sharedBetweenSplits(tracks: readonly Track[], keyOf: (track: Track) => string): string[] {
  const splitOf = new Map<string, Split>();
  const shared = new Set<string>();
  for (const track of tracks) {
    const key = keyOf(track);
    if ((splitOf.get(key) ?? track.split) !== track.split) shared.add(key);
    splitOf.set(key, track.split);
  }
  return [...shared];
}

function requireDisjoint(tracks: readonly Track[], noun: string, keyOf: (track: Track) => string): void {
  const [shared] = sharedBetweenSplits(tracks, keyOf);
  if (shared !== undefined)
    throw new UsageError(
      `data.root: the ${noun} ${shared} is in more than one split; use tables of one published split.`,
    );
}

/** The published recordings are `NN/ID.mp3`, their smaller versions `NN/ID.low.mp3`. */
async function findAudio(folder: string, tracks: readonly Track[]): Promise<(track: Track) => string> {
  const present = new Set<string>();
  for (const part of new Set(tracks.map(({ path }) => path.slice(0, 2))))
    for (const file of (await listFolder(join(folder, part)))?.files ?? []) present.add(`${part}/${file}`);
  return ({ path }) => {
    const low = path.replace(/\.mp3$/, '.low.mp3');
    return join(folder, !present.has(path) && present.has(low) ? low : path);
  };
}

/** MTG-Jamendo: 55,701 full tracks with 195 tags. */
export const mtgJamendo = defineDataSet({
  title: 'MTG-Jamendo',
  citation: CITATION,
  licence: LICENCE,
  homepage: 'https://github.com/MTG/mtg-jamendo-dataset',
  download: null,
  import: {
    describe: 'Read the tables of MTG-Jamendo and report what was found',
    folder: 'Folder with the published tables',
    options: {
      subset: {
        type: 'string',
        default: 'top50tags',
        choices: Object.keys(TABLES),
        describe: 'Which tags',
      },
      split: {
        type: 'number',
        default: 0,
        choices: [0, 1, 2, 3, 4],
        describe: 'Which of the five published splits',
      },
    },
    run: async (root, options) =>
      summarise(
        await loadMtgJamendo(parseOptions(mtgJamendoOptions, { set: 'mtg-jamendo', root, ...options })),
      ),
  },
  options: mtgJamendoOptions,
  load: loadMtgJamendo,
});

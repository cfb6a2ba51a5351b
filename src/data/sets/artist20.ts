/** artist20: whole albums of twenty artists; or any folder of artist/album/song, as LibriSpeech and VoxCeleb are for voices. */
import { basename, extname, join, resolve } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../base/errors.js';
import { requireFolder } from '../../base/files.js';
import { countText } from '../../base/format.js';
import { pathFinder } from '../../base/names.js';
import { assembleDataset, syntheticStatement } from '../assemble.js';
import { isAudioName, listFolder } from '../audio-files.js';
import { defineDataSet, parseOptions } from '../data-set.js';
import type { Dataset, Example } from '../dataset.js';
import { summarise } from '../import-summary.js';
import { albumOptions, byAlbum } from '../split/albums.js';
import { kFold, kFoldOptions, shuffle, shuffleOptions, type TrackSplits } from '../split/random.js';
import { findTable } from '../table.js';
import { readMtatTables } from './magnatagatune/table.js';
import { indicators } from './tracks/labelled-tracks.js';

// Citation and licence

const CITATION = 'D. P. W. Ellis: Classifying music audio with timbral and chroma features. ISMIR 2007.';
const LICENCE = 'on request, for research only; the recordings are commercial ones';

// Index

/** Folder of the artists in the published archive. */
const PUBLISHED_FOLDER = 'mp3s-32k';

/** Artists and tracks that were published; other numbers are another data set. */
const PUBLISHED = { artists: 20, tracks: 1413 };

// Options

const songOptions = shuffleOptions.extend({
  kind: z.literal('song').describe('By song, stratified by artist: songs of one album may be in all splits.'),
  validation: shuffleOptions.shape.validation.default(0.09),
  test: shuffleOptions.shape.test.default(0.1),
});

export const artist20Options = z.strictObject({
  set: z
    .literal('artist20')
    .describe('artist20, or any folder of artist/album/song: the artists are the classes.'),
  root: z
    .string()
    .default('data/artist20')
    .describe(
      `Folder of artists (or one that holds them in ${PUBLISHED_FOLDER}), each with albums, each with songs; also speaker/chapter/utterance and speaker/video/utterance, and a folder in MagnaTagATune's form, whose file names have artist and album.`,
    ),
  split: z
    .discriminatedUnion('kind', [songOptions, albumOptions, kFoldOptions])
    .prefault({ kind: 'song' })
    .describe(
      'song: 90 % and 10 %, and of those 90 % again 90 % and 10 %; album: two albums of each artist held out; k-fold: by song.',
    ),
});

type Artist20Options = z.output<typeof artist20Options>;

// Layout

interface Recording {
  /** Path relative to the folder of artists, with slashes; of a clip, its number. */
  id: string;
  path: string;
  artist: string;
  /** With the artist, since names such as "Greatest Hits" are shared. */
  album: string | null;
  /** With artist and album: file names alone are shared too. */
  song: string;
  title: string;
}

/** The recordings of a folder and sentences on what is left out. */
interface Layout {
  recordings: Recording[];
  notes: string[];
}

async function readLayout(root: string): Promise<Layout> {
  if (await findTable(join(root, 'annotations_final.csv'))) return readClips(root);
  const { folders } = (await listFolder(root))!;
  return readArtists(folders.includes(PUBLISHED_FOLDER) ? join(root, PUBLISHED_FOLDER) : root);
}

async function readArtists(root: string): Promise<Layout> {
  const recordings: Recording[] = [];
  const loose: string[] = [];
  const silent: string[] = [];
  const audioOf = async (folder: string): Promise<{ audio: string[]; folders: string[] }> => {
    const { files, folders } = (await listFolder(folder))!;
    return { audio: files.filter(isAudioName), folders };
  };
  const top = await audioOf(root);
  loose.push(...top.audio);
  for (const artist of top.folders) {
    const before = recordings.length;
    const own = await audioOf(join(root, artist));
    loose.push(...own.audio.map((name) => `${artist}/${name}`));
    for (const album of own.folders) {
      const albumPath = [artist, album].join('/');
      // A disc's folder belongs to its album.
      const waiting = [albumPath];
      for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
        const { audio, folders } = await audioOf(join(root, folder));
        waiting.push(...folders.map((name) => `${folder}/${name}`).reverse());
        for (const name of audio) {
          const id = `${folder}/${name}`;
          const stem = basename(name, extname(name)).normalize();
          recordings.push({
            id: id.normalize(),
            path: join(root, id),
            artist: artist.normalize(),
            album: albumPath.normalize(),
            song: `${folder.normalize()}/${stem}`,
            title: stem,
          });
        }
      }
    }
    if (recordings.length === before) silent.push(artist);
  }
  const notes: string[] = [];
  if (loose.length > 0)
    notes.push(
      `${countText(loose.length, 'recording')} outside the folders of albums ${loose.length === 1 ? 'is' : 'are'} left out; the first is ${loose[0]}.`,
    );
  if (silent.length > 0)
    notes.push(
      `${countText(silent.length, 'folder')} without a recording in an album's folder ${silent.length === 1 ? 'is' : 'are'} left out; the first is ${silent[0]}.`,
    );
  return { recordings, notes };
}

/** Clips in MagnaTagATune's form. */
async function readClips(root: string): Promise<Layout> {
  const { clips } = await readMtatTables(root);
  const onDisk = pathFinder();
  const recordings = await Promise.all(
    clips.map(
      async ({ id, path, artist, album, song, title }): Promise<Recording> => ({
        id,
        path: await onDisk(join(root, path)),
        artist: artist.normalize(),
        album,
        song,
        title,
      }),
    ),
  );
  return { recordings, notes: [] };
}

// Loader

async function loadArtist20(options: Artist20Options): Promise<Dataset> {
  const root = resolve(options.root);
  await requireFolder(root, 'data.root');
  const { recordings, notes } = await readLayout(root);
  const artists = new Set(recordings.map(({ artist }) => artist)).size;
  if (artists < 2)
    throw new UsageError(
      `data.root: ${root} has ${artists === 0 ? 'no recording' : 'one artist'} in the form artist/album/song.mp3; give a folder with at least two artists.`,
    );
  requireDistinct(recordings, root);
  const split = splitRecordings(recordings, options.split);
  const kept = recordings.flatMap((recording, i) =>
    split.splits[0][i] === null ? [] : [{ ...recording, splits: split.splits.map((one) => one[i]!) }],
  );
  const labels = [...new Set(kept.map(({ artist }) => artist))].sort();
  const isPublished = artists === PUBLISHED.artists && recordings.length === PUBLISHED.tracks;
  return assembleDataset(
    {
      name: isPublished ? 'artist20' : basename(root),
      root,
      protocol: `${labels.length} classes (artists), ${split.description}`,
      task: 'classification',
      labels,
      examples: kept.map(({ id, path, artist, album, song, title, splits }): Example => {
        const targets = indicators([labels.indexOf(artist)], labels.length);
        return { id, audio: path, lyrics: null, split: splits[0], song, artist, album, title, targets };
      }),
      synthetic: await syntheticStatement(root),
      notes: [...notes, ...split.notes],
      disjoint: options.split.kind === 'album' ? ['song', 'album'] : ['song'],
      audioAdvice: 'check data.root',
      ...(split.splits.length > 1 && {
        folds: split.splits.map((_, fold) => new Map(kept.map(({ id, splits }) => [id, splits[fold]]))),
      }),
    },
    {
      noun: 'recording',
      emptySplit: ['data.split', 'give more recordings or another split'],
      missingClass: ['data.split', 'give more recordings of this artist or another split'],
    },
  );
}

/** @throws UsageError when two names differ in their Unicode form only */
function requireDistinct(recordings: readonly Recording[], root: string): void {
  const seen = new Set<string>();
  for (const { id } of recordings) {
    if (seen.has(id))
      throw new UsageError(`data.root: ${root} holds ${id} twice, in two Unicode forms; remove one.`);
    seen.add(id);
  }
}

function splitRecordings(recordings: readonly Recording[], options: Artist20Options['split']): TrackSplits {
  if (options.kind === 'album') return byAlbum(recordings, options);
  const tracks = recordings.map(({ id, artist, song }) => ({
    id,
    group: song,
    labels: [artist],
    further: [],
  }));
  const drawn =
    options.kind === 'k-fold' ? kFold(tracks, options) : shuffle(tracks, { ...options, kind: 'shuffle' });
  return { ...drawn, description: `by song, stratified: ${drawn.description}` };
}

/** artist20: 1,413 tracks of 20 artists, six albums each, at 16 kHz mono and 32 kbit/s. */
export const artist20 = defineDataSet({
  title: 'artist20, or a folder of artist/album/song',
  citation: CITATION,
  licence: LICENCE,
  homepage: null,
  download: null,
  import: {
    describe: 'Read a folder of artist/album/song and report what was found',
    folder: 'Folder of artists',
    options: {
      split: {
        type: 'string',
        default: 'song',
        choices: ['song', 'album', 'k-fold'],
        describe: 'Kind of split that is counted',
      },
    },
    run: async (root, { split }) =>
      summarise(
        await loadArtist20(parseOptions(artist20Options, { set: 'artist20', root, split: { kind: split } })),
      ),
  },
  options: artist20Options,
  load: loadArtist20,
});

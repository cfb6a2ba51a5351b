/** A tiny folder for every data set: the least that its reader accepts. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { encodeWav } from '../../../src/audio/encode/wav.js';
import type { DataOptions, dataSets } from '../../../src/data/sets/index.js';

/** Writes files into a new folder. */
export async function folderOf(files: Record<string, string | Uint8Array>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'polytag-set-'));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), content);
  }
  return root;
}

/** A tone as a WAV file at 16 kHz. */
export function toneFile(hertz: number, seconds = 0.1): Uint8Array {
  const samples = Float32Array.from({ length: seconds * 16_000 }, (_, n) =>
    Math.fround(0.3 * Math.sin((2 * Math.PI * hertz * n) / 16_000)),
  );
  return encodeWav([samples], 16_000);
}

/** `CLASS/NN.wav`: so many tones in each of the classes. */
export function classFolders(
  classes: readonly string[],
  count: number,
  nameOf = (_name: string, i: number): string => `${String(i).padStart(2, '0')}.wav`,
  seconds = 0.1,
): Record<string, Uint8Array> {
  return Object.fromEntries(
    classes.flatMap((name, k) =>
      Array.from({ length: count }, (_, i) => [
        `${name}/${nameOf(name, i)}`,
        toneFile(220 * (k + 1) + 5 * i, seconds),
      ]),
    ),
  );
}

export const GENRES = [
  'blues',
  'classical',
  'country',
  'disco',
  'hiphop',
  'jazz',
  'metal',
  'pop',
  'reggae',
  'rock',
];

/** `genres_original/GENRE/GENRE.000NN.wav`. */
export const gtzanFiles = (count: number): Record<string, string | Uint8Array> =>
  Object.fromEntries(
    Object.entries(classFolders(GENRES, count, (name, i) => `${name}.${String(i).padStart(5, '0')}.wav`)).map(
      ([path, content]) => [`genres_original/${path}`, content],
    ),
  );

/** A row of MTG-Jamendo's tables. */
export const jamendoRow = (id: number, artist: number, tags: string[]): string =>
  [
    `track_${String(id).padStart(7, '0')}`,
    `artist_${String(artist).padStart(6, '0')}`,
    `album_${String(artist).padStart(6, '0')}`,
    `${String(id % 100).padStart(2, '0')}/${id}.mp3`,
    '100.5',
    ...tags,
  ].join('\t');

export const JAMENDO_HEADER = 'TRACK_ID\tARTIST_ID\tALBUM_ID\tPATH\tDURATION\tTAGS';

/** Three tables with CRLF line ends, as they are published. */
export const jamendoTables = (
  folder: string,
  rows: { train: string[]; validation: string[]; test: string[] },
  name = 'autotagging_top50tags',
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(rows).map(([split, lines]) => [
      join(folder, `${name}-${split}.tsv`),
      `${[JAMENDO_HEADER, ...lines].join('\r\n')}\r\n`,
    ]),
  );

export const JAMENDO_ROWS = {
  train: [jamendoRow(215, 1, ['genre---rock']), jamendoRow(1416, 1, ['genre---pop', 'mood/theme---happy'])],
  validation: [jamendoRow(7, 2, ['genre---rock', 'genre---pop'])],
  test: [jamendoRow(300, 3, ['mood/theme---happy'])],
};

/** `ARTIST/ALBUM/NN.wav`: so many songs on each of the albums `a`, `b`, … of each artist. */
export const artistFolders = (artists: Record<string, number>, songs: number): Record<string, Uint8Array> =>
  Object.fromEntries(
    Object.entries(artists).flatMap(([artist, albums], k) =>
      Object.entries(
        classFolders(
          Array.from({ length: albums }, (_, i) => `${artist}/${'abcdefgh'[i]}`),
          songs,
        ),
      ).map(([path]) => [path, toneFile(220 * (k + 1))]),
    ),
  );

const annotations = [
  ['clip_id', 'guitar', 'piano', 'mp3_path'],
  ['1', '1', '0', '0/a-b-01-c-0-29.mp3'],
  ['2', '0', '1', 'c/d-e-01-f-0-29.mp3'],
  ['3', '1', '1', 'f/g-h-01-i-0-29.mp3'],
];

/** `VOICE/SONG.wav` with the songs' notes in `notes`. */
export const humFolders = (
  voices: readonly string[],
  songs: readonly string[],
): Record<string, string | Uint8Array> =>
  Object.fromEntries([
    ...voices.flatMap((voice, k) =>
      songs.map((song, i) => [`${voice}/${song}.wav`, toneFile(220 + 50 * k + 20 * i)] as const),
    ),
    ...songs.map((song) => [`notes/${song}.csv`, 'onset,offset,midi\n0,0.5,60\n0.5,1,62\n'] as const),
  ]);

/** Makes the folder and says what a config says of it. */
export const fixtures = {
  mtat: async () => ({
    set: 'mtat' as const,
    root: await folderOf({ 'annotations_final.csv': annotations.map((row) => row.join('\t')).join('\n') }),
  }),
  'mtg-jamendo': async () => ({
    set: 'mtg-jamendo' as const,
    root: await folderOf({ ...jamendoTables('split-0', JAMENDO_ROWS), 'audio/15/215.low.mp3': '' }),
  }),
  gtzan: async () => ({ set: 'gtzan' as const, root: await folderOf(gtzanFiles(6)) }),
  artist20: async () => ({
    set: 'artist20' as const,
    root: await folderOf(artistFolders({ Ann: 3, Bob: 3 }, 4)),
  }),
  hums: async () => ({
    set: 'hums' as const,
    root: await folderOf(humFolders(['ann', 'bob', 'cy', 'di', 'eve', 'fay'], ['one', 'two'])),
  }),
  folder: async () => ({ set: 'folder' as const, root: await folderOf(classFolders(['left', 'right'], 8)) }),
  tracks: async () => ({
    set: 'tracks' as const,
    root: await folderOf({
      'tracks.csv': `id,genre\n${Array.from({ length: 12 }, (_, i) => `t${i},${i % 2 ? 'pop' : 'rock'}`).join('\n')}\n`,
    }),
  }),
} satisfies Record<keyof typeof dataSets, () => Promise<Partial<DataOptions>>>;

/**
 * A folder of high and low tones in `tones`, with other files, and `tones.yaml`, which trains a classifier of them in seconds.
 * It is the caller's to remove.
 */
export async function tonesFolder(more: Record<string, string | Uint8Array>): Promise<string> {
  const tones = classFolders(['high', 'low'], 24, undefined, 1);
  return folderOf({
    ...Object.fromEntries(Object.entries(tones).map(([path, content]) => [`tones/${path}`, content])),
    'tones.yaml': `name: tones
data: { set: folder, root: tones }
inputs: { chunk_seconds: 0.25, mel: { bands: 24, n_fft: 1024 }, store: store }
model: { branches: { mel: { channels: [4, 4], features: 8 } } }
training: { epochs: 8, batch_size: 4, optimizer: { learning_rate: 0.01 }, early_stopping: { metric: accuracy } }
evaluation: { bootstrap_samples: 20, examples: 2 }
`,
    ...more,
  });
}

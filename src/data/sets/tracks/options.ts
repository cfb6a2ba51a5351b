/** Options of a data set that is a table: `data` with `set: tracks`. */
import { z } from 'zod';
import { LYRICS_FOLDER } from '../../../inputs/lyrics.js';
import { albumOptions } from '../../split/albums.js';
import { kFoldOptions, shuffleOptions } from '../../split/random.js';
import { tableEncoding } from '../../table.js';

const column = (what: string): z.ZodDefault<z.ZodNullable<z.ZodString>> =>
  z.string().nullable().default(null).describe(`Column with ${what}; null for none.`);

const splitOptions = z.discriminatedUnion('kind', [
  kFoldOptions,
  shuffleOptions,
  albumOptions,
  z.strictObject({
    kind: z
      .literal('column')
      .describe('The split is in the table: train, validation (or valid, val, dev) and test.'),
    column: z.string().default('split').describe('Column with the split of each track.'),
  }),
]);

export const tracksOptions = z.strictObject({
  set: z.literal('tracks').describe('A table of recordings and lyrics, one row per track.'),
  root: z.string().default('.').describe('Folder that the other paths are relative to.'),
  table: z
    .string()
    .default('tracks.csv')
    .describe('CSV with a header line (.tsv: separated by tabs), plain or gzipped.'),
  encoding: tableEncoding,
  name: z.string().nullable().default(null).describe("The data set's name; null for that of the folder."),
  id: z.string().default('id').describe('Column that names each track.'),
  target: z
    .union([z.string(), z.array(z.string()).min(1)])
    .default('genre')
    .describe(
      'Column of classes (or of lists of tags, see tag_separator), or of numbers to predict; or a list of columns, of 0 and 1 (tags) or of numbers.',
    ),
  target_kind: z
    .enum(['classes', 'regression'])
    .optional()
    .describe(
      'classes: each value is a class (of a list of columns: tags); regression: the columns hold numbers, which are predicted. Default: regression where the values are numbers and some have decimals, else classes.',
    ),
  quadrants: z
    .record(z.string(), z.number())
    .refine((axes) => Object.keys(axes).length === 2, 'give two columns, each with its threshold')
    .optional()
    .describe(
      'In place of target: two columns of numbers, each with the threshold from which a track is high, as in {valence: 0, arousal: 0}; four classes.',
    ),
  breakdown: z
    .array(z.string())
    .optional()
    .describe(
      'Columns, such as the language, for each of whose values the test split is evaluated apart too.',
    ),
  tag_separator: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('Separator of the tags of one track in the target column; null: the column holds classes.'),
  min_tracks: z.int().positive().default(1).describe('Classes and tags of fewer tracks are left out.'),
  where: z
    .record(z.string(), z.union([z.string(), z.array(z.string())]))
    .default({})
    .describe('Rows that are used: for a column, the value or values that it must have.'),
  lyrics: z
    .string()
    .nullable()
    .default(LYRICS_FOLDER)
    .describe('Folder with <id>.txt or <id>.lrc; it may be absent.'),
  lyrics_column: column('the path of the lyrics, from the root or from the folder of lyrics'),
  audio: z
    .string()
    .nullable()
    .default('audio')
    .describe('Folder with <id> and an ending of audio files; it may be absent where no input needs audio.'),
  audio_column: column('the path of the recording, from the root or from the folder of audio'),
  title: column('titles'),
  artist: column('artists'),
  album: column('albums'),
  song: column('songs: intervals are drawn by song'),
  group: column('what no two splits may share, such as the artist'),
  balance: column('what each class is to have in equal numbers, such as the language (docs/data-sets.md)'),
  balance_within: z
    .enum(['class', 'all'])
    .default('class')
    .describe('class: as many tracks of each value in every class; all: in the whole data set.'),
  split: splitOptions
    .prefault({ kind: 'k-fold' })
    .describe('A column of the table, a stratified split at random, or albums of each artist held out.'),
});

export type TracksOptions = z.output<typeof tracksOptions>;

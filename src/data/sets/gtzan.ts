/** GTZAN: ten genres with 100 excerpts of 30 s each. */
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../base/errors.js';
import { requireFolder } from '../../base/files.js';
import { readText } from '../../text/files/read-text.js';
import { assembleDataset } from '../assemble.js';
import { isAudioName, listFolder } from '../audio-files.js';
import { defineDataSet } from '../data-set.js';
import { type Dataset, type Example, SPLITS, type Split } from '../dataset.js';
import { summarise } from '../import-summary.js';
import { kFold, kFoldOptions, shuffle, shuffleOptions, type TrackSplits } from '../split/random.js';

// Citation and licence

const CITATION =
  'G. Tzanetakis, P. Cook: Musical genre classification of audio signals. IEEE Transactions on Speech and Audio Processing 10(5), 2002.';
const LICENCE = 'none is stated; the recordings are commercial ones';

// Index

const GENRES = ['blues', 'classical', 'country', 'disco', 'hiphop', 'jazz', 'metal', 'pop', 'reggae', 'rock'];

/** `blues/blues.00012.wav`, with or without folder and ending. */
const NAME = /^([a-z]+)\.\d{5}$/;

// Options

const listOptions = z.strictObject({
  kind: z
    .literal('lists')
    .describe(
      'Three lists of file names, relative to the root: the fault-filtered split, or one of your own.',
    ),
  train: z.string().default('train_filtered.txt').describe('List of the training files.'),
  validation: z.string().default('valid_filtered.txt').describe('List of the validation files.'),
  test: z.string().default('test_filtered.txt').describe('List of the test files.'),
});

export const gtzanOptions = z.strictObject({
  set: z.literal('gtzan').describe('GTZAN: ten genres, 100 excerpts each.'),
  root: z.string().default('data/gtzan').describe('Folder that the other paths are relative to.'),
  audio: z
    .string()
    .default('genres_original')
    .describe('Folder with a folder per genre, such as blues/blues.00000.wav.'),
  split: z
    .discriminatedUnion('kind', [listOptions, kFoldOptions, shuffleOptions])
    .prefault({ kind: 'shuffle' })
    .describe('Published lists, or a stratified split at random.'),
});

type GtzanOptions = z.output<typeof gtzanOptions>;

// Loader

/** What a random split must say (B. L. Sturm: The GTZAN dataset: Its contents, its faults, their effects on evaluation, and its future use. arXiv:1306.1461, 2013). */
const REPEATS =
  'GTZAN holds repeated recordings and artists (Sturm 2013) and this split was drawn at random, so copies may be in training and test and the scores are too high; use data.split.kind "lists" with the fault-filtered lists.';

interface Excerpt {
  /** `blues.00012`. */
  id: string;
  genre: string;
  path: string;
}

async function loadGtzan(options: GtzanOptions): Promise<Dataset> {
  const root = resolve(options.root);
  await requireFolder(root, 'data.root');
  const folder = resolve(root, options.audio);
  await requireFolder(folder, 'data.audio');
  const { excerpts, notes } = await readGenres(folder);
  const { splits, description, notes: splitNotes } = await splitExcerpts(root, excerpts, options.split);
  const kept = excerpts.flatMap((excerpt, i) => (splits[0][i] === null ? [] : [{ excerpt, i }]));
  const examples = kept.map(({ excerpt, i }): Example => {
    const targets = new Uint8Array(GENRES.length);
    targets[GENRES.indexOf(excerpt.genre)] = 1;
    return {
      id: excerpt.id,
      audio: excerpt.path,
      lyrics: null,
      split: splits[0][i]!,
      song: null,
      artist: null,
      title: excerpt.id,
      targets,
    };
  });
  return assembleDataset(
    {
      name: 'GTZAN',
      root,
      protocol: `10 genres, ${description}`,
      task: 'classification',
      labels: GENRES,
      examples,
      synthetic: null,
      notes: [...notes, ...splitNotes],
      audioAdvice: 'check data.audio and data.root',
      ...(splits.length > 1 && {
        folds: splits.map((split) => new Map(kept.map(({ excerpt, i }) => [excerpt.id, split[i]!]))),
      }),
    },
    {
      noun: 'excerpt',
      emptySplit: ['data.split', 'give lists that are not empty, or more excerpts'],
      missingClass: ['data.split', 'give lists with every genre, or more excerpts'],
    },
  );
}

/** @throws UsageError when a genre has no excerpt */
async function readGenres(folder: string): Promise<{ excerpts: Excerpt[]; notes: string[] }> {
  const excerpts: Excerpt[] = [];
  const others: string[] = [];
  for (const genre of GENRES) {
    const before = excerpts.length;
    for (const file of (await listFolder(join(folder, genre)))?.files ?? []) {
      const id = stemOf(file);
      if (isAudioName(file) && NAME.exec(id)?.[1] === genre)
        excerpts.push({ id, genre, path: join(folder, genre, file) });
      else others.push(`${genre}/${file}`);
    }
    if (excerpts.length === before)
      throw new UsageError(
        `data.audio: ${join(folder, genre)} has no excerpt such as ${genre}.00000.wav; give the folder that holds the ten genres.`,
      );
  }
  const notes =
    others.length > 0
      ? [
          `${others.length} files are not named like blues.00000.wav and are left out; the first is ${others[0]}.`,
        ]
      : [];
  return { excerpts, notes };
}

const stemOf = (name: string): string => basename(name).replace(/\.(wav|au|mp3|flac|ogg|opus|m4a|aac)$/i, '');

async function splitExcerpts(
  root: string,
  excerpts: readonly Excerpt[],
  options: GtzanOptions['split'],
): Promise<TrackSplits> {
  if (options.kind === 'lists') return givenLists(root, excerpts, options);
  const tracks = excerpts.map(({ id, genre }) => ({ id, group: null, labels: [genre], further: [] }));
  const split = options.kind === 'k-fold' ? kFold(tracks, options) : shuffle(tracks, options);
  return { ...split, description: `stratified split, ${split.description}`, notes: [REPEATS] };
}

/** @throws UsageError when a list is missing, has a line that is not a file name of GTZAN, or shares one with another list */
async function givenLists(
  root: string,
  excerpts: readonly Excerpt[],
  lists: z.output<typeof listOptions>,
): Promise<TrackSplits> {
  const present = new Set(excerpts.map(({ id }) => id));
  const splitOf = new Map<string, Split>();
  const absent: string[] = [];
  for (const split of SPLITS) {
    const path = resolve(root, lists[split]);
    const text = await readText(path).catch((error: unknown) => {
      if (error instanceof UsageError) throw error;
      return null;
    });
    if (text === null)
      throw new UsageError(
        `data.split.${split}: there is no list ${path}; give its path relative to data.root, or set data.split.kind to "shuffle".`,
      );
    for (const [i, line] of text.split(/\r?\n/).entries()) {
      const name = line.trim();
      if (name === '') continue;
      const where = `${path}, line ${i + 1}`;
      const id = stemOf(name);
      const genre = NAME.exec(id)?.[1] ?? '';
      if (!GENRES.includes(genre) || !['.', genre].includes(dirname(name)))
        throw new UsageError(`${where}: "${name}" is not a file of GTZAN such as blues/blues.00000.wav.`);
      const other = splitOf.get(id) ?? split;
      if (other !== split)
        throw new UsageError(`${where}: ${id} is in the ${other} list too; remove it from one of them.`);
      splitOf.set(id, split);
      if (!present.has(id)) absent.push(id);
    }
  }
  const notes =
    absent.length > 0
      ? [`${absent.length} excerpts of the lists are not in data.audio; the first is ${absent[0]}.`]
      : [];
  const unlisted = excerpts.length - (splitOf.size - absent.length);
  if (unlisted > 0)
    notes.push(`${unlisted} of ${excerpts.length} excerpts are in none of the lists and are left out.`);
  return {
    splits: [excerpts.map(({ id }) => splitOf.get(id) ?? null)],
    description: `split by the lists ${SPLITS.map((split) => basename(lists[split])).join(', ')}`,
    notes,
  };
}

export const gtzan = defineDataSet({
  title: 'GTZAN',
  citation: CITATION,
  licence: LICENCE,
  homepage: null,
  download: null,
  import: {
    describe: 'Read a GTZAN folder and report what was found',
    folder: 'Folder with genres_original',
    options: {},
    run: async (root) => summarise(await loadGtzan(gtzanOptions.parse({ set: 'gtzan', root }))),
  },
  options: gtzanOptions,
  load: loadGtzan,
});

/** Any folder whose sub-folders are classes. */
import { basename, extname, join, resolve } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../base/errors.js';
import { requireFolder } from '../../base/files.js';
import { folderNames } from '../../base/names.js';
import { lyricsFileOf } from '../../text/files/read-lyrics.js';
import { assembleDataset, syntheticStatement } from '../assemble.js';
import { isAudioName, listFolder } from '../audio-files.js';
import { defineDataSet, parseOptions } from '../data-set.js';
import { type Dataset, type Example, SPLITS, type Split, splitNamed } from '../dataset.js';
import { summarise } from '../import-summary.js';
import { kFold, kFoldOptions, shuffle, shuffleOptions, type TrackSplits } from '../split/random.js';

// Options

const isPattern = (text: string): boolean => {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
};

export const folderOptions = z.strictObject({
  set: z.literal('folder').describe('A folder of recordings: each sub-folder is a class.'),
  root: z
    .string()
    .describe('Folder of class folders, or of train, validation and test folders that hold them.'),
  name: z.string().nullable().default(null).describe("The data set's name; null for that of the folder."),
  group: z
    .string()
    .refine(isPattern, 'not a valid regular expression')
    .nullable()
    .default(null)
    .describe(
      'Regular expression for file names whose first group (else the whole match) is what no two splits may share, such as the song: "^([^-]+)-"; null for none.',
    ),
  split: z
    .discriminatedUnion('kind', [kFoldOptions, shuffleOptions])
    .optional()
    .describe(
      'A stratified split; leave it out where the folder has train, validation and test. Default: shuffle.',
    ),
});

type FolderOptions = z.output<typeof folderOptions>;

// Loader

interface Recording {
  /** Path relative to the root, with slashes. */
  id: string;
  path: string;
  lyrics: string | null;
  label: string;
  group: string | null;
  /** The split whose folder holds it; null where it is drawn. */
  given: Split | null;
}

async function loadFolder(options: FolderOptions): Promise<Dataset> {
  const root = resolve(options.root);
  await requireFolder(root, 'data.root');
  const { folders } = (await listFolder(root))!;
  const isSplit = folders.some((folder) => splitNamed(folder) !== null);
  const notes: string[] = [];
  const recordings = isSplit
    ? await readSplits(root, folders, options, notes)
    : await readClasses(root, null, options, notes);
  const labels = [...new Set(recordings.map(({ label }) => label))].sort();
  if (labels.length < 2)
    throw new UsageError(
      `data.root: ${root} has ${labels.length === 0 ? 'no class folder' : `one class folder, ${labels[0]}`}; give a folder with a sub-folder for each of at least two classes.`,
    );
  const { splits, description } = isSplit
    ? givenSplits(root, recordings, options)
    : drawSplits(recordings, options);
  if (options.group !== null) {
    const without = recordings.filter(({ group }) => group === null);
    if (without.length > 0)
      notes.push(
        `${without.length} of ${recordings.length} file names do not match data.group and are groups of their own; the first is ${without[0].id}.`,
      );
  }
  return assembleDataset(
    {
      name: options.name ?? basename(root),
      root,
      protocol: `${labels.length} classes, ${description}`,
      task: 'classification',
      labels,
      examples: recordings.map(({ id, path, lyrics, label, group }, i): Example => {
        const targets = new Uint8Array(labels.length);
        targets[labels.indexOf(label)] = 1;
        return {
          id,
          audio: path,
          lyrics,
          split: splits[0][i]!,
          song: group,
          artist: null,
          title: basename(id, extname(id)),
          targets,
        };
      }),
      synthetic: await syntheticStatement(root),
      notes,
      audioAdvice: 'check data.root',
      ...(splits.length > 1 && {
        folds: splits.map((split) => new Map(recordings.map(({ id }, i) => [id, split[i]!]))),
      }),
    },
    {
      noun: 'recording',
      emptySplit: ['data.split', 'give more recordings or another split'],
      missingClass: ['data.split', 'give more recordings of it or another split'],
    },
  );
}

/** @throws UsageError when a sub-folder is not a split, or a split is missing */
async function readSplits(
  root: string,
  folders: readonly string[],
  options: FolderOptions,
  notes: string[],
): Promise<Recording[]> {
  if (options.split !== undefined)
    throw new UsageError(`data.split: ${root} has folders for its splits already; remove this key.`);
  const recordings: Recording[] = [];
  const folderOf = new Map<Split, string>();
  for (const folder of folders) {
    const split = splitNamed(folder);
    if (split === null)
      throw new UsageError(
        `data.root: ${join(root, folder)} is not a split; beside train, validation (or valid, val, dev) and test there may be no other folder.`,
      );
    if (folderOf.has(split))
      throw new UsageError(
        `data.root: ${root} has two folders for the ${split} split, ${folderOf.get(split)} and ${folder}; keep one.`,
      );
    folderOf.set(split, folder);
    recordings.push(...(await readClasses(join(root, folder), { split, folder }, options, notes)));
  }
  const missing = SPLITS.find((split) => !folderOf.has(split));
  if (missing !== undefined)
    throw new UsageError(
      `data.root: ${root} has no ${missing} folder beside ${folders.join(' and ')}; add it, or give a folder of class folders alone.`,
    );
  return recordings;
}

/** @throws UsageError when a class folder has no recording */
async function readClasses(
  folder: string,
  given: { split: Split; folder: string } | null,
  { group }: FolderOptions,
  notes: string[],
): Promise<Recording[]> {
  const pattern = group === null ? null : new RegExp(group, 'u');
  const { folders, files } = (await listFolder(folder))!;
  const loose = files.filter(isAudioName);
  if (loose.length > 0)
    notes.push(
      `${loose.length} recordings of ${folder} are in no class folder and are left out; the first is ${loose[0]}.`,
    );
  const recordings: Recording[] = [];
  for (const label of folders) {
    const path = join(folder, label);
    const audio = (await listFolder(path))!.files.filter(isAudioName);
    const { names: present, path: onDisk } = await folderNames(path);
    if (audio.length === 0)
      throw new UsageError(`data.root: the class folder ${path} has no recording; add some, or remove it.`);
    const twice = audio.find((name, i) => i > 0 && name.normalize() === audio[i - 1].normalize());
    if (twice !== undefined)
      throw new UsageError(`data.root: ${path} holds ${twice} twice, in two Unicode forms; remove one.`);
    for (const name of audio) {
      const normal = name.normalize();
      const match = pattern?.exec(normal);
      const lyrics = lyricsFileOf(path, basename(normal, extname(normal)), present);
      recordings.push({
        id: [...(given ? [given.folder] : []), label, name].join('/').normalize(),
        path: join(path, name),
        lyrics: lyrics === null ? null : onDisk(basename(lyrics)),
        label: label.normalize(),
        group: match ? (match[1] ?? match[0]) : null,
        given: given?.split ?? null,
      });
    }
  }
  return recordings;
}

function drawSplits(recordings: readonly Recording[], { split, group }: FolderOptions): TrackSplits {
  const tracks = recordings.map(({ id, label, group: own }) => ({
    id,
    group: own,
    labels: [label],
    further: [],
  }));
  const options = split ?? shuffleOptions.parse({ kind: 'shuffle' });
  const drawn = options.kind === 'k-fold' ? kFold(tracks, options) : shuffle(tracks, options);
  const grouped = group === null ? '' : `, grouped by ${group}`;
  return { ...drawn, description: `stratified split, ${drawn.description}${grouped}` };
}

/** @throws UsageError when a group is in two splits */
function givenSplits(root: string, recordings: readonly Recording[], { group }: FolderOptions): TrackSplits {
  const splitOf = new Map<string, Split>();
  for (const { id, group: own, given } of recordings) {
    if (own === null) continue;
    const other = splitOf.get(own) ?? given!;
    if (other !== given)
      throw new UsageError(
        `data.group: "${own}" has recordings in the ${other} and the ${given} split of ${root} (${id}); move them, or correct ${group}.`,
      );
    splitOf.set(own, other);
  }
  return {
    splits: [recordings.map(({ given }) => given)],
    description: 'split by folders',
    notes: [],
  };
}

export const folder = defineDataSet({
  title: 'A folder with a sub-folder per class',
  citation: null,
  licence: null,
  homepage: null,
  download: null,
  import: {
    describe: 'Read a folder of class folders and report what was found',
    folder: 'Folder of class folders, or of train, validation and test folders that hold them',
    options: {
      group: { type: 'string', describe: 'Regular expression on file names: what no two splits may share' },
    },
    run: async (root, { group }) =>
      summarise(await loadFolder(parseOptions(folderOptions, { set: 'folder', root, group: group ?? null }))),
  },
  options: folderOptions,
  load: loadFolder,
});

/** MagnaTagATune, or any folder in its form. */
import { readdir } from 'node:fs/promises';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { pathFinder } from '../../base/names.js';
import { LYRICS_FOLDER } from '../../inputs/lyrics.js';
import { lyricsFileOf } from '../../text/files/read-lyrics.js';
import { assembleDataset, syntheticStatement } from '../assemble.js';
import { defineDataSet } from '../data-set.js';
import type { Dataset, Example, Split } from '../dataset.js';
import type { Publication } from '../download/publication.js';
import { notesOnSkipped, tableEncoding } from '../table.js';
import { describeImport, inspectMtat } from './magnatagatune/import-report.js';
import { artistDisjointSplit, officialSplit, splitHash } from './magnatagatune/splits.js';
import { type MtatClip, readMtatTables } from './magnatagatune/table.js';
import { mergeSynonyms, readSynonyms, topTags } from './magnatagatune/tags.js';
import { classTargets, tagTargets } from './magnatagatune/targets.js';

// Citation and licence

const CITATION =
  'E. Law, K. West, M. Mandel, M. Bay, J. S. Downie: Evaluation of algorithms using games: the case of music tagging. ISMIR 2009.';
const LICENCE = 'CC BY-NC-SA 3.0 (recordings by Magnatune)';

// Index, checksums and remotes

/** Rows of the published table: a folder with another number of them is another data set. */
const PUBLISHED_CLIPS = 25_863;

/** The published files: the tables have checksums, the parts of the archive (2.9 GB) have none. */
export const MTAT: Publication = {
  baseUrl: 'https://mirg.city.ac.uk/datasets/magnatagatune/',
  tables: [
    {
      name: 'annotations_final.csv',
      sha256: '99b94e95825d4fa576386a5367b9c96e0ec636e9f9c240aceb492f4728f68c3c',
    },
    {
      name: 'clip_info_final.csv',
      sha256: 'cb6108a10d3a91f0bfd7d2fbec2382559d15f20c8d28093f14e12162a47a3e78',
    },
  ],
  parts: [{ name: 'mp3.zip.001' }, { name: 'mp3.zip.002' }, { name: 'mp3.zip.003' }],
};

// Options

export const mtatOptions = z.strictObject({
  set: z.literal('mtat').default('mtat').describe('The data set: MagnaTagATune, or a folder of its form.'),
  root: z
    .string()
    .default('data/mtat')
    .describe('Folder with annotations_final.csv and the folders 0 to f, relative to the working directory.'),
  split: z
    .enum(['official', 'artist-disjoint'])
    .default('official')
    .describe(
      'official: by folder, 12 train, 1 validation, 3 test; artist-disjoint: no artist in two splits.',
    ),
  protocol: z
    .enum(['labelled', 'all'])
    .default('labelled')
    .describe('labelled: clips that carry at least one of the chosen tags; all: every clip.'),
  target: z.string().default('tags').describe('tags, or a column of the labels file: mood, quadrant, …'),
  target_part: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe(
      'Where classes are made of parts, as high-energy/low-stress is: which one is predicted, from 1; null for the whole.',
    ),
  top_tags: z.int().positive().default(50).describe('How many of the most frequent tags are predicted.'),
  synonyms: z
    .string()
    .nullable()
    .default(null)
    .describe('YAML file that maps a tag to the tags that are merged into it; null for none.'),
  labels: z
    .string()
    .default('labels.csv')
    .describe('CSV with clip_id and columns of classes, relative to the root.'),
  encoding: tableEncoding,
  lyrics: z
    .string()
    .default(LYRICS_FOLDER)
    .describe('Folder with <clip_id>.txt or <clip_id>.lrc, relative to the root; it may be absent.'),
});

export type MtatOptions = z.output<typeof mtatOptions>;

// Loader

export async function loadMtat(options: MtatOptions): Promise<Dataset> {
  const root = resolve(options.root);
  const read = await readMtatTables(root);
  const tables = options.synonyms ? mergeSynonyms(read, await readSynonyms(options.synonyms)) : read;
  const notes = notesOnSkipped(read.skipped, 'annotations_final.csv');
  const chosen = topTags(tables, options.top_tags).map(({ tag }) => tag);
  const positionOf = new Map(chosen.map((tag, i) => [tag, i]));
  const tagged = tables.clips.map((clip) => ({
    ...clip,
    tags: clip.tags.map((i) => positionOf.get(tables.tags[i])).filter((i) => i !== undefined),
  }));
  const split =
    options.split === 'official' ? officialSplit(tagged) : artistDisjointSplit(tagged, chosen.length);
  const { labels, targetsOf } =
    options.target === 'tags'
      ? tagTargets(chosen, options.protocol)
      : await classTargets(root, options, notes);
  const lyricsFolder = isAbsolute(options.lyrics) ? options.lyrics : join(root, options.lyrics);
  const lyrics = new Set(await readdir(lyricsFolder).catch(() => []));
  const onDisk = pathFinder();
  const audio = await Promise.all(
    tagged.map(({ path }) => {
      const whole = join(root, path);
      return path === path.normalize('NFD') ? whole : onDisk(whole);
    }),
  );
  const examples = tagged.flatMap((clip, i): Example[] => {
    const targets = targetsOf(clip);
    if (!targets) return [];
    return [
      {
        id: clip.id,
        audio: audio[i],
        lyrics: lyricsFileOf(lyricsFolder, clip.id, lyrics),
        split: split[i],
        song: clip.song,
        artist: clip.artist,
        album: clip.album,
        title: clip.title,
        targets,
      },
    ];
  });
  const leftOut = tagged.length - examples.length;
  if (leftOut > 0) {
    const why =
      options.target === 'tags' ? `carry none of the ${labels.length} tags` : `have no ${options.target}`;
    notes.push(`${leftOut} of ${tagged.length} clips ${why} and are left out.`);
  }
  const synthetic = await syntheticStatement(root);
  return assembleDataset(
    {
      name: nameOf(root, synthetic, tables.clips.length),
      root,
      protocol: describeProtocol(options, tagged, split, labels.length),
      task: options.target === 'tags' ? 'tagging' : 'classification',
      labels,
      examples,
      synthetic,
      notes,
      ...(options.split === 'artist-disjoint' && { disjoint: ['artist'] as const }),
      audioAdvice: `run "polytag data mtat download ${root}", or give the right data.root`,
    },
    {
      noun: 'clip',
      emptySplit: [
        'data.root',
        `check data.protocol "${options.protocol}", data.target "${options.target}" and the folders that annotations_final.csv names`,
      ],
      missingClass: ['data.target', 'check data.labels and data.split'],
    },
  );
}

function describeProtocol(
  options: MtatOptions,
  clips: MtatClip[],
  split: Split[],
  labelCount: number,
): string {
  const what =
    options.target === 'tags'
      ? `top-${labelCount} tags, ${options.protocol} clips`
      : `${options.target}${options.target_part === null ? '' : `, part ${options.target_part}`}, ${labelCount} classes`;
  const how =
    options.split === 'official' ? 'official split' : `artist-disjoint split ${splitHash(clips, split)}`;
  return `${what}, ${how}${options.synonyms ? ', synonyms merged' : ''}`;
}

function nameOf(root: string, synthetic: string | null, clips: number): string {
  if (!synthetic && clips === PUBLISHED_CLIPS) return 'MagnaTagATune';
  return `${synthetic ? 'synthetic corpus' : 'folder'} "${basename(root)}" in the form of MagnaTagATune`;
}

/** MagnaTagATune: 25,863 clips of 29 s from 230 artists, 188 tags. */
export const mtat = defineDataSet({
  title: 'MagnaTagATune',
  citation: CITATION,
  licence: LICENCE,
  homepage: MTAT.baseUrl,
  download: {
    describe: 'Download and unpack the official files (3 GB), resuming where an earlier call stopped',
    folder: 'data/mtat',
    publication: MTAT,
  },
  import: {
    describe: 'Read a MagnaTagATune folder and report what was found',
    folder: 'Folder with annotations_final.csv',
    options: {
      tags: { type: 'number', default: 50, describe: 'How many of the most frequent tags' },
      synonyms: {
        type: 'string',
        describe: 'YAML map of tags to merge, such as configs/mtat-synonyms.yaml',
      },
    },
    run: async (root, { tags, synonyms }) =>
      describeImport(
        root,
        await inspectMtat(root, tags as number, synonyms ? await readSynonyms(synonyms as string) : {}),
      ),
  },
  options: mtatOptions,
  load: loadMtat,
});

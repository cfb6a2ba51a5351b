/** MagnaTagATune, or any folder of its form, as a data set. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { Failure, messageOf, UsageError } from '../../../base/errors.js';
import { lyricsFileOf } from '../../../text/files/read-lyrics.js';
import { type Dataset, type Example, SPLITS, type Split } from '../../dataset.js';
import { readClassColumn } from './labels.js';
import { artistDisjointSplit, officialSplit, splitHash } from './splits.js';
import { type MtatClip, readMtatTables } from './table.js';
import { mergeSynonyms, topTags } from './tags.js';

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
      'official: by folder, 12 train, 1 validation, 3 test; artist-disjoint: no artist in two parts.',
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
  lyrics: z
    .string()
    .default('lyrics')
    .describe('Folder with <clip_id>.txt or <clip_id>.lrc, relative to the root; it may be absent.'),
});

/** What a config says under `data`. */
export type MtatOptions = z.output<typeof mtatOptions>;

/**
 * Reads the map of synonyms.
 *
 * @param path - YAML file: for each kept tag, a list of tags merged into it
 * @returns the map
 * @throws UsageError when it cannot be read or has another form
 */
export async function readSynonyms(path: string): Promise<Record<string, string[]>> {
  try {
    return z.record(z.string(), z.array(z.string())).parse(parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new UsageError(
      `data.synonyms: ${path} must be a YAML map from a tag to a list of tags (${messageOf(error).split('\n')[0]}).`,
    );
  }
}

/**
 * Loads the data set that a config describes. Audio files are not opened.
 *
 * @param options - the config's `data`
 * @returns the examples with their targets, and what was left out, in sentences
 * @throws UsageError when a file is missing or nothing is left
 */
export async function loadMtat(options: MtatOptions): Promise<Dataset> {
  const root = resolve(options.root);
  const read = await readMtatTables(root);
  const tables = options.synonyms ? mergeSynonyms(read, await readSynonyms(options.synonyms)) : read;
  const notes: string[] = [];
  if (read.skipped.length > 0) {
    notes.push(
      `${read.skipped.length} rows of annotations_final.csv were left out; the first is row ${read.skipped[0].row}: ${read.skipped[0].reason}.`,
    );
  }
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
  const examples = tagged.flatMap((clip, i): Example[] => {
    const targets = targetsOf(clip);
    if (!targets) return [];
    return [
      {
        id: clip.id,
        audio: join(root, clip.path),
        lyrics: lyricsFileOf(lyricsFolder, clip.id, lyrics),
        split: split[i],
        song: clip.song,
        artist: clip.artist,
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
  requireEveryPart(examples, root, options, labels);
  const synthetic = await syntheticStatement(root);
  return {
    name: nameOf(root, synthetic, tables.clips.length),
    root,
    protocol: describeProtocol(options, tagged, split, labels.length),
    task: options.target === 'tags' ? 'tagging' : 'classification',
    labels,
    examples,
    synthetic,
    fingerprint: fingerprintOf(labels, examples),
    notes,
    audioAdvice: `run "polytag data mtat download ${root}", or give the right data.root`,
  };
}

type TargetsOf = (clip: MtatClip) => Uint8Array | null;

function tagTargets(
  labels: string[],
  protocol: MtatOptions['protocol'],
): { labels: string[]; targetsOf: TargetsOf } {
  return {
    labels,
    targetsOf: (clip) => {
      if (clip.tags.length === 0 && protocol === 'labelled') return null;
      const targets = new Uint8Array(labels.length);
      for (const tag of clip.tags) targets[tag] = 1;
      return targets;
    },
  };
}

async function classTargets(
  root: string,
  options: MtatOptions,
  notes: string[],
): Promise<{ labels: string[]; targetsOf: TargetsOf }> {
  const path = isAbsolute(options.labels) ? options.labels : join(root, options.labels);
  const { byClip, classes, skipped } = await readClassColumn(path, options.target, options.target_part);
  if (classes.length < 2) {
    throw new UsageError(
      `data.target: the column "${options.target}" of ${path} has ${classes.length} classes; at least two are needed.`,
    );
  }
  if (skipped.length > 0)
    notes.push(
      `${skipped.length} rows of ${options.labels} were left out; the first is row ${skipped[0].row}: ${skipped[0].reason}.`,
    );
  return {
    labels: classes,
    targetsOf: (clip) => {
      const found = byClip.get(clip.id);
      if (found === undefined) return null;
      const targets = new Uint8Array(classes.length);
      targets[classes.indexOf(found)] = 1;
      return targets;
    },
  };
}

function requireEveryPart(
  examples: Example[],
  root: string,
  options: MtatOptions,
  labels: readonly string[],
): void {
  for (const part of SPLITS) {
    const inPart = examples.filter(({ split }) => split === part);
    if (inPart.length === 0) {
      throw new UsageError(
        `data.root: the ${part} part of ${root} has no clip under data.protocol "${options.protocol}" and data.target "${options.target}"; check the folders that annotations_final.csv names.`,
      );
    }
    const present = (label: number): boolean => inPart.some(({ targets }) => targets[label] === 1);
    const missing = part === 'train' ? inPart[0].targets.findIndex((_, label) => !present(label)) : -1;
    if (missing >= 0 && options.target !== 'tags') {
      throw new UsageError(
        `data.target: no training clip has the class "${labels[missing]}" of "${options.target}", so that it cannot be learned; check data.labels or the split.`,
      );
    }
  }
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

/** Rows of the published table: a folder with another number of them is another data set. */
const PUBLISHED_CLIPS = 25_863;

function nameOf(root: string, synthetic: string | null, clips: number): string {
  if (!synthetic && clips === PUBLISHED_CLIPS) return 'MagnaTagATune';
  return `${synthetic ? 'synthetic corpus' : 'folder'} "${basename(root)}" in the form of MagnaTagATune`;
}

function fingerprintOf(labels: string[], examples: Example[]): string {
  const hash = createHash('sha256').update(JSON.stringify(labels));
  for (const { id, split, targets } of examples) hash.update(`${id} ${split} `).update(targets);
  return hash.digest('hex');
}

/**
 * What the corpus says of itself when it was generated.
 *
 * @param root - the data set's folder
 * @returns the statement of SYNTHETIC.json, or null
 * @throws Failure when the file is there but cannot be read
 */
export async function syntheticStatement(root: string): Promise<string | null> {
  const path = join(root, 'SYNTHETIC.json');
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return z.object({ statement: z.string() }).parse(JSON.parse(text)).statement;
  } catch {
    throw new Failure(`${path} must be a JSON object with a text "statement"; generate the corpus again.`);
  }
}

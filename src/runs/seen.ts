/**
 * What a model was trained and validated on: `model/seen.parquet`, one row per example, so that whatever scores the
 * model later can tell a test from a repetition.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { Failure, messageOf, UsageError } from '../base/errors.js';
import { exists, writeWhole } from '../base/files.js';
import { countText } from '../base/format.js';
import { requireForm } from '../base/json.js';
import { cacheFolder } from '../base/package.js';
import { readParquetFile } from '../base/parquet.js';
import type { Config } from '../config/schema.js';
import type { Dataset, Example, Split } from '../data/dataset.js';
import { contentHashes } from '../data/store/content-hashes.js';
import type { Leakage } from '../eval/metrics.js';
import { findModel } from '../hub/store.js';
import { inputEntries } from '../inputs/schema.js';
import { MODEL_FILES } from '../models/description.js';
import { branchesOf, inputsOf } from '../models/spec-parts.js';

/** What two splits may be kept apart by, besides the clips. */
const SHARED = ['song', 'artist', 'album', 'group'] as const;

const known = z
  .string()
  .nullish()
  .transform((value) => value ?? null);

const seenSchema = z.object({
  id: z.string(),
  /** `train` or `validation`; `pretraining` for those of a model that a branch was initialized from. */
  split: z.string(),
  song: known,
  artist: known,
  album: known,
  group: known,
  /** SHA-256 of the recording, of the lyrics for a model that takes lyrics alone; null where the file was not there. */
  content: known,
});

/** An example that a model has seen; null where the data set does not say. */
export type SeenExample = z.output<typeof seenSchema>;

/** Which file of an example a model learns from. */
function contentOf({ model, inputs }: Pick<Config, 'model' | 'inputs'>): (example: Example) => string | null {
  const names = model.baseline ? null : inputsOf(model);
  const takesAudio = names
    ? inputEntries(inputs).some(({ name, kind }) => names.includes(name) && kind.source === 'audio')
    : model.baseline!.features.kind !== 'tfidf';
  return ({ audio, lyrics }) => (takesAudio ? audio : lyrics);
}

/** The examples with the hashes of their files; those that are hashed already are not read. */
async function describeExamples(examples: readonly Example[], config: Config): Promise<SeenExample[]> {
  const pathOf = contentOf(config);
  const root = config.inputs.store ?? join(cacheFolder(), 'features');
  const hashes = await contentHashes(root, [
    ...new Set(examples.flatMap((example) => pathOf(example) ?? [])),
  ]);
  return examples.map((example) => ({
    id: example.id,
    split: example.split,
    song: example.song,
    artist: example.artist,
    album: example.album ?? null,
    group: example.group ?? null,
    content: hashes.get(pathOf(example) ?? '') ?? null,
  }));
}

/**
 * Writes what a model was trained and validated on beside it, with that of the trained models that its branches were
 * initialized from, and returns it.
 */
export async function writeSeen(
  folder: string,
  { examples }: Pick<Dataset, 'examples'>,
  config: Config,
): Promise<SeenExample[]> {
  const own = await describeExamples(
    examples.filter(({ split }) => split !== 'test'),
    config,
  );
  const earlier = (await readSources(config)).flatMap(({ seen }) => seen ?? []);
  const rows = [...own, ...earlier.map((row) => ({ ...row, split: 'pretraining' }))];
  const columnData = (['id', 'split', ...SHARED, 'content'] as const).map((name) => ({
    name,
    data: rows.map((row) => row[name]),
    type: 'STRING' as const,
    nullable: true,
  }));
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  await writeWhole(join(folder, MODEL_FILES.seen), new Uint8Array(parquetWriteBuffer({ columnData })));
  return rows;
}

/** The models that branches were initialized from, each with what it has seen; null for published and earlier models. */
function readSources({
  model,
}: Pick<Config, 'model'>): Promise<{ model: string; seen: SeenExample[] | null }[]> {
  const names = (model.branches ? branchesOf(model) : []).flatMap(({ options }) =>
    'init' in options && typeof options.init === 'string' ? [options.init] : [],
  );
  return Promise.all(
    names.map(async (name) => ({
      model: name,
      // The model may have gone since: what was trained is not lost for that.
      seen: await findModel(name)
        .then(readSeen)
        .catch(() => null),
    })),
  );
}

/** What a model has seen; null where it carries no list. Throws a Failure when the list is damaged. */
export async function readSeen(folder: string): Promise<SeenExample[] | null> {
  const path = join(folder, MODEL_FILES.seen);
  if (!(await exists(path))) return null;
  try {
    const { rows } = await readParquetFile(path);
    return rows.map((row) => requireForm(row, seenSchema));
  } catch (error) {
    throw new Failure(
      `${path} is damaged (${messageOf(error)}); copy the model again, or run the experiment again.`,
    );
  }
}

/**
 * How much of a split a model has seen: clips by id, other clips with the same recording, and clips of songs, artists or
 * groups that it has seen where the protocol keeps these apart.
 */
export async function findLeakage(
  seen: readonly SeenExample[] | null,
  scored: readonly Example[],
  { disjoint = [] }: Pick<Dataset, 'disjoint'>,
  config: Config,
): Promise<Leakage> {
  const sources = await readSources(config);
  const unknown = sources.filter((source) => source.seen === null).map(({ model }) => model);
  const unchecked = unknown.length > 0 && { unchecked: unknown };
  if (seen === null)
    return { checked: false, of: scored.length, clips: 0, copies: 0, shared: {}, ...unchecked };
  const ids = new Set(seen.map(({ id }) => id));
  const contents = new Set(seen.flatMap(({ content }) => content ?? []));
  const own = await describeExamples(scored, config);
  const clips = own.filter(({ id }) => ids.has(id));
  const others = own.filter(({ id }) => !ids.has(id));
  const copies = others.filter(({ content }) => content !== null && contents.has(content));
  const shared = Object.fromEntries(
    disjoint.map((name) => {
      const known = new Set(seen.flatMap((row) => row[name] ?? []));
      return [name, own.filter((row) => row[name] !== null && known.has(row[name])).length];
    }),
  );
  return {
    checked: true,
    ...{ of: scored.length, clips: clips.length, copies: copies.length, shared, ...unchecked },
  };
}

/** What has leaked, for a sentence: `105 of 125 test clips`; null where nothing has. */
export function leakageText({ of, clips, copies, shared }: Leakage, split: string): string | null {
  const parts = [
    clips > 0 ? `${clips} of ${countText(of, `${split} clip`)}` : [],
    copies > 0
      ? `the recordings of ${clips > 0 ? `${copies} more` : `${copies} of ${countText(of, `${split} clip`)}`}`
      : [],
    ...Object.entries(shared).map(([name, count]) =>
      count > 0
        ? `the ${name}s of ${count} of ${countText(of, `${split} clip`)}, which this protocol keeps apart`
        : [],
    ),
  ].flat();
  return parts.length === 0 ? null : parts.join(', and ');
}

/** Notes on what a model has seen of a split, or on what could not be checked. */
export function leakageNotes(leakage: Leakage, split: string): string[] {
  const seen = leakageText(leakage, split);
  return [
    seen === null
      ? []
      : `The model was trained or validated on ${seen}: the metrics do not measure how it generalizes.`,
    leakage.checked
      ? []
      : 'The model carries no list of what it was trained on (an earlier version of polytag made it): leakage was not checked.',
    leakage.unchecked
      ? `The training data of ${leakage.unchecked.join(', ')}, from which branches were initialized, is unknown: leakage was not checked for it.`
      : [],
  ].flat();
}

/** Throws UsageError for a test split of which a model has seen anything. */
export function requireUnseen(leakage: Leakage, split: Split, run: string): void {
  if (split !== 'test') return;
  const seen = leakageText(leakage, split);
  if (seen !== null)
    throw new UsageError(
      `The model of ${run} was trained or validated on ${seen}, so this is no test; evaluate on data that it has not seen, or give --allow-seen to have the count in the metrics.`,
    );
}

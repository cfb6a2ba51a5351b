/**
 * `predictions.parquet`, which pandas, DuckDB and Spark read: one row per example, with what it is, the score of each
 * label and the truth.
 */
import { isAbsolute, relative } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../base/json.js';
import type { ParquetContent } from '../base/parquet.js';
import type { Dataset, Example } from '../data/dataset.js';
import type { AnyPredictions } from '../eval/predictions.js';
import { PITCH_LABELS } from '../models/heads/pitch.js';

/** Key of the footer that lists the columns of scores as JSON. */
const LABELS = 'polytag.labels';

const TRUTH = 'true/';

const [HZ] = PITCH_LABELS;

/** What a row says of its example; paths are relative to the data set's folder. */
const described = {
  path: ({ audio, lyrics }, root) => relativePath(audio ?? lyrics, root),
  split: ({ split }) => split,
  song: ({ song }) => song,
  title: ({ title }) => title,
  artist: ({ artist }) => artist,
} satisfies Record<string, (example: Example, root: string) => string | null>;

/** A path in the data set's folder, with slashes; one outside as it is. */
export function relativePath(path: string | null, root: string): string | null {
  if (path === null) return null;
  const inside = relative(root, path);
  return inside.startsWith('..') || isAbsolute(inside) ? path : inside.replaceAll('\\', '/');
}

/** A column's name; one that a label has already gets an underscore. */
export function freeName(name: string, labels: readonly string[]): string {
  return labels.includes(name) ? freeName(`${name}_`, labels) : name;
}

/**
 * Predictions as Parquet: `id`, `path`, `split`, `song`, `title`, `artist`; a 32-bit float per label (its score) or
 * number; then `true/LABEL` for each: a boolean, or a number where a regression knows it. Of pitch, a row per frame with
 * its `time` in seconds.
 */
export async function encodePredictions(
  predictions: AnyPredictions,
  { examples, root }: Pick<Dataset, 'examples' | 'root'>,
): Promise<Uint8Array> {
  const { ids, labels, scores, targets, task } = predictions;
  const exampleOf = new Map(examples.map((example) => [example.id, example]));
  const columnData = [
    { name: freeName('id', labels), data: ids, type: 'STRING' as const },
    ...Object.entries(described).map(([name, of]) => ({
      name: freeName(name, labels),
      data: ids.map((id) => of(exampleOf.get(id)!, root) || null),
      type: 'STRING' as const,
      nullable: true,
    })),
    ...(predictions.task === 'pitch'
      ? [{ name: freeName('time', labels), data: predictions.times, type: 'DOUBLE' as const }]
      : []),
    ...labels.map((name, i) => ({
      name,
      data: Float32Array.from(ids, (_, row) => scores[row * labels.length + i]),
      type: 'FLOAT' as const,
    })),
    ...labels.map((label, i) => {
      const name = freeName(`${TRUTH}${label}`, labels);
      const truth = ids.map((_, row) => targets[row * labels.length + i]);
      return task === 'regression' || task === 'pitch'
        ? {
            name,
            data: truth.map((value) => (Number.isNaN(value) ? null : value)),
            type: 'DOUBLE' as const,
            nullable: true,
          }
        : { name, data: truth.map((value) => value === 1), type: 'BOOLEAN' as const };
    }),
  ];
  const kvMetadata = [{ key: LABELS, value: JSON.stringify(labels) }];
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  return new Uint8Array(parquetWriteBuffer({ columnData, kvMetadata }));
}

/** A row of `predictions.parquet`. */
export interface PredictionRow {
  id: string;
  /** Of the audio, or of the lyrics where there is no audio, in the data set's folder; null in earlier versions' files. */
  path: string | null;
  split: string | null;
  song: string | null;
  title: string | null;
  artist: string | null;
  /** Of a frame, in seconds; absent where the task is not pitch. */
  time?: number;
  /** By label, or by number of a regression. */
  scores: Record<string, number>;
  /** 0 or 1 by label, or the numbers of a regression, null where one is not known; empty in earlier versions' files. */
  truth: Record<string, number | null>;
}

const labelsSchema = z.array(z.string());

/** The rows of a table of predictions. Throws Error in a few words when it is damaged. */
export function decodePredictions({ rows, metadata }: ParquetContent): PredictionRow[] {
  if (metadata[LABELS] === undefined)
    return rows.map(({ id, ...scores }) => ({
      ...{ id: String(id), path: null, split: null, song: null, title: null, artist: null },
      scores: numbersOf(scores, id),
      truth: {},
    }));
  const labels = parseJson(metadata[LABELS], labelsSchema);
  const texts = ['id', ...Object.keys(described)].map((name) => ({ name, column: freeName(name, labels) }));
  const truths = labels.map((label) => ({ label, column: freeName(`${TRUTH}${label}`, labels) }));
  return rows.map((row) => {
    const about = texts.map(({ name, column }) => [name, textOf(row[column])]);
    const { id, ...more } = Object.fromEntries(about) as Omit<PredictionRow, 'scores' | 'truth'>;
    const scores = Object.fromEntries(labels.map((label) => [label, row[label]]));
    const truth = Object.fromEntries(truths.map(({ label, column }) => [label, truthOf(row[column])]));
    const time = labels.includes(HZ) && typeof row.time === 'number' && { time: row.time };
    return { id: String(id), ...more, ...time, scores: numbersOf(scores, id), truth };
  });
}

const textOf = (value: unknown): string | null =>
  value === null || value === undefined ? null : String(value);

const truthOf = (value: unknown): number | null =>
  typeof value === 'boolean' ? Number(value) : ((value ?? null) as number | null);

function numbersOf(scores: Record<string, unknown>, id: unknown): Record<string, number> {
  const wrong = Object.entries(scores).find(([, score]) => !Number.isFinite(score));
  if (wrong) throw new Error(`the score of ${id} for "${wrong[0]}" is ${wrong[1]}, not a number`);
  return scores as Record<string, number>;
}

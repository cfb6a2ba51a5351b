/** The columns of a catalogue table: path, properties of the track, top_tags, one per tag, the embedding. */
import { z } from 'zod';
import { Failure } from '../../base/errors.js';
import type { TableHeader, TrackProperties } from '../row.js';

/** The columns of a track's properties, in their order, and what they hold. Tables of earlier versions lack some. */
export const PROPERTIES = {
  duration: 'number',
  error: 'text',
  warning: 'text',
  title: 'text',
  artist: 'text',
  album: 'text',
  bytes: 'number',
  modified: 'text',
} as const satisfies Record<keyof TrackProperties, 'number' | 'text'>;

/** Names of the properties, which are those of their columns. */
export const PROPERTY_NAMES = Object.keys(PROPERTIES) as (keyof TrackProperties)[];

/** Reads a track's properties from a table's cells; what is missing, empty or of another type is null. */
export function propertiesOf(cell: (name: keyof TrackProperties) => unknown): TrackProperties {
  const entries = PROPERTY_NAMES.map((name): [string, number | string | null] => {
    const value = cell(name);
    if (PROPERTIES[name] === 'text') return [name, typeof value === 'string' && value !== '' ? value : null];
    const number = value === null || value === undefined || value === '' ? Number.NaN : Number(value);
    return [name, Number.isFinite(number) ? number : null];
  });
  return Object.fromEntries(entries) as unknown as TrackProperties;
}

/** The columns that every table has, and that of the embedding; no tag takes one of these names. */
export const FIXED = {
  path: 'path',
  ...(Object.fromEntries(PROPERTY_NAMES.map((name) => [name, name])) as {
    [Name in keyof TrackProperties]: Name;
  }),
  tops: 'top_tags',
  embedding: 'embedding',
} as const;

/** Metadata key of a table's header in Parquet and Arrow. */
export const HEADER_KEY = 'polytag';

/** CSV columns of an embedding. */
const DIMENSION = /^e\d+$/;

/**
 * Column names of the tags, all different: `path` becomes `path_tag`, a second `rock` becomes `rock_tag`. Names that
 * differ in case only count as one, as in DuckDB and other databases.
 */
export function tagColumns(labels: readonly string[]): string[] {
  const taken = new Set<string>(['', ...Object.values(FIXED)]);
  const isTaken = (name: string): boolean =>
    taken.has(name.toLowerCase()) || DIMENSION.test(name.toLowerCase());
  return labels.map((label) => {
    let name = label;
    for (let number = 1; isTaken(name); number++) name = `${label}_tag${number > 1 ? number : ''}`;
    taken.add(name.toLowerCase());
    return name;
  });
}

/** Name of the column of binary codes beside tags: `code`, unless a tag's column has that name. */
export function codeColumn(labels: readonly string[]): string {
  const taken = new Set(tagColumns(labels).map((column) => column.toLowerCase()));
  let name = 'code';
  while (taken.has(name)) name += '_bits';
  return name;
}

/** Stands for the model of a table whose header is lost. */
export const UNKNOWN_MODEL = 'unknown';

/** Names `e0`, `e1`, … of the columns that hold an embedding in CSV; none for a length of null. */
export function dimensionColumns(length: number | null): string[] {
  return Array.from({ length: length ?? 0 }, (_, dimension) => `e${dimension}`);
}

const headerSchema = z.object({
  model: z.string(),
  labels: z.array(z.string()),
  embedding: z.number().int().positive().nullable(),
  record: z.record(z.string(), z.string()),
});

/** A table's header as text, for a format's metadata or a file beside it. */
export function headerText({ model, labels, embedding, record }: TableHeader): string {
  return JSON.stringify({ model, labels, embedding, record });
}

export interface TagColumn {
  label: string;
  column: string;
}

/** A table's header, and where in the table its tags are. */
export interface TableLayout {
  header: TableHeader;
  tags: TagColumn[];
}

/** The embeddings of a table without a header. */
export interface EmbeddingColumn {
  present: boolean;
  /** Finds their length, null where there are none; called only when the header is lost. */
  length(): Promise<number | null> | number | null;
}

/**
 * Finds the tags in a table. A table whose header was lost (pandas and DuckDB do not keep it) is read by its columns;
 * one that lost columns is read without them.
 *
 * @param text - JSON of `headerText`, or null where there is none
 * @param columns - the table's columns that hold no lists; null where a table without rows does not have them
 * @param embedding - what the columns say about embeddings
 * @returns the header as far as the table has its columns, and the tags' columns
 * @throws Failure when there is no column of paths, or the text is not a header
 */
export async function layoutOf(
  text: string | null,
  columns: readonly string[] | null,
  embedding: EmbeddingColumn,
): Promise<TableLayout> {
  if (columns && !columns.includes(FIXED.path)) throw new Failure(`it has no column "${FIXED.path}"`);
  if (text === null) {
    const fixed: readonly string[] = Object.values(FIXED);
    const names = (columns ?? []).filter((name) => !fixed.includes(name) && !DIMENSION.test(name));
    const length = embedding.present ? await embedding.length() : null;
    const header = { model: UNKNOWN_MODEL, labels: names, embedding: length, record: {} };
    return { header, tags: names.map((name) => ({ label: name, column: name })) };
  }
  const header = parseHeader(text);
  const named = tagColumns(header.labels);
  const present = new Set(columns ?? named);
  const tags = header.labels
    .map((label, i) => ({ label, column: named[i] }))
    .filter(({ column }) => present.has(column));
  const labels = tags.map(({ label }) => label);
  return { header: { ...header, labels, embedding: embedding.present ? header.embedding : null }, tags };
}

function parseHeader(text: string): TableHeader {
  try {
    return headerSchema.parse(JSON.parse(text));
  } catch {
    throw new Failure('its header cannot be read');
  }
}

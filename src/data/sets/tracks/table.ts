/** Reads and filters the rows of a table of tracks. */
import { resolve } from 'node:path';
import { UsageError } from '../../../base/errors.js';
import { exists, requireFolder } from '../../../base/files.js';
import { pathFinder } from '../../../base/names.js';
import { encodingOf } from '../../../text/encodings.js';
import { readTable, type SkippedRow } from '../../table.js';
import type { TracksOptions } from './options.js';

export interface TrackRow {
  id: string;
  /** Values by column, without spaces around them. */
  values: ReadonlyMap<string, string>;
}

export interface TrackRows {
  /** Ordered by id, so that nothing depends on the order of the table. */
  rows: TrackRow[];
  skipped: SkippedRow[];
  /** Rows that `where` leaves out. */
  excluded: number;
}

/** The columns that the options name, by the key that names them. */
function namedColumns(options: TracksOptions): [key: string, column: string][] {
  const { target, split, where, quadrants, breakdown = [] } = options;
  const optional = [
    'lyrics_column',
    'audio_column',
    'title',
    'artist',
    'album',
    'song',
    'group',
    'balance',
  ] as const;
  return [
    ['data.id', options.id],
    ...(quadrants
      ? Object.keys(quadrants).map((column): [string, string] => ['data.quadrants', column])
      : [target].flat().map((column): [string, string] => ['data.target', column])),
    ...breakdown.map((column): [string, string] => ['data.breakdown', column]),
    ...optional.flatMap((key): [string, string][] => {
      const column = options[key];
      return column === null ? [] : [[`data.${key}`, column]];
    }),
    ...Object.keys(where).map((column): [string, string] => ['data.where', column]),
    ...(split.kind === 'column' ? [['data.split.column', split.column] as [string, string]] : []),
  ];
}

/**
 * Reads the config's table: rows with an id that `where` selects. Throws a UsageError when folder, table or column is
 * missing or no row is left; a Failure when the file is not a table.
 */
export async function readTrackRows(options: TracksOptions): Promise<TrackRows> {
  const root = resolve(options.root);
  await requireFolder(root, 'data.root');
  const path = await pathFinder()(resolve(root, options.table));
  if (!(await exists(path)))
    throw new UsageError(
      `data.table: there is no file ${path}; give the table's path, relative to data.root.`,
    );
  const wanted = Object.entries(options.where).map(
    ([column, values]) => [column, new Set([values].flat())] as const,
  );
  let header: string[] = [];
  let excluded = 0;
  const lineOf = new Map<string, number>();
  const rows: TrackRow[] = [];
  const { skipped } = await readTable(
    path,
    /\.tsv(\.gz)?$/i.test(path) ? '\t' : ',',
    (names) => {
      header = names.map((name) => name.trim());
      for (const [key, column] of namedColumns(options)) {
        if (!header.includes(column))
          throw new UsageError(`${key}: ${path} has no column "${column}"; it has ${header.join(', ')}.`);
      }
    },
    (fields, line) => {
      const values = new Map(header.map((name, i) => [name, fields[i].trim()]));
      const id = values.get(options.id)!;
      if (id === '') return `its ${options.id} is empty`;
      const earlier = lineOf.get(id);
      if (earlier !== undefined) return `${options.id} "${id}" is in row ${earlier} too`;
      lineOf.set(id, line);
      if (wanted.every(([column, allowed]) => allowed.has(values.get(column)!))) rows.push({ id, values });
      else excluded++;
      return null;
    },
    { encoding: encodingOf(options.encoding), key: 'data.encoding' },
  );
  if (rows.length === 0) {
    const why = excluded > 0 ? `data.where leaves none of its ${excluded} rows` : 'it has no row with an id';
    throw new UsageError(`data.table: ${path} holds no track: ${why}; check the table.`);
  }
  rows.sort((a, b) => (a.id < b.id ? -1 : 1));
  return { rows, skipped, excluded };
}

/** Writes an index for other programs: what each can read, with the model's and the hasher's identity. */

import { replaceWhole } from '../../../base/files.js';
import type { CodedRow, TableExtras } from '../../row.js';
import { codeColumn } from '../../tables/columns.js';
import { IndexFolder } from '../index-folder.js';
import type { ExportedIndex, SqlChoice, WriteExport } from './exported.js';
import { writeSql } from './sql.js';

/** Key of an index's identity in the metadata of Parquet and Arrow, besides that of the table's header. */
export const INDEX_KEY = 'polytag.index';

const extrasOf = ({ identity }: ExportedIndex): TableExtras => ({
  code: identity.code && { column: identity.code.column, bytes: identity.code.bits / 8 },
  metadata: { [INDEX_KEY]: JSON.stringify(identity) },
});

/** Programs that an index can be written for; the libraries are loaded when one is. */
export const exportFormats = {
  parquet: {
    endings: ['.parquet', '.pq'],
    write: async (file, index) => {
      const { writeParquet } = await import('../../tables/parquet-file.js');
      await writeParquet(file, index.header, index.rows, extrasOf(index));
    },
  },
  pgvector: { endings: ['.sql'], write: writeSql },
  lancedb: {
    endings: ['.arrow', '.feather'],
    write: async (file, index) => {
      const { writeArrow } = await import('../../tables/arrow-file.js');
      await writeArrow(file, index.header, index.rows, extrasOf(index));
    },
  },
} as const satisfies Record<string, { endings: readonly string[]; write: WriteExport }>;

export type ExportFormat = keyof typeof exportFormats;

export const EXPORT_FORMATS = Object.keys(exportFormats) as ExportFormat[];

/**
 * Writes an index, whole or not at all, replacing a file of the same name; some thousand tracks are held at a time.
 *
 * @param out - file with one of the format's endings
 * @returns number of tracks
 * @throws UsageError for a table's name that SQL does not take; Failure when the index is damaged, or the disk is full
 */
export async function exportIndex(
  path: string,
  format: ExportFormat,
  out: string,
  { onTrack, ...choice }: SqlChoice & { onTrack?: (done: number) => void } = {},
): Promise<number> {
  const index = await IndexFolder.open(path);
  const { model, weights, length, tracks, codes } = index.description;
  const { header, rows } = await index.rows();
  const made = await index.hasher();
  const code = codes && {
    column: codeColumn(header.labels),
    ...{ bits: codes.parameters.bits, hasher: codes.hasher, parameters: codes.parameters },
  };
  const identity = { model, weights, length, tracks, code };
  let done = 0;
  async function* counted(): AsyncGenerator<CodedRow> {
    for await (const row of rows) {
      yield row;
      done++;
      onTrack?.(done);
    }
  }
  await replaceWhole(out, (file) =>
    exportFormats[format].write(
      file,
      { identity, header, rows: counted(), hasher: made?.bytes ?? null },
      choice,
    ),
  );
  return done;
}

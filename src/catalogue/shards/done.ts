/** The file that marks a part as done and records what it was made of. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { systemCode, UsageError } from '../../base/errors.js';
import { writeWhole } from '../../base/files.js';
import type { TableHeader } from '../row.js';

const doneSchema = z.object({
  format: z.literal('polytag-part/1'),
  part: z.number(),
  rows: z.number(),
  failed: z.number(),
  /** Of the manifest's tracks. */
  manifest_sha256: z.string(),
  /** Of the table's header: model, labels, settings, engine. */
  header_sha256: z.string(),
  /** Of the table's file. */
  table_bytes: z.number(),
});

export type Done = z.output<typeof doneSchema>;

/** SHA-256, in hexadecimal digits, of everything that a table's scores depend on. */
export function headerHash(header: TableHeader): string {
  return createHash('sha256').update(JSON.stringify(header)).digest('hex');
}

/** Marks a part as done. */
export async function writeDone(
  files: { table: string; done: string },
  done: Omit<Done, 'format' | 'table_bytes'>,
): Promise<void> {
  const { size } = await stat(files.table);
  const content: Done = { format: 'polytag-part/1', ...done, table_bytes: size };
  await writeWhole(files.done, `${JSON.stringify(content)}\n`);
}

/**
 * What a finished part's file says; null when the part is not done, or its table is not whole. Throws a UsageError when
 * it was made of another manifest, or by another model or with other settings (`made`).
 */
export async function readDone(
  files: { table: string; done: string },
  made: { manifest: string; header?: string },
): Promise<Done | null> {
  const text = await readFile(files.done, 'utf8').catch((error) => {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  const parsed = doneSchema.safeParse(JSON.parse(text));
  if (!parsed.success)
    throw new UsageError(`${files.done} is not a file of "polytag tag"; give a folder of its own.`);
  const { data } = parsed;
  if (data.manifest_sha256 !== made.manifest)
    throw new UsageError(
      `${files.done} belongs to another manifest; give every manifest a folder of its own.`,
    );
  if (made.header !== undefined && data.header_sha256 !== made.header)
    throw new UsageError(
      `${files.done} was made by another model or with other settings; give every setting a folder of its own.`,
    );
  const found = await stat(files.table).catch(() => null);
  return found?.size === data.table_bytes ? data : null;
}

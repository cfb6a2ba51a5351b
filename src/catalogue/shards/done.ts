/** The file that marks a part as done and records what it was made of. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { systemCode, UsageError } from '../../base/errors.js';
import { exists, fileSha256, writeWhole } from '../../base/files.js';
import { decisivePart, type TableHeader } from '../row.js';

const doneSchema = z.object({
  format: z.literal('polytag-part/2'),
  part: z.number(),
  rows: z.number(),
  failed: z.number(),
  /** Of the manifest's tracks. */
  manifest_sha256: z.string(),
  /** Of the table's header: model, labels, settings, engine. */
  header_sha256: z.string(),
  /** Of the table's file. */
  table_sha256: z.string(),
  /** Bytes of audio of a part, which decide how the manifest is divided. */
  part_bytes: z.number(),
});

export type Done = z.output<typeof doneSchema>;

/** SHA-256, in hexadecimal digits, of everything that a table's scores depend on. */
export function headerHash(header: TableHeader): string {
  return createHash('sha256')
    .update(JSON.stringify(decisivePart(header)))
    .digest('hex');
}

/** Marks a part as done. */
export async function writeDone(
  files: { table: string; done: string },
  done: Omit<Done, 'format' | 'table_sha256'>,
): Promise<void> {
  const content: Done = { format: 'polytag-part/2', ...done, table_sha256: await fileSha256(files.table) };
  await writeWhole(files.done, `${JSON.stringify(content)}\n`);
}

/** Parses a part's file; null where it is damaged. */
function parseDone(text: string): Done | null {
  try {
    return doneSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * What a finished part's file says; null when the part is not done, or its file or table is damaged, so that it is to
 * be made again. Throws a UsageError when it was made of another manifest, by another model, with other settings or
 * with another size of the parts (`made`).
 */
export async function readDone(
  files: { table: string; done: string },
  made: { manifest: string; header?: string; partBytes?: number },
): Promise<Done | null> {
  const text = await readFile(files.done, 'utf8').catch((error) => {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  const data = parseDone(text);
  if (data === null) return null;
  if (data.manifest_sha256 !== made.manifest)
    throw new UsageError(
      `${files.done} belongs to another manifest; give every manifest a folder of its own.`,
    );
  if (made.header !== undefined && data.header_sha256 !== made.header)
    throw new UsageError(
      `${files.done} was made by another model or with other settings; give every setting a folder of its own.`,
    );
  if (made.partBytes !== undefined && data.part_bytes !== made.partBytes)
    throw new UsageError(
      `${files.done} was made with --part-bytes ${data.part_bytes}; give the same number for all shards.`,
    );
  if (!(await exists(files.table))) return null;
  return (await fileSha256(files.table)) === data.table_sha256 ? data : null;
}

/** The size of the parts that a folder holds; null where no part is done. */
export async function partBytesOf(folder: string): Promise<number | null> {
  const names = (await readdir(folder).catch((): string[] => [])).filter((name) =>
    name.endsWith('.done.json'),
  );
  for (const name of names) {
    const done = parseDone(await readFile(join(folder, name), 'utf8'));
    if (done !== null) return done.part_bytes;
  }
  return null;
}

/** A table's header in a file beside it, since CSV and JSON lines have no place for it. */
import { readFile } from 'node:fs/promises';
import { systemCode } from '../../base/errors.js';
import { writeWhole } from '../../base/files.js';
import type { TableHeader } from '../row.js';
import { headerText } from './columns.js';

/** Path of the header beside a table of text: the table's name and `.meta.json`. */
export function sidecarPath(path: string): string {
  return `${path}.meta.json`;
}

/** Writes the header beside a table. */
export async function writeSidecar(path: string, header: TableHeader): Promise<void> {
  await writeWhole(sidecarPath(path), `${headerText(header)}\n`);
}

/** Text of the header beside a table; null where there is none. */
export async function readSidecar(path: string): Promise<string | null> {
  try {
    return await readFile(sidecarPath(path), 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

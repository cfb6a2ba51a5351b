/** Builds archives for the tests. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** An entry: content, or a link's target with its mode. */
export interface TestEntry {
  name: string;
  content: Buffer;
  /** Unix mode with its kind; a regular file when left out. */
  mode?: number;
  compress?: boolean;
}

/** A zip archive in memory. Names that are not allowed are put in by `rename` afterwards. */
export async function zipOf(entries: readonly TestEntry[]): Promise<Buffer> {
  const zip = new ZipFile();
  for (const { name, content, mode = 0o100644, compress = true } of entries)
    zip.addBuffer(content, name, { mode, compress });
  zip.end();
  return buffer(zip.outputStream);
}

/** Replaces a name by another of the same length, in the local header and in the directory. */
export function rename(zip: Buffer, from: string, to: string): Buffer {
  if (Buffer.byteLength(from) !== Buffer.byteLength(to)) throw new Error('names differ in length');
  const out = Buffer.from(zip);
  let found = 0;
  for (let at = out.indexOf(from); at >= 0; at = out.indexOf(from, at + 1)) {
    out.write(to, at);
    found++;
  }
  if (found !== 2) throw new Error(`${from} is there ${found} times`);
  return out;
}

/** Cuts an archive at the given places and writes the parts `mp3.zip.001`, …; returns their paths. */
export async function writeParts(folder: string, zip: Buffer, cuts: readonly number[]): Promise<string[]> {
  const edges = [0, ...cuts, zip.length];
  return Promise.all(
    edges.slice(1).map(async (end, i) => {
      const path = join(folder, `mp3.zip.${String(i + 1).padStart(3, '0')}`);
      await writeFile(path, zip.subarray(edges[i], end));
      return path;
    }),
  );
}

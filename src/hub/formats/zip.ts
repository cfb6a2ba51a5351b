/** Chosen files of a ZIP archive (wheels, .npz, PyTorch's files) in memory. */
import { stat } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { openArchive, PartsReader } from '../../data/download/parts.js';

/** A file in an archive that claims to be longer is not unpacked. */
const LONGEST = 2 ** 31;

/** Weights are never smaller than this share of what they unpack to; a bomb of zeros is. */
const LEAST_SHARE = 0.01;
/** Less than this is unpacked whatever it was packed into. */
const HARMLESS = 256 * 2 ** 20;

/**
 * Reads the files of an archive whose names are `wanted`, by name, in the archive's order. Throws an Error in a few
 * words when it is not an archive or damaged.
 */
export async function readZip(
  path: string,
  wanted: (name: string) => boolean,
): Promise<Map<string, Uint8Array>> {
  const zip = await openArchive(await PartsReader.open([path]));
  try {
    const files = new Map<string, Uint8Array>();
    const { size } = await stat(path);
    let unpacked = 0;
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/') || !wanted(entry.fileName)) continue;
      if (entry.uncompressedSize > LONGEST) throw new Error(`${entry.fileName} is larger than 2 GB`);
      unpacked += entry.uncompressedSize;
      if (unpacked > HARMLESS && unpacked * LEAST_SHARE > size)
        throw new Error('it unpacks to more than a hundred times its size');
      const content = await buffer(await zip.openReadStreamPromise(entry));
      if (crc32(content) !== entry.crc32) throw new Error(`the checksum of ${entry.fileName} is wrong`);
      files.set(entry.fileName, content);
    }
    return files;
  } finally {
    zip.close();
  }
}

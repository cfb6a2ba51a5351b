/** Text written in pieces. */
import { open } from 'node:fs/promises';

/**
 * Writes a file piece by piece, so that no more than one piece is held.
 *
 * @param file - its name; an existing file is replaced
 * @param pieces - text in order
 */
export async function writePieces(file: string, pieces: AsyncIterable<string | Uint8Array>): Promise<void> {
  const handle = await open(file, 'w');
  try {
    for await (const piece of pieces) await handle.appendFile(piece);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The ID3v2 chunk of WAV and AIFF files, changed without touching any other chunk. */
import { type FileHandle, open } from 'node:fs/promises';
import { Failure } from '../../base/errors.js';
import { withGrouping } from './id3v2.js';

/** Largest ID3v2 chunk that is read. */
const LARGEST_TAG = 1 << 28;

interface Chunk {
  id: string;
  /** Of its eight bytes of header. */
  at: number;
  size: number;
}

/** A container of chunks: the names of its ID3v2 chunk and of one that readers pass over, and its byte order. */
const CONTAINERS = {
  RIFF: { tag: 'id3 ', skipped: 'JUNK', isLittle: true },
  FORM: { tag: 'ID3 ', skipped: '    ', isLittle: false },
} as const;

async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
  if (bytesRead < length) throw new Failure('its chunks reach beyond its end');
  return buffer;
}

/**
 * Sets the grouping in a file's ID3v2 chunk, adding one at the end where there is none. An older chunk that does not end
 * the file is renamed to one that readers pass over. Throws Failure, without the file's name, when the chunks do not fill
 * the file, as in one that was written as a stream.
 */
export async function setChunkGrouping(path: string, grouping: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const form = (await readAt(file, 0, 4)).toString('latin1') as keyof typeof CONTAINERS;
    const { tag, skipped, isLittle } = CONTAINERS[form];
    const read = (bytes: Buffer): number => (isLittle ? bytes.readUInt32LE(4) : bytes.readUInt32BE(4));
    const header = (id: string, size: number): Buffer => {
      const bytes = Buffer.alloc(8);
      bytes.write(id, 'latin1');
      if (isLittle) bytes.writeUInt32LE(size, 4);
      else bytes.writeUInt32BE(size, 4);
      return bytes;
    };
    const end = 8 + read(await readAt(file, 0, 8));
    const { size: total } = await file.stat();
    if (end > total) throw new Failure('its length is not that of the file');
    const chunks: Chunk[] = [];
    for (let at = 12; at + 8 <= end; ) {
      const bytes = await readAt(file, at, 8);
      const size = read(bytes);
      chunks.push({ id: bytes.toString('latin1', 0, 4), at, size });
      at += 8 + size + (size & 1);
    }
    const last = chunks.at(-1);
    if (last && last.at + 8 + last.size > end) throw new Failure('its chunks reach beyond its end');
    const old = chunks.find(({ id }) => id.toLowerCase() === tag.toLowerCase());
    if (old && old.size > LARGEST_TAG) throw new Failure('its ID3v2 tag is too large');
    const content = withGrouping(old ? await readAt(file, old.at + 8, old.size) : null, grouping);
    // Behind the last chunk, whose padding byte some programs leave out.
    const place = old && old === last ? old.at : end + (end & 1);
    if (old && old !== last) await file.write(Buffer.from(skipped, 'latin1'), 0, 4, old.at);
    const chunk = Buffer.concat([header(tag, content.length), content, Buffer.alloc(content.length & 1)]);
    const behind = await readAt(file, Math.min(total, end + (end & 1)), Math.max(0, total - end - (end & 1)));
    if (behind.length > LARGEST_TAG || place + chunk.length > 0xffff_ffff)
      throw new Failure('it is too long for another chunk');
    await file.truncate(place);
    await file.write(chunk, 0, chunk.length, place);
    // Other programs' bytes behind the chunks, such as an ID3v1 tag.
    await file.write(behind, 0, behind.length, place + chunk.length);
    await file.write(header(form, place + chunk.length - 8), 0, 8, 0);
  } finally {
    await file.close();
  }
}

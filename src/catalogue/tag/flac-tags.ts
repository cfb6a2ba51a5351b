/** The Vorbis comment of FLAC files (RFC 9639), changed without touching any other block. */
import { open } from 'node:fs/promises';
import { Failure } from '../../base/errors.js';
import { EMPTY_COMMENT, withGroupingField } from './vorbis-comment.js';

const BLOCK_HEADER = 4;
const VORBIS_COMMENT = 4;
const LARGEST_BLOCK = (1 << 24) - 1;

/** Bytes of metadata that are read at most. */
const LARGEST_METADATA = 1 << 28;

/**
 * A file's beginning up to its first frame with another grouping, and how long it was. Throws Failure, without the file's
 * name, when its blocks reach beyond its end.
 *
 * @param from - where the stream begins: behind a tag of another kind
 */
export async function withFlacGrouping(
  path: string,
  from: number,
  grouping: string,
): Promise<{ head: Uint8Array; length: number }> {
  const file = await open(path);
  try {
    const read = async (at: number, length: number): Promise<Buffer> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
      if (bytesRead < length) throw new Failure('its metadata reaches beyond its end');
      return buffer;
    };
    const blocks: { type: number; content: Uint8Array }[] = [];
    let at = from + 4;
    for (let isLast = false; !isLast; ) {
      const header = await read(at, BLOCK_HEADER);
      isLast = (header[0] & 0x80) !== 0;
      const length = header.readUIntBE(1, 3);
      if (at + length - from > LARGEST_METADATA) throw new Failure('its metadata is larger than 256 MB');
      blocks.push({ type: header[0] & 0x7f, content: await read(at + BLOCK_HEADER, length) });
      at += BLOCK_HEADER + length;
    }
    const comment = blocks.find(({ type }) => type === VORBIS_COMMENT);
    const content = withGroupingField(comment?.content ?? EMPTY_COMMENT, grouping);
    if (content.length > LARGEST_BLOCK) throw new Failure('its list of tags is full');
    if (comment) comment.content = content;
    else blocks.splice(1, 0, { type: VORBIS_COMMENT, content });
    const written = blocks.map(({ type, content }, i) => {
      const header = Buffer.alloc(BLOCK_HEADER);
      header.writeUInt32BE(content.length);
      header[0] = type | (i === blocks.length - 1 ? 0x80 : 0);
      return Buffer.concat([header, content]);
    });
    return { head: Buffer.concat([await read(0, from + 4), ...written]), length: at };
  } finally {
    await file.close();
  }
}

/** The Vorbis comment of Ogg files (Vorbis, Opus, FLAC in Ogg), changed without touching any other packet. */
import { createReadStream } from 'node:fs';
import { type OggPage, pageChecksum, rawPages, readPage } from '../../audio/formats/ogg/pages.js';
import { ByteReader } from '../../audio/source.js';
import { Failure } from '../../base/errors.js';
import { withGroupingField } from './vorbis-comment.js';

/** How a codec's headers are known: the first packet's mark, how many there are, and what stands before the comment. */
const CODECS: readonly {
  mark: string;
  headers: (first: Buffer) => number;
  prefix: number;
  hasLength?: boolean;
}[] = [
  { mark: '\x01vorbis', headers: () => 3, prefix: 7 },
  { mark: 'OpusHead', headers: () => 2, prefix: 8 },
  // A block of FLAC, whose header states its length.
  { mark: '\x7fFLAC', headers: (first) => 1 + first.readUInt16BE(7), prefix: 4, hasLength: true },
];

/** Most segments of a page, and bytes of each. */
const SEGMENTS = 255;
const SEGMENT = 255;

/** A page's bytes with another number in its stream, and the checksum of it. */
function numbered(page: Uint8Array, sequence: number): Uint8Array {
  const bytes = Buffer.from(page);
  bytes.writeUInt32LE(sequence >>> 0, 18);
  bytes.writeUInt32LE(pageChecksum(bytes), 22);
  return bytes;
}

/** Header packets behind the first as pages; like other writers, with position 0, or −1 where no packet ends. */
function pagesOf(packets: readonly Uint8Array[], serial: number): Uint8Array[] {
  const segments = packets.flatMap((packet) => {
    const count = Math.floor(packet.length / SEGMENT) + 1;
    return Array.from({ length: count }, (_, i) => packet.subarray(i * SEGMENT, (i + 1) * SEGMENT));
  });
  const pages: Uint8Array[] = [];
  for (let at = 0; at < segments.length; at += SEGMENTS) {
    const own = segments.slice(at, at + SEGMENTS);
    const header = Buffer.alloc(27 + own.length);
    header.write('OggS');
    header[5] = at > 0 && segments[at - 1].length === SEGMENT ? 1 : 0;
    header.writeBigInt64LE(own.some(({ length }) => length < SEGMENT) ? 0n : -1n, 6);
    header.writeUInt32LE(serial, 14);
    header[26] = own.length;
    for (const [i, { length }] of own.entries()) header[27 + i] = length;
    pages.push(numbered(Buffer.concat([header, ...own]), pages.length + 1));
  }
  return pages;
}

/** The header packet that is the comment, with another grouping. */
function withGroupingPacket(
  packet: Uint8Array,
  codec: (typeof CODECS)[number],
  grouping: string,
): Uint8Array {
  const prefix = Buffer.from(packet.subarray(0, codec.prefix));
  const comment = withGroupingField(packet.subarray(codec.prefix), grouping);
  if (codec.hasLength) {
    if (comment.length >= 1 << 24) throw new Failure('its list of tags is full');
    prefix.writeUIntBE(comment.length, 1, 3);
  }
  return Buffer.concat([prefix, comment]);
}

/**
 * The bytes of a file with another grouping in its first stream of sound; streams that follow it, or lie beside it, stay as
 * they are. Throws Failure, without the file's name, where no stream has tags or its headers are damaged.
 */
export async function* withOggGrouping(path: string, grouping: string): AsyncGenerator<Uint8Array, void> {
  let stream: { codec: (typeof CODECS)[number]; serial: number; wanted: number } | null = null;
  const headers: Uint8Array[] = [];
  let unfinished: Uint8Array[] = [];
  let isReading = false;
  /** By how much the numbers of the pages behind the headers change; null: they are of another stream. */
  let shift: number | null = null;
  for await (const bytes of rawPages(new ByteReader(createReadStream(path)))) {
    const page: OggPage | null = readPage(bytes);
    if (page?.isFirst && !stream) {
      const first = Buffer.from(page.parts[0] ?? []);
      const codec = CODECS.find(({ mark }) => first.toString('latin1', 0, mark.length) === mark);
      // FLAC that does not state how many headers it has is read to its comment, the next.
      if (codec) stream = { codec, serial: page.serial, wanted: Math.max(1, codec.headers(first) - 1) };
      isReading = stream !== null;
      yield bytes;
      continue;
    }
    if (!page || page.serial !== stream?.serial || (page.isFirst && !isReading)) {
      // The same number may be that of a stream that follows.
      if (page?.isFirst && page.serial === stream?.serial) shift = null;
      yield bytes;
      continue;
    }
    if (!isReading) {
      yield shift === null || shift === 0 ? bytes : numbered(bytes, page.sequence + shift);
      continue;
    }
    for (const [i, part] of page.parts.entries()) {
      unfinished.push(part);
      if (page.goesOn && i === page.parts.length - 1) break;
      headers.push(Buffer.concat(unfinished));
      unfinished = [];
    }
    if (headers.length < stream.wanted) continue;
    if (headers.length > stream.wanted || unfinished.length > 0)
      throw new Failure('its sound begins on a page of its headers');
    const [comment, ...others] = headers;
    const pages = pagesOf([withGroupingPacket(comment, stream.codec, grouping), ...others], stream.serial);
    yield* pages;
    shift = pages.length - page.sequence;
    isReading = false;
  }
  if (isReading || !stream) throw new Failure('it has no stream whose tags are written here');
}

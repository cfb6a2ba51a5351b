/**
 * The grouping (content group) of an ID3v2 tag, changed at the level of bytes: every other frame stays as it is, whatever
 * it holds, since libraries that write a whole tag again rename genres and drop frames that they do not know
 * (https://id3.org/id3v2.3.0, https://id3.org/id3v2.4.0-structure).
 */
import { id3v2Length, synchsafe } from '../../audio/tags.js';
import { Failure } from '../../base/errors.js';

const HEADER = 10;
/** Bytes after the frames of a tag that had to grow, so that the next change fits. */
const PADDING = 1024;

const FLAGS = { unsynchronised: 0x80, extended: 0x40, footer: 0x10 };

/** The tag at the beginning of some bytes. */
interface Tag {
  /** 2, 3 or 4. */
  version: number;
  revision: number;
  /** Bytes of the whole tag, its header and footer included. */
  length: number;
  /** Flags of the header that stay true. */
  flags: number;
  /** Each frame with its header. */
  frames: Uint8Array[];
}

const plain = (bytes: Uint8Array, at: number, count: number): number =>
  bytes.subarray(at, at + count).reduce((sum, byte) => sum * 256 + byte, 0);

const asSynchsafe = (size: number): number[] => [21, 14, 7, 0].map((shift) => (size >> shift) & 127);

/** Takes out the zeros that follow 255 in an unsynchronised tag. */
const resynchronised = (bytes: Uint8Array): Uint8Array =>
  bytes.filter((byte, i) => !(byte === 0 && i > 0 && bytes[i - 1] === 255));

/** Frames until the padding; null where the bytes do not divide into frames. */
function framesOf(body: Uint8Array, version: number, sizeOf: (at: number) => number): Uint8Array[] | null {
  const [name, header] = version === 2 ? [3, 6] : [4, 10];
  const frames: Uint8Array[] = [];
  let at = 0;
  while (at + header <= body.length && body[at] !== 0) {
    const id = String.fromCharCode(...body.subarray(at, at + name));
    const end = at + header + sizeOf(at + name);
    if (!/^[A-Z0-9 ]+$/.test(id) || end > body.length) return null;
    frames.push(body.subarray(at, end));
    at = end;
  }
  return body.subarray(at).every((byte) => byte === 0) ? frames : null;
}

function parseTag(bytes: Uint8Array): Tag {
  const [version, revision, set] = bytes.subarray(3, 6);
  let body = bytes.subarray(HEADER, HEADER + synchsafe(bytes, 6));
  let flags = set;
  if (version < 2 || version > 4) throw new Failure(`its ID3v2.${version} tag has an unknown version`);
  if (version < 4 && flags & FLAGS.unsynchronised) {
    body = resynchronised(body);
    flags &= ~FLAGS.unsynchronised;
  }
  // An extended header holds a checksum and the length of the padding, which are true no more after the change.
  if (version > 2 && flags & FLAGS.extended)
    body = body.subarray(version === 4 ? synchsafe(body, 0) : 4 + plain(body, 0, 4));
  flags &= ~(FLAGS.extended | FLAGS.footer);
  const frames =
    version === 2
      ? framesOf(body, 2, (at) => plain(body, at, 3))
      : version === 3
        ? framesOf(body, 3, (at) => plain(body, at, 4))
        : // Some programs write sizes of version 3 into tags of version 4.
          (framesOf(body, 4, (at) => synchsafe(body, at)) ?? framesOf(body, 4, (at) => plain(body, at, 4)));
  if (frames === null) throw new Failure('its ID3v2 tag is damaged');
  return { version, revision, length: id3v2Length(bytes), flags, frames };
}

const GROUPING: Record<number, string> = { 2: 'TT1', 3: 'TIT1', 4: 'TIT1' };

function groupingFrame(version: number, text: string): Uint8Array {
  const isLatin = /^[\x20-\x7e\xa0-\xff]*$/.test(text);
  const content =
    version === 4
      ? Buffer.concat([Buffer.of(3), Buffer.from(text, 'utf8')])
      : isLatin
        ? Buffer.concat([Buffer.of(0), Buffer.from(text, 'latin1')])
        : Buffer.concat([Buffer.of(1, 0xff, 0xfe), Buffer.from(text, 'utf16le')]);
  const { length } = content;
  const size =
    version === 4
      ? asSynchsafe(length)
      : (version === 2 ? [16, 8, 0] : [24, 16, 8, 0]).map((n) => (length >> n) & 255);
  const flags = version === 2 ? [] : [0, 0];
  return Buffer.concat([Buffer.from(GROUPING[version], 'latin1'), Buffer.from([...size, ...flags]), content]);
}

/**
 * A tag with another grouping: of the same length where it fits, so that nothing behind it moves. Every other frame is
 * the same to the byte, in the same order.
 *
 * @param tag - the whole tag; null for a new one of version 2.3
 * @param grouping - the text; in place of the one that is there
 * @throws Failure, without the file's name, when the tag is damaged or of an unknown version
 */
export function withGrouping(tag: Uint8Array | null, grouping: string): Uint8Array {
  const { version, revision, length, flags, frames }: Tag =
    tag === null ? { version: 3, revision: 0, length: 0, flags: 0, frames: [] } : parseTag(tag);
  const name = Buffer.from(GROUPING[version], 'latin1');
  const isGrouping = (frame: Uint8Array): boolean => name.every((letter, i) => frame[i] === letter);
  const own = groupingFrame(version, grouping);
  const place = frames.findIndex(isGrouping);
  const others = frames.filter((frame) => !isGrouping(frame));
  others.splice(place < 0 ? others.length : place, 0, own);
  const size = others.reduce((sum, frame) => sum + frame.length, 0);
  const total = HEADER + size <= length ? length : HEADER + size + PADDING;
  const out = new Uint8Array(total);
  out.set([0x49, 0x44, 0x33, version, revision, flags, ...asSynchsafe(total - HEADER)]);
  let at = HEADER;
  for (const frame of others) {
    out.set(frame, at);
    at += frame.length;
  }
  return out;
}

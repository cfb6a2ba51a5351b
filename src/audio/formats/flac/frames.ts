/** Finds the frames of a FLAC stream between metadata, tags and damage. */
import type { ByteReader } from '../../source.js';
import { leadingTagLength, TAG_HEAD_BYTES, trailerLength } from '../../tags.js';
import { spells } from '../format.js';
import {
  BLOCK_HEADER,
  type FlacFrame,
  type FlacFrameHeader,
  LARGEST_HEADER,
  MARK,
  readFlacHeader,
  readStreamInfo,
  STREAM_INFO_END,
  type StreamInfo,
} from './header.js';

/** A frame, or the header of a stream that begins. */
export type FlacPart = { stream: StreamInfo } | FlacFrame;

/** What the search asks and tells. */
export interface FlacSearch {
  /** Called for each run of bytes that should have been a frame. */
  onGap: () => void;
  /** Whether bytes whose checksum fits are a whole frame; asked where nothing known follows them. */
  isFrame: (bytes: Uint8Array, header: FlacFrameHeader) => Promise<boolean>;
}

/** Ends of a frame that are tried, at most: behind a frame that cannot be decoded, zeros may go on for ever. */
const CANDIDATES = 16;

/** Bytes that are searched at a time. */
const SEARCH = 1 << 15;

const CRC16 = Uint16Array.from({ length: 256 }, (_, i) => {
  let sum = i << 8;
  for (let bit = 0; bit < 8; bit++) sum = sum & 0x8000 ? (sum << 1) ^ 0x8005 : sum << 1;
  return sum;
});

/** Most bytes of a frame: its samples as they are, and what stands around them. */
const mostBytes = ({ samples, channels }: FlacFrameHeader): number => samples * channels * 5 + 1024;

/** Passes over the metadata blocks from the mark on; the end is not an error. */
async function skipMetadata(reader: ByteReader): Promise<void> {
  await reader.skip(MARK);
  for (let isLast = false; !isLast; ) {
    const head = await reader.peek(BLOCK_HEADER);
    if (head.length < BLOCK_HEADER) return;
    isLast = (head[0] & 0x80) !== 0;
    await reader.skip(BLOCK_HEADER + head[1] * 65_536 + head[2] * 256 + head[3]);
  }
}

/** Whether something else than sound begins at an offset: another stream, or a tag. */
function isMark(bytes: Uint8Array, at: number): boolean {
  return ['fLaC', 'ID3', 'TAG', 'APETAGEX', 'LYRICSBEGIN'].some((mark) => spells(bytes, at, mark));
}

/** The frame at the reader's place: it ends where its checksum fits and something known follows; null for none. */
async function frameAt(
  reader: ByteReader,
  header: FlacFrameHeader,
  { isFrame }: FlacSearch,
): Promise<Uint8Array | null> {
  const most = mostBytes(header);
  const zeros: number[] = [];
  let sum = 0;
  let at = 0;
  for (let size = SEARCH; ; size *= 2) {
    const bytes = await reader.peek(size);
    const isAll = bytes.length < size;
    // What follows is looked at, unless the file ends.
    const stop = isAll ? bytes.length : bytes.length - LARGEST_HEADER;
    for (; at < stop; at++) {
      if (sum === 0 && at > header.length) {
        if (readFlacHeader(bytes, at) || isMark(bytes, at)) return bytes.subarray(0, at);
        zeros.push(at);
      }
      sum = ((sum << 8) & 0xffff) ^ CRC16[(sum >> 8) ^ bytes[at]];
    }
    if (isAll) {
      if (sum === 0) zeros.push(bytes.length);
      const end = bytes.length - trailerLength(bytes);
      // What fills up a block may be the frame's last bytes: a checksum that ends in 0 fits with and without it.
      const last = zeros.filter((zero) => zero >= end);
      if (last.length === 1) return bytes.subarray(0, last[0]);
      for (const zero of zeros.slice(0, CANDIDATES)) {
        const part = bytes.subarray(0, zero);
        if (await isFrame(part, header)) return part;
      }
      return null;
    }
    if (size > most) return null;
  }
}

/** Finds streams and frames in order. What follows the last frame is not a gap. */
export async function* flacParts(reader: ByteReader, search: FlacSearch): AsyncGenerator<FlacPart, void> {
  const { onGap } = search;
  let hasGap = false;
  for (;;) {
    const head = await reader.peek(Math.max(STREAM_INFO_END, TAG_HEAD_BYTES));
    if (head.length === 0) return;
    if (spells(head, 0, 'fLaC') && head.length >= STREAM_INFO_END && (head[MARK] & 0x7f) === 0) {
      yield { stream: readStreamInfo(head) };
      await skipMetadata(reader);
      continue;
    }
    const tag = leadingTagLength(head);
    if (tag > 0) {
      await reader.skip(tag);
      continue;
    }
    const header = readFlacHeader(head, 0);
    const bytes = header && (await frameAt(reader, header, search));
    if (header && bytes) {
      if (hasGap) onGap();
      hasGap = false;
      yield { header, bytes };
      await reader.skip(bytes.length);
      continue;
    }
    // A frame whose end is missing or whose checksum is another is damage, wherever it stands.
    if (header) onGap();
    const window = await reader.peek(SEARCH);
    let next = 1;
    while (next < window.length && !readFlacHeader(window, next) && !spells(window, next, 'fLaC')) next++;
    const isAll = window.length < SEARCH;
    await reader.skip(isAll ? next : Math.min(next, SEARCH - LARGEST_HEADER));
    // Junk is damage only where sound follows it.
    hasGap = header === null;
  }
}

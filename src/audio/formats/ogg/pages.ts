/** The pages of an Ogg file (RFC 3533), those whose checksum fits. */
import type { ByteReader } from '../../source.js';
import { spells, viewOf } from '../format.js';

/** A page: parts of the packets of one logical stream. */
export interface OggPage {
  /** Number of the logical stream. */
  serial: number;
  /** Number of the page in its stream. */
  sequence: number;
  /** Position at the end of the last packet that ends here, in the codec's units; -1: none ends here. */
  granule: number;
  isFirst: boolean;
  isLast: boolean;
  /** Whether the first part goes on with the packet of the page before. */
  isContinued: boolean;
  /** Parts of packets, in order. */
  parts: Uint8Array[];
  /** Whether the last part's packet goes on in the next page. */
  goesOn: boolean;
  /** Whether the file ends inside the page, of which then nothing is used but what its header states. */
  isCut: boolean;
}

/** Bytes of a page's header before its table of segments. */
const HEADER = 27;

/** Bytes that are searched at a time for the next page. */
const SEARCH = 1 << 16;

/** Of a page: its whole header, 255 segments of 255 bytes. */
export const LARGEST_PAGE = HEADER + 255 + 255 * 255;

/** CRC-32 with the polynomial 04c11db7, not reflected, as Ogg has it; packages have the reflected one. */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, i) => {
  let sum = i << 24;
  for (let bit = 0; bit < 8; bit++) sum = sum & 0x80000000 ? (sum << 1) ^ 0x04c11db7 : sum << 1;
  return sum;
});

/** The checksum of a page, whose own four bytes count as zeros. */
export function pageChecksum(page: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < page.length; i++) {
    const byte = i >= 22 && i < 26 ? 0 : page[i];
    sum = (sum << 8) ^ CRC_TABLE[(sum >>> 24) ^ byte];
  }
  return sum >>> 0;
}

/** Length of the page whose header the bytes begin with; 0 where none is there. */
function pageLength(bytes: Uint8Array): number {
  if (bytes.length < HEADER || !spells(bytes, 0, 'OggS') || bytes[4] !== 0) return 0;
  const body = HEADER + bytes[26];
  return bytes.subarray(HEADER, body).reduce((sum, size) => sum + size, body);
}

function readHeader(bytes: Uint8Array): Omit<OggPage, 'parts' | 'goesOn' | 'isCut'> {
  const view = viewOf(bytes);
  const flags = bytes[5];
  return {
    serial: view.getUint32(14, true),
    sequence: view.getUint32(18, true),
    granule: Number(view.getBigInt64(6, true)),
    isContinued: (flags & 1) !== 0,
    isFirst: (flags & 2) !== 0,
    isLast: (flags & 4) !== 0,
  };
}

/** The page that is these bytes; null where they are none, or not those that were written. */
export function readPage(bytes: Uint8Array): OggPage | null {
  const isWhole = bytes.length > 0 && pageLength(bytes) === bytes.length;
  return isWhole && pageChecksum(bytes) === viewOf(bytes).getUint32(22, true) ? divide(bytes) : null;
}

function divide(bytes: Uint8Array): OggPage {
  const body = HEADER + bytes[26];
  const lacing = bytes.subarray(HEADER, body);
  const parts: Uint8Array[] = [];
  let from = body;
  let to = body;
  for (const size of lacing) {
    to += size;
    if (size === 255) continue;
    parts.push(bytes.subarray(from, to));
    from = to;
  }
  const goesOn = lacing.at(-1) === 255;
  if (goesOn) parts.push(bytes.subarray(from, to));
  return { ...readHeader(bytes), parts, goesOn, isCut: false };
}

/** Index of the next page's mark after the first byte; the number of bytes where there is none. */
function nextMark(bytes: Uint8Array): number {
  let next = 1;
  while (next < bytes.length && !spells(bytes, next, 'OggS')) next++;
  return next;
}

/** The bytes of a file divided into its pages, as `readPage` takes them, and what lies between them. */
export async function* rawPages(reader: ByteReader): AsyncGenerator<Uint8Array, void> {
  for (;;) {
    const head = await reader.peek(HEADER + 255);
    if (head.length === 0) return;
    const length = pageLength(head);
    const bytes = await reader.peek(length);
    const isPage = bytes.length === length && readPage(bytes) !== null;
    const window = isPage ? bytes : await reader.peek(SEARCH);
    const found = isPage ? length : nextMark(window);
    // The mark may begin in the last bytes of the window.
    const count = isPage || window.length < SEARCH ? found : Math.min(found, window.length - 3);
    yield window.slice(0, count);
    await reader.skip(count);
  }
}

/**
 * The pages of a file in order, and the one in which it ends. What is not a page, or not the page that was written, is
 * passed over: the sequence numbers and positions of the others tell what is lost.
 */
export async function* oggPages(reader: ByteReader): AsyncGenerator<OggPage, void> {
  for (;;) {
    const head = await reader.peek(HEADER + 255);
    if (head.length < HEADER) return;
    const length = pageLength(head);
    const bytes = await reader.peek(length);
    const page = bytes.length === length ? readPage(bytes) : null;
    if (page) {
      await reader.skip(length);
      yield page;
      continue;
    }
    const window = await reader.peek(Math.max(SEARCH, length));
    const next = nextMark(window);
    if (bytes.length < length && next === bytes.length) {
      yield { ...readHeader(bytes), parts: [], goesOn: false, isCut: true };
      return;
    }
    // The mark may begin in the last bytes of the window.
    await reader.skip(window.length < SEARCH ? next : Math.min(next, window.length - 3));
  }
}

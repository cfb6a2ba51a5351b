/** Metadata before and behind the sound, in whatever format: tags that programs put there, and what fills up blocks. */
import { spells, viewOf } from './formats/format.js';

/** Bytes of an ID3v1 tag, and of the "enhanced" one before it. */
const ID3V1 = 128;
const ENHANCED_TAG = 227;

/** Bytes of an ID3v2 header; its footer, and an APE tag's header and footer. */
const ID3_HEADER = 10;
const APE_HEADER = 32;

/** Bytes of Lyrics3v2's length before its end, and most bytes of a Lyrics3v1 tag. */
const LYRICS_SIZE = 6;
const LARGEST_LYRICS3V1 = 5100;

/** Bytes that are looked at for a tag that states its length at its beginning. */
export const TAG_HEAD_BYTES = 32;

/** A number of four bytes with seven bits each. */
export function synchsafe(bytes: Uint8Array, at: number): number {
  const [a, b, c, d] = bytes.subarray(at, at + 4);
  return ((a & 0x7f) << 21) + ((b & 0x7f) << 14) + ((c & 0x7f) << 7) + (d & 0x7f);
}

/** Length of an ID3v2 tag at an offset, its footer included; 0 where there is none. */
export function id3v2Length(bytes: Uint8Array, at = 0): number {
  if (!spells(bytes, at, 'ID3') || at + ID3_HEADER > bytes.length) return 0;
  const hasFooter = (bytes[at + 5] & 0x10) !== 0;
  return ID3_HEADER + synchsafe(bytes, at + 6) + (hasFooter ? ID3_HEADER : 0);
}

/** Length of an APEv2 tag at an offset, by its header; 0 where there is none. */
function apeLength(bytes: Uint8Array, at: number): number {
  if (!spells(bytes, at, 'APETAGEX') || at + 16 > bytes.length) return 0;
  return APE_HEADER + viewOf(bytes).getUint32(at + 12, true);
}

/** Length of a tag that begins at an offset and states its length there: ID3v2 and APEv2; 0 where there is none. */
export function leadingTagLength(bytes: Uint8Array, at = 0): number {
  return id3v2Length(bytes, at) || apeLength(bytes, at);
}

/** Length of the tag that ends where the bytes end; 0 where none does. */
function trailingTagLength(bytes: Uint8Array): number {
  const end = bytes.length;
  if (spells(bytes, end - ID3V1, 'TAG')) return ID3V1;
  if (spells(bytes, end - ENHANCED_TAG, 'TAG+')) return ENHANCED_TAG;
  if (spells(bytes, end - APE_HEADER, 'APETAGEX')) {
    const view = viewOf(bytes);
    // The size counts items and footer; version 1 has no header.
    const size = view.getUint32(end - APE_HEADER + 12, true);
    const hasHeader = (view.getUint32(end - APE_HEADER + 20, true) & 0x80000000) !== 0;
    return Math.min(end, size + (hasHeader ? APE_HEADER : 0));
  }
  if (spells(bytes, end - ID3_HEADER, '3DI'))
    return Math.min(end, 2 * ID3_HEADER + synchsafe(bytes, end - ID3_HEADER + 6));
  if (spells(bytes, end - 9, 'LYRICS200')) {
    const from = end - 9 - LYRICS_SIZE;
    const size = Number(String.fromCharCode(...bytes.subarray(Math.max(0, from), end - 9)));
    return Number.isInteger(size) ? Math.min(end, size + LYRICS_SIZE + 9) : 0;
  }
  if (spells(bytes, end - 9, 'LYRICSEND')) {
    for (let at = end - 20; at >= Math.max(0, end - LARGEST_LYRICS3V1 - 20); at--)
      if (spells(bytes, at, 'LYRICSBEGIN')) return end - at;
  }
  return 0;
}

/** Length of the tags, zeros and line ends at the end of the bytes: what is neither sound nor damage. */
export function trailerLength(bytes: Uint8Array): number {
  let end = bytes.length;
  while (end > 0) {
    const rest = bytes.subarray(0, end);
    const tag = trailingTagLength(rest);
    // A tag that is cut off at its own beginning is all of what is left.
    const filler = [0, 10, 13, 32].includes(bytes[end - 1]) ? 1 : 0;
    if (tag + filler === 0) break;
    end -= tag || filler;
  }
  return bytes.length - end;
}

/** The boxes of MP4 and QuickTime (ISO/IEC 14496-12). */
import { viewOf } from '../format.js';

/** A box, with its content. */
export interface Box {
  type: string;
  content: Uint8Array;
}

/** A box's header. */
export interface BoxHeader {
  type: string;
  /** Bytes of the header. */
  headerLength: number;
  /** Bytes of the whole; infinite where it reaches to the end of the file. */
  length: number;
}

/** The header at an offset; null where there is none. */
export function readBoxHeader(bytes: Uint8Array, at = 0): BoxHeader | null {
  if (at + 8 > bytes.length) return null;
  const view = viewOf(bytes);
  const short = view.getUint32(at);
  const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
  if (short === 0) return { type, headerLength: 8, length: Number.POSITIVE_INFINITY };
  if (short !== 1) return short < 8 ? null : { type, headerLength: 8, length: short };
  if (at + 16 > bytes.length) return null;
  const length = Number(view.getBigUint64(at + 8));
  return length < 16 ? null : { type, headerLength: 16, length };
}

/** The boxes in the bytes, from an offset on; one that is not all there ends them. */
export function* boxes(bytes: Uint8Array, from = 0): Generator<Box, void> {
  for (let at = from; ; ) {
    const header = readBoxHeader(bytes, at);
    if (!header) return;
    const end = Math.min(at + header.length, bytes.length);
    yield { type: header.type, content: bytes.subarray(at + header.headerLength, end) };
    at += header.length;
  }
}

/** The content of the first box of a type. */
export function child(bytes: Uint8Array, ...path: string[]): Uint8Array | null {
  let content = bytes;
  for (const type of path) {
    const found = [...boxes(content)].find((box) => box.type === type);
    if (!found) return null;
    content = found.content;
  }
  return content;
}

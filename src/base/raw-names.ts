/**
 * File names that are not UTF-8, as old disks and network drives have them. A byte that is part of no character becomes a
 * lone surrogate, U+DC80 to U+DCFF, as in Python's "surrogateescape" (PEP 383), so that the name can be turned into the
 * same bytes again.
 */
import { Buffer } from 'node:buffer';

const LONE = /(?<![\ud800-\udbff])[\udc80-\udcff]/;
const EACH_LONE = new RegExp(LONE, 'g');

/** The text of a name's bytes. */
export function textOfName(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (!text.includes('\ufffd')) return text;
  let name = '';
  for (let at = 0; at < bytes.length; ) {
    const length = [1, 2, 3, 4].find((count) => isCharacter(bytes.subarray(at, at + count)));
    name += length ? bytes.toString('utf8', at, at + length) : String.fromCharCode(0xdc00 + bytes[at]);
    at += length ?? 1;
  }
  return name;
}

/** Whether bytes are exactly one character in UTF-8. */
function isCharacter(bytes: Buffer): boolean {
  const text = bytes.toString('utf8');
  return [...text].length === 1 && Buffer.from(text, 'utf8').equals(bytes);
}

/** A path for the system: its bytes where a name in it is not UTF-8, else the path itself. */
export function systemPath(path: string): string | Buffer {
  if (!LONE.test(path)) return path;
  const pieces: Buffer[] = [];
  let from = 0;
  for (const { index } of path.matchAll(EACH_LONE)) {
    pieces.push(Buffer.from(path.slice(from, index), 'utf8'), Buffer.of(path.charCodeAt(index) - 0xdc00));
    from = index + 1;
  }
  return Buffer.concat([...pieces, Buffer.from(path.slice(from), 'utf8')]);
}

/** A path for a person or a table: bytes that are no text written out, as `ls -b` does in hexadecimal (`\xE9`). */
export const readablePath = (path: string): string =>
  LONE.test(path)
    ? path.replace(EACH_LONE, (byte) => `\\x${(byte.charCodeAt(0) - 0xdc00).toString(16).toUpperCase()}`)
    : path;

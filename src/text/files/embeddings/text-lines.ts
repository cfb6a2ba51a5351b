/** The lines of a large text file, one after the other. */
import { open } from 'node:fs/promises';
import type { TextEncoding } from '../../encodings.js';
import { countReplaced, decodeText, streamDecoder } from '../decode.js';

/** Bytes that the encoding is found out by, and that are read at a time. */
const PIECE = 2 ** 20;

/** A line is cut into texts of this many characters: no document needs to be longer, and memory is bounded. */
const LONGEST_LINE = 2 ** 18;

/** Lines of a file, and what it was. */
export interface TextLines {
  /** Null for binary data. */
  encoding: TextEncoding | null;
  /** Characters that replace broken bytes, so far. */
  replaced: number;
  /** False where the first bytes are as likely text in another encoding. */
  sure: boolean;
  /** Lines that were cut, so far. */
  cut: number;
}

/**
 * Reads a text file of any length line by line, in `given` where its encoding is known; none of binary data. `found`
 * holds the encoding before the first line, and then the counts; `onBytes` gets the length of each piece. Throws the system's error when it cannot be read.
 */
export async function* textLines(
  path: string,
  found: TextLines,
  { given = null, onBytes }: { given?: TextEncoding | null; onBytes?: (bytes: number) => void } = {},
): AsyncGenerator<string[]> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(PIECE);
    let { bytesRead } = await file.read(buffer, 0, PIECE);
    ({ encoding: found.encoding, sure: found.sure } = await decodeText(buffer.subarray(0, bytesRead), given));
    if (found.encoding === null) return;
    const decode = streamDecoder(found.encoding);
    let rest = '';
    while (bytesRead > 0) {
      onBytes?.(bytesRead);
      const text = decode(buffer.subarray(0, bytesRead));
      found.replaced += countReplaced(text);
      const lines = (rest + text).split(/\r\n|\n|\r/);
      rest = lines.pop()!;
      while (rest.length > LONGEST_LINE) {
        const end = cutAt(rest);
        lines.push(rest.slice(0, end));
        rest = rest.slice(end);
        found.cut++;
      }
      yield lines;
      ({ bytesRead } = await file.read(buffer, 0, PIECE));
    }
    yield [rest + decode()];
  } finally {
    await file.close();
  }
}

/** After the last white space, where some stands in the second half; never within a character. */
function cutAt(text: string): number {
  for (let i = LONGEST_LINE; i > LONGEST_LINE / 2; i--) if (/\s/.test(text[i])) return i + 1;
  const code = text.charCodeAt(LONGEST_LINE);
  return code >= 0xdc00 && code <= 0xdfff ? LONGEST_LINE - 1 : LONGEST_LINE;
}

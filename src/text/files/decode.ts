/** Bytes of a text file to text; what they are encoded in is found out, or said. */
import iconv from 'iconv-lite';
import { encodings, type TextEncoding } from '../encodings.js';
import { detectEncoding } from './detect-encoding.js';

/** A decoded text; null for bytes that are not text. */
export type DecodedText =
  | {
      text: string;
      encoding: TextEncoding;
      /** Characters that replace broken bytes (U+FFFD) of a damaged file. */
      replaced: number;
      /** False where the bytes are as likely text in another encoding. */
      sure: boolean;
    }
  | { text: null; encoding: null; replaced: 0; sure: true };

const BINARY: DecodedText = { text: null, encoding: null, replaced: 0, sure: true };

/** UTF-8 is called damaged, not something else, up to this share of broken characters outside ASCII. */
const DAMAGED_SHARE = 0.1;

/** Random units of UTF-16 are broken more often than this. */
const DAMAGED_UTF16_SHARE = 0.01;

/** Text holds at most this share of control characters. */
const CONTROL_SHARE = 0.01;

// Control characters that stand in text: tab, line feed, vertical tab, form feed, carriage return, escape, end of file.
const TEXT_CONTROLS = new Set([9, 10, 11, 12, 13, 27, 26]);

/**
 * Decodes text, in `given` where that is not null; else by its byte order mark, as UTF-8 (also with a few broken bytes),
 * as UTF-16 without a mark, or in the likeliest encoding (`detectEncoding`). A mark of UTF-16 counts for more than
 * `given`, and none is part of the text. Never throws.
 */
export async function decodeText(bytes: Uint8Array, given: TextEncoding | null = null): Promise<DecodedText> {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeUtf16(bytes, 'utf-16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodeUtf16(bytes, 'utf-16be');
  if (given === 'utf-16le' || given === 'utf-16be') return decodeUtf16(bytes, given);
  const unmarked = unmarkedUtf16(bytes);
  if (given === null && unmarked !== null) return decodeUtf16(bytes, unmarked);
  if (isBinary(bytes)) return BINARY;
  if (given !== null) return decoded(bytes, given, true);
  const utf8 = decoded(bytes, 'utf-8', true);
  if (utf8.replaced === 0 || isValidUtf8(bytes)) return utf8;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that are not ASCII are meant.
  const foreign = utf8.text!.match(/[^\x00-\x7f]/gu)?.length ?? 0;
  if (utf8.replaced <= DAMAGED_SHARE * foreign) return utf8;
  const found = await detectEncoding(bytes);
  return found ? decoded(bytes, found.encoding, found.sure) : decoded(bytes, 'latin-1', false);
}

function decoded(bytes: Uint8Array, encoding: TextEncoding, sure: boolean): DecodedText {
  const text = decodeAs(bytes, encoding);
  return { text, encoding, replaced: countReplaced(text), sure };
}

/** Decodes text of a known encoding, U+FFFD for broken bytes. */
export function decodeAs(bytes: Uint8Array, encoding: TextEncoding): string {
  const decode = streamDecoder(encoding);
  return decode(bytes) + decode();
}

/** Decodes text of a known encoding piece by piece, U+FFFD for broken bytes; without bytes, it gives the rest. */
export function streamDecoder(encoding: TextEncoding): (bytes?: Uint8Array) => string {
  if (encoding.startsWith('utf')) {
    const decoder = new TextDecoder(encoding);
    return (bytes) => (bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode());
  }
  // Node's TextDecoder takes ISO 8859-1 for windows-1252 in some versions, and lacks characters of Hong Kong in Big5 and
  // three quarters of the syllables of Korean Windows in EUC-KR.
  const decoder = iconv.getDecoder(encodings[encoding].label);
  return (bytes) => (bytes ? decoder.write(Buffer.from(bytes)) : (decoder.end() ?? ''));
}

/** Characters that replace broken bytes. */
export function countReplaced(text: string): number {
  return text.match(/\ufffd/g)?.length ?? 0;
}

/** Whether bytes are UTF-8 without any error. */
export function isValidUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Two bytes per unit; the mark alone proves little, so binary data that begins with it by chance is rejected. */
function decodeUtf16(bytes: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): DecodedText {
  const text = new TextDecoder(encoding).decode(bytes);
  const replaced = countReplaced(text);
  // A file that was cut in the middle of a unit has one broken character at its end.
  if (
    replaced > 1 + DAMAGED_UTF16_SHARE * text.length ||
    tooManyControls(text.length, (i) => text.charCodeAt(i))
  )
    return BINARY;
  return { text, encoding, replaced, sure: true };
}

/** UTF-16 without a byte order mark: of ASCII, and of line ends, one byte of each unit is zero, and never the other. */
function unmarkedUtf16(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes.length % 2 === 1 || !bytes.includes(0)) return null;
  const zeros = [0, 0];
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 0) zeros[i % 2]++;
  if (zeros[0] > 0 && zeros[1] > 0) return null;
  const encoding = zeros[0] > 0 ? 'utf-16be' : 'utf-16le';
  const text = new TextDecoder(encoding).decode(bytes);
  return /[\p{Unassigned}\p{Private_Use}\p{Surrogate}\ufffd]/u.test(text) ? null : encoding;
}

function isBinary(bytes: Uint8Array): boolean {
  return bytes.includes(0) || tooManyControls(bytes.length, (i) => bytes[i]);
}

function tooManyControls(length: number, codeAt: (i: number) => number): boolean {
  let controls = 0;
  for (let i = 0; i < length; i++) {
    const code = codeAt(i);
    if ((code < 32 && !TEXT_CONTROLS.has(code)) || code === 127) controls++;
  }
  return controls > CONTROL_SHARE * length;
}

/** Bytes of a text file to text: what they are encoded in is found out. */

/** Encodings that text is decoded from. */
export const TEXT_ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'gb18030', 'latin-1'] as const;

/** Name of an encoding. `latin-1` stands for windows-1252, as on the web. */
export type TextEncoding = (typeof TEXT_ENCODINGS)[number];

/** Result of decoding. */
export type DecodedText =
  | {
      text: string;
      encoding: TextEncoding;
      /** Characters that stand for broken bytes (U+FFFD) of a damaged file. */
      replaced: number;
    }
  | { text: null; encoding: null; replaced: 0 };

const BINARY: DecodedText = { text: null, encoding: null, replaced: 0 };

/** UTF-8 is called damaged, not something else, up to this share of broken characters outside ASCII. */
const DAMAGED_SHARE = 0.1;

/** Random units of UTF-16 are broken more often than this. */
const DAMAGED_UTF16_SHARE = 0.01;

/** Text holds at most this share of control characters. */
const CONTROL_SHARE = 0.01;

/** Of the two-byte characters of Chinese text, at least this share is of the common ones. */
const COMMON_HAN_SHARE = 0.5;

// Control characters that stand in text: tab, line feed, vertical tab, form feed, carriage return, escape, end of file.
const TEXT_CONTROLS = new Set([9, 10, 11, 12, 13, 27, 26]);

/**
 * Decodes text of an unknown encoding: by its byte order mark, else UTF-8 (also with a few broken bytes), else GB18030
 * where the bytes are valid and mostly common Chinese characters, else Latin-1. Never throws; the text is null for
 * bytes that are not text.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeUtf16(bytes, 'utf-16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodeUtf16(bytes, 'utf-16be');
  if (isBinary(bytes)) return BINARY;
  const utf8 = strictly(bytes, 'utf-8');
  if (utf8 !== null) return { text: utf8, encoding: 'utf-8', replaced: 0 };
  const damaged = new TextDecoder('utf-8').decode(bytes);
  const replaced = countReplaced(damaged);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that are not ASCII are meant.
  const foreign = damaged.match(/[^\x00-\x7f]/gu)?.length ?? 0;
  if (replaced <= DAMAGED_SHARE * foreign) return { text: damaged, encoding: 'utf-8', replaced };
  if (hasCommonHan(bytes)) {
    const chinese = strictly(bytes, 'gb18030');
    if (chinese !== null) return { text: chinese, encoding: 'gb18030', replaced: 0 };
  }
  return { text: decodeWindows1252(bytes), encoding: 'latin-1', replaced: 0 };
}

/**
 * Decodes text of a known encoding piece by piece, with U+FFFD for broken bytes; called without bytes, it gives the
 * rest.
 */
export function streamDecoder(encoding: TextEncoding): (bytes?: Uint8Array) => string {
  if (encoding === 'latin-1') return (bytes) => (bytes ? decodeWindows1252(bytes) : '');
  const decoder = new TextDecoder(encoding);
  return (bytes) => (bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode());
}

/** What windows-1252 has at 0x80 to 0x9F; places that it leaves empty are control characters, as on the web. */
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

// By hand: some versions of Node take ISO 8859-1 for it, which has no œ and no curly quotes.
function decodeWindows1252(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) =>
    byte >= 0x80 && byte < 0xa0 ? WINDOWS_1252[byte - 0x80] : String.fromCharCode(byte),
  );
  return text.join('');
}

function strictly(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Two bytes per unit; the mark alone proves little, so binary data that begins by chance with it is told apart. */
function decodeUtf16(bytes: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): DecodedText {
  const text = new TextDecoder(encoding).decode(bytes);
  const replaced = countReplaced(text);
  // A file that was cut in the middle of a unit has one broken character at its end.
  if (
    replaced > 1 + DAMAGED_UTF16_SHARE * text.length ||
    tooManyControls(text.length, (i) => text.charCodeAt(i))
  )
    return BINARY;
  return { text, encoding, replaced };
}

function countReplaced(text: string): number {
  return text.match(/\ufffd/g)?.length ?? 0;
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

/**
 * Whether bytes look like Chinese in GB18030. Accented Western letters before ASCII are valid GB18030 too, but name
 * rare characters; so the common ones of GB 2312, level 1 (0xB0A1 to 0xD7F9), decide.
 */
function hasCommonHan(bytes: Uint8Array): boolean {
  let common = 0;
  let others = 0;
  for (let i = 0; i < bytes.length; i++) {
    const lead = bytes[i];
    if (lead < 0x80) continue;
    const trail = bytes[++i] ?? 0;
    if (lead >= 0xb0 && lead <= 0xd7 && trail >= 0xa1) common++;
    // Punctuation (0xA1 to 0xA9) says nothing about the language.
    else if (lead < 0xa1 || lead > 0xa9 || trail < 0xa1) others++;
  }
  return common > 0 && common >= COMMON_HAN_SHARE * (common + others);
}

/**
 * Text files that a person gives, such as tables, configs and lists: read in whatever encoding they are in, and refused
 * where that is not certain or a character is lost, since names and labels would be mistaken for one another.
 */
import { readFile } from 'node:fs/promises';
import { UsageError } from '../../base/errors.js';
import { encodings, TEXT_ENCODINGS, type TextEncoding } from '../encodings.js';
import { countReplaced, type DecodedText, decodeText, streamDecoder } from './decode.js';

/** How a text is read. */
export interface ReadTextOptions {
  /** Its encoding; null: found out. Default: null. */
  encoding?: TextEncoding | null;
  /** The key or option that gives it, for messages: `data.encoding`; null where there is none. Default: null. */
  key?: string | null;
}

/** The encoding is found out by this many bytes, from the piece on that has the first byte outside ASCII. */
const SAMPLE_BYTES = 2 ** 18;

/**
 * Reads a text without its byte order mark. Throws the system's error when the file cannot be read; UsageError when it
 * is not text, when its encoding is not certain, or naming the line with the first lost character.
 */
export async function readText(path: string, options: ReadTextOptions = {}): Promise<string> {
  const found = requireSure(path, await decodeText(await readFile(path), options.encoding), options);
  requireWhole(path, found.text, 1, found.encoding);
  return found.text;
}

/**
 * Text piece by piece. The bytes are gone through twice, first for the encoding; `open` gives them each time. Throws as
 * `readText` does.
 */
export async function* textPieces(
  path: string,
  open: () => AsyncIterable<Uint8Array>,
  options: ReadTextOptions = {},
): AsyncGenerator<string> {
  const encoding = options.encoding ?? (await encodingOf(path, open, options));
  const decode = streamDecoder(encoding);
  let line = 1;
  const checked = (text: string): string => {
    requireWhole(path, text, line, encoding);
    line += text.split('\n').length - 1;
    return text;
  };
  for await (const piece of open()) yield checked(decode(piece));
  yield checked(decode());
}

/** UTF-8 where all bytes are valid in it, whatever a sample looks like. */
async function encodingOf(
  path: string,
  open: () => AsyncIterable<Uint8Array>,
  options: ReadTextOptions,
): Promise<TextEncoding> {
  const validator = new TextDecoder('utf-8', { fatal: true });
  const sample: Uint8Array[] = [];
  let foreign = false;
  let sampled = 0;
  let valid = true;
  const validate = (piece?: Uint8Array): void => {
    try {
      validator.decode(piece, { stream: piece !== undefined });
    } catch {
      valid = false;
    }
  };
  for await (const piece of open()) {
    foreign ||= piece.some((byte) => byte >= 0x80);
    // The first piece may begin with a byte order mark.
    if (sample.length === 0 || (foreign && sampled < SAMPLE_BYTES)) sample.push(piece);
    if (foreign) sampled += piece.length;
    if (valid) validate(piece);
  }
  if (valid) validate();
  const whole = Buffer.concat(sample);
  // UTF-16 of nothing but ASCII is valid UTF-8 with zeros.
  if (valid && !whole.includes(0)) return 'utf-8';
  return requireSure(path, await decodeText(whole), options).encoding;
}

function requireSure(
  path: string,
  found: DecodedText,
  { key = null }: ReadTextOptions,
): Extract<DecodedText, { text: string }> {
  const say = key === null ? '' : `, or give its encoding: ${key} is one of ${TEXT_ENCODINGS.join(', ')}`;
  if (found.text === null) throw new UsageError(`${path} is not a text file; give another${say}.`);
  if (!found.sure)
    throw new UsageError(
      `${path} is not UTF-8, and its encoding is not certain (perhaps ${encodings[found.encoding].title}); save it as UTF-8${say}.`,
    );
  return found;
}

function requireWhole(path: string, text: string, firstLine: number, encoding: TextEncoding): void {
  if (countReplaced(text) === 0) return;
  const line = firstLine + text.slice(0, text.indexOf('\ufffd')).split('\n').length - 1;
  throw new UsageError(
    `${path}, line ${line}: a character is lost (U+FFFD): the bytes are not ${encodings[encoding].title}, or were converted wrongly before; save the file as UTF-8 again.`,
  );
}

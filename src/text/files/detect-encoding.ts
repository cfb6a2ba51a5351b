/**
 * Finds out which encoding the bytes of a text are in, where they are not UTF-8. East Asian encodings and alphabets are
 * told apart by the likelihood of what they decode to, alphabets among themselves by jschardet (chardet's models of pairs
 * of bytes), whose answers for the few words of a table in East Asian encodings are worse.
 */
import iconv from 'iconv-lite';
import { encodings, TEXT_ENCODINGS, type TextEncoding } from '../encodings.js';
import { lettersOutside } from './alphabets.js';
import { likelihoodOf } from './language-likelihood.js';

/** The likeliest encoding of a text. */
export interface Detection {
  encoding: TextEncoding;
  /** Whether any other text that the bytes may stand for is far less likely. */
  sure: boolean;
}

/** Different words are looked at up to this many bytes: more do not change the result. */
const WORD_BYTES = 2 ** 10;

/** The text around them is looked at up to this many bytes, from shortly before the first byte outside ASCII. */
const TEXT_BYTES = 2 ** 14;
const CONTEXT_BYTES = 2 ** 8;

/** With a larger share of broken characters, a decoding is wrong and not of a damaged file. */
const BROKEN_SHARE = 0.02;

/** What a broken character costs, in nats. */
const BROKEN_COST = 15;

/** What a decoding has in place of characters, or for bytes that stand for none: replacements, controls, private use. */
const BROKEN = /[\ufffd\u0080-\u009f\ue000-\uf8ff]/g;

/** Nats by which the likeliest encoding must lead, and that each byte of it may cost at most, to be sure. */
const SURE_LEAD = 4;
const SURE_COST = 5.5;

/** The same lead among alphabets, as the logarithm of a ratio of jschardet's confidences. */
const SURE_RATIO = 0.45;

/** Twice that lead is asked for where words have fewer letters outside ASCII. */
const FEW = 4;

/** What each letter costs, as such a logarithm, that no language of the encoding has beside the others. */
const LETTER_COST = 0.5;

/** Nats that an encoding of MS-DOS costs: few files are left in it. */
const DOS_COST = 2;
const DOS: readonly TextEncoding[] = ['cp850', 'cp437', 'cp852', 'cp866'];

/** How much commoner files in an encoding are than others for which jschardet takes them, as logarithms. */
const COMMONNESS: Partial<Record<TextEncoding, number>> = { 'latin-1': 0.35, 'windows-1254': 0.8 };

/** The likeliest encoding of bytes that are not UTF-8; null where they fit none. */
export async function detectEncoding(whole: Uint8Array): Promise<Detection | null> {
  const start = Math.max(0, whole.findIndex((byte) => byte >= 0x80) - CONTEXT_BYTES);
  const bytes = whole.subarray(start, start + TEXT_BYTES);
  const words = foreignWords(whole.subarray(start));
  const readings = TEXT_ENCODINGS.flatMap((encoding) => readingOf(words, bytes, encoding));
  readings.sort((a, b) => b.score - a.score);
  const [best] = readings;
  if (!best) return null;
  const { singleByte } = encodings[best.encoding];
  const rival = readings.find(
    ({ encoding, text }) => text !== best.text && !(singleByte && encodings[encoding].singleByte),
  );
  const sure =
    best.score - (rival?.score ?? Number.NEGATIVE_INFINITY) >= SURE_LEAD &&
    best.score >= -SURE_COST * words.length;
  if (!singleByte) return { encoding: best.encoding, sure };
  const alphabet = await detectAlphabet(bytes, readings);
  return { encoding: alphabet.encoding, sure: sure && alphabet.sure };
}

/** How words read in an encoding. */
interface Reading {
  encoding: TextEncoding;
  text: string;
  /** Log-likelihood in nats. */
  score: number;
}

/** None where the encoding does not fit. */
function readingOf(words: Buffer, bytes: Uint8Array, encoding: TextEncoding): Reading[] {
  const { label } = encodings[encoding];
  if (encoding.startsWith('utf')) return [];
  const whole = iconv.decode(Buffer.from(bytes), label);
  // A text may end within a character.
  const broken = countBroken(whole.slice(0, -1));
  if (broken > BROKEN_SHARE * countForeign(whole)) return [];
  const text = iconv.decode(words, label);
  const cost = BROKEN_COST * countBroken(text) + (DOS.includes(encoding) ? DOS_COST : 0);
  return [{ encoding, text, score: likelihoodOf(text, encoding) - cost }];
}

/** Characters outside ASCII. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is left out.
const countForeign = (text: string): number => text.match(/[^\x00-\x7f]/gu)?.length ?? 0;

const countBroken = (text: string): number => text.match(BROKEN)?.length ?? 0;

/** The different words of a text that are not all ASCII, with spaces between. */
function foreignWords(bytes: Uint8Array): Buffer {
  const words = new Set<string>();
  let length = 0;
  // Of ASCII, bytes from 0x40 and digits alone are parts of longer characters.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  for (const [word] of text.matchAll(/[0-9\x40-\x7e]*[\x80-\xff][0-9\x40-\xff]*/g)) {
    if (words.has(word)) continue;
    words.add(word);
    length += word.length + 1;
    if (length > WORD_BYTES) break;
  }
  return Buffer.from([...words].join(' '), 'latin1').subarray(0, WORD_BYTES);
}

/** The likeliest of encodings with one byte per letter. */
async function detectAlphabet(bytes: Uint8Array, readings: readonly Reading[]): Promise<Detection> {
  // Its models take 0.1 s to load, which texts in UTF-8 need not wait for.
  const { detectAll } = await import('jschardet');
  const alphabets = readings.filter(({ encoding }) => encodings[encoding].singleByte);
  const fitting = alphabets.filter(({ score }) => score >= alphabets[0].score - SURE_LEAD);
  const confidences = new Map(
    detectAll(bytes, {
      minimumThreshold: 0,
      // Without windows-1252 among them, it warns on standard error where none fits.
      detectEncodings: ['windows-1252', ...fitting.map(({ encoding }) => encodings[encoding].label)],
    }).map(({ encoding, confidence }) => [encoding?.toLowerCase(), confidence]),
  );
  const ranked = fitting
    .map(({ encoding, text }) => ({
      encoding,
      text,
      score:
        Math.log((confidences.get(encodings[encoding].label) ?? 0) + 1e-4) +
        (COMMONNESS[encoding] ?? 0) -
        LETTER_COST * lettersOutside(text, encoding),
    }))
    .sort((a, b) => b.score - a.score);
  // Where several encodings give the same text, the commonest is named.
  const same = ranked.filter(({ text }) => text === ranked[0].text);
  const best = same.find(({ encoding }) => encoding === 'latin-1') ?? same[0];
  const rival = ranked.find(({ text }) => text !== best.text);
  const letters = countForeign(best.text);
  return {
    encoding: best.encoding,
    sure:
      // jschardet has no model of most of them.
      (DOS.includes(best.encoding) || !DOS.includes(alphabets[0].encoding)) &&
      ranked[0].score - (rival?.score ?? Number.NEGATIVE_INFINITY) >= (letters < FEW ? 2 : 1) * SURE_RATIO,
  };
}

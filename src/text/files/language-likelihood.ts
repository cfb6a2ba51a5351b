/**
 * How likely a decoded text is in the languages that are written in an encoding: unigram models of a few classes of
 * characters. What is compared are decodings of the same bytes; a wrong one gives rare characters, symbols, or capitals
 * within words. Detectors that count pairs of bytes need running text; tables hold a few words, many times.
 */
import iconv from 'iconv-lite';
import type { TextEncoding } from '../encodings.js';
import { HANGUL, KANJI, SIMPLIFIED, TRADITIONAL } from './common-characters.js';

/** Natural logarithm of a character's probability, given the one before it (empty at the beginning of a word). */
type Model = (character: string, before: string) => number;

/** A way in which a language is written, and nats that its rarity costs. */
interface Way {
  model: Model;
  cost?: number;
}

const ASCII = Math.log(0.03);
/** Signs of ASCII, which are second bytes of a character in some encodings, stand within words rarely. */
const ASCII_SIGN = Math.log(1e-4);
/** An East Asian character beside a Latin letter within a word. */
const CHANGE = Math.log(0.2);
const STRANGE = Math.log(1e-7);

/** Probability of each character of a class. */
const each = (share: number, size: number): number => Math.log(share / size);

const EAST_ASIAN_SIGN = /[\u3000-\u301f\u2010-\u2026\uff01-\uff5e·♪♫♥♡★☆]/;
const KANA = /[\u3041-\u30ff]/;
const HIRAGANA = /[\u3041-\u3096]/;
const HALF_WIDTH_KANA = /[\uff66-\uff9f]/;
const IDEOGRAPH = /\p{Script=Han}/u;
const SYLLABLE = /[\uac00-\ud7a3]/;

/**
 * The characters of the rows of a national standard between two lead bytes: standards put what is in daily use first, and
 * what later encodings added (GBK, CP949) is rarer still.
 */
function rowsOf(encoding: string, first: number, last: number): ReadonlySet<string> {
  const pairs: number[] = [];
  for (let lead = first; lead <= last; lead++)
    for (let trail = encoding === 'big5' ? 0x40 : 0xa1; trail < 0xff; trail++)
      if (trail < 0x7f || trail > 0xa0) pairs.push(lead, trail);
  return new Set(iconv.decode(Buffer.from(pairs), encoding));
}

function eastAsian(model: (character: string) => number): Model {
  return (character, before) => {
    const change = before !== '' && before < '\x7f' !== character < '\x7f' ? CHANGE : 0;
    if (/[\dA-Za-z]/.test(character)) return ASCII + change;
    if (character < '\x7f') return ASCII_SIGN + change;
    return change + (EAST_ASIAN_SIGN.test(character) ? each(0.05, 60) : model(character));
  };
}

/** Characters of a list by their rank in it. */
const ranks = (common: string): Map<string, number> =>
  new Map([...common].map((character, i) => [character, i]));

/** The first characters of a list make up the larger part of any text. */
const FIRST = 650;

/** `inUse`: the first level of the standard. */
function chinese(common: string, inUse: ReadonlySet<string>): Model {
  const rankOf = ranks(common);
  return eastAsian((character) => {
    const rank = rankOf.get(character);
    if (rank !== undefined) return rank < FIRST ? each(0.7, FIRST) : each(0.2, rankOf.size - FIRST);
    if (inUse.has(character)) return each(0.07, 2500);
    if (IDEOGRAPH.test(character)) return each(0.02, 15_000);
    return KANA.test(character) ? each(0.001, 170) : STRANGE;
  });
}

/** `kana`: their share; of names and addresses, kanji are the larger part. */
function japanese(kana: number): Model {
  // Level 1 of JIS X 0208.
  const inUse = rowsOf('euc-jp', 0xb0, 0xcf);
  const known = new Set(KANJI);
  const kanji = 0.95 - kana;
  return eastAsian((character) => {
    if (HIRAGANA.test(character)) return each(0.8 * kana, 83);
    if (KANA.test(character)) return each(0.2 * kana, 86);
    if (known.has(character)) return each(0.75 * kanji, known.size);
    if (inUse.has(character)) return each(0.2 * kanji, 1900);
    if (IDEOGRAPH.test(character)) return each(0.05 * kanji, 3400);
    return HALF_WIDTH_KANA.test(character) ? each(0.001, 63) : STRANGE;
  });
}

function korean(): Model {
  // Of KS X 1001; Korean Windows added what is hardly written.
  const inUse = rowsOf('euc-kr', 0xb0, 0xc8);
  const known = new Set(HANGUL);
  return eastAsian((character) => {
    if (known.has(character)) return each(0.8, known.size);
    if (inUse.has(character)) return each(0.15, 2100);
    if (SYLLABLE.test(character)) return each(0.001, 8800);
    return IDEOGRAPH.test(character) ? each(0.01, 4888) : STRANGE;
  });
}

/** A capital of ASCII within a word. */
const CAPITAL = Math.log(0.05);

/** Letters, and the accents of windows-1258 that follow them. */
const LATIN = /\p{Script=Latin}|[\u0300-\u036f]/u;
const LETTER = /\p{Letter}/u;

/** Languages with alphabets: capitals begin words, and a word is in one script. */
const alphabetic: Model = (character, before) => {
  if (/\d/.test(character)) return ASCII;
  if (!/[\p{Letter}\p{Mark}]/u.test(character)) {
    // An opening mark does not follow a letter; a dash often stands alone.
    if (/[“„‘«¿¡]/.test(character)) return Math.log(LETTER.test(before) ? 1e-5 : 0.01);
    if (/[–—…]/.test(character)) return Math.log(before === '' ? 0.03 : 3e-3);
    if (/[’”»·°€\u00a0]/.test(character)) return Math.log(3e-3);
    return character < '\x7f' ? ASCII_SIGN : Math.log(1e-5);
  }
  const withinWord = LETTER.test(before);
  if (withinWord && LATIN.test(character) !== LATIN.test(before)) return STRANGE;
  // A closing mark does not precede one: B”ume.
  if (before === '”') return STRANGE;
  if (/[A-Za-z]/.test(character))
    return ASCII + (/[A-Z]/.test(character) && /\p{Ll}/u.test(before) ? CAPITAL : 0);
  if (/\p{Lu}/u.test(character)) return Math.log(withinWord ? (/\p{Lu}/u.test(before) ? 1e-3 : 1e-5) : 3e-3);
  if (LATIN.test(character)) return Math.log(withinWord && before > '\x7f' ? 2e-3 : 0.015);
  return Math.log(LETTER.test(character) ? 0.025 : 3e-3);
};

/** Made at the first use: their tables take 0.2 s, which texts in UTF-8 need not wait for. */
function eastAsianWays(): Partial<Record<TextEncoding, readonly Way[]>> {
  const simplified = { model: chinese(SIMPLIFIED, rowsOf('gb18030', 0xb0, 0xd7)) };
  const traditional = { model: chinese(TRADITIONAL, rowsOf('big5', 0xa4, 0xc6)) };
  const withKana = { model: japanese(0.62) };
  const ofNames = { model: japanese(0.1), cost: 3 };
  return {
    gb18030: [simplified, traditional],
    big5: [traditional],
    shift_jis: [withKana, ofNames],
    'euc-jp': [withKana, ofNames],
    'euc-kr': [{ model: korean() }],
  };
}
let made: ReturnType<typeof eastAsianWays> | null = null;

/** Log-likelihood of words in nats: the best of the languages that are written in an encoding. */
export function likelihoodOf(words: string, encoding: TextEncoding): number {
  const characters = [...words];
  made ??= eastAsianWays();
  return Math.max(
    ...(made[encoding] ?? [{ model: alphabetic }]).map(({ model, cost = 0 }: Way) =>
      characters.reduce(
        (sum, character, i) =>
          sum +
          (character === ' '
            ? 0
            : model(character, characters[i - 1] === ' ' ? '' : (characters[i - 1] ?? ''))),
        -cost,
      ),
    ),
  );
}

/**
 * How likely a decoded text is in the languages that are written in an encoding: unigram models of a few classes of
 * characters. What is compared are decodings of the same bytes; a wrong one gives rare characters, symbols, or capitals
 * within words. Detectors that count pairs of bytes need running text; tables hold a few words, many times.
 */
import type { TextEncoding } from '../encodings.js';
import { HANGUL, KANJI, SIMPLIFIED, TRADITIONAL } from './common-characters.js';

/** Natural logarithm of a character's probability, given the one before it (empty at the beginning of a word). */
type Model = (character: string, before: string) => number;

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

function chinese(common: string): Model {
  const rankOf = ranks(common);
  return eastAsian((character) => {
    const rank = rankOf.get(character);
    if (rank !== undefined) return rank < FIRST ? each(0.7, FIRST) : each(0.2, rankOf.size - FIRST);
    if (IDEOGRAPH.test(character)) return each(0.05, 20_000);
    return KANA.test(character) ? each(0.001, 170) : STRANGE;
  });
}

const knownKanji = new Set(KANJI);
const japanese = eastAsian((character) => {
  if (HIRAGANA.test(character)) return each(0.5, 83);
  if (KANA.test(character)) return each(0.12, 86);
  if (knownKanji.has(character)) return each(0.15, knownKanji.size);
  if (IDEOGRAPH.test(character)) return each(0.15, 6000);
  return HALF_WIDTH_KANA.test(character) ? each(0.001, 63) : STRANGE;
});

const knownSyllables = new Set(HANGUL);
const korean = eastAsian((character) => {
  if (knownSyllables.has(character)) return each(0.8, knownSyllables.size);
  if (SYLLABLE.test(character)) return each(0.15, 2100);
  return IDEOGRAPH.test(character) ? each(0.01, 4888) : STRANGE;
});

/** Letters, and the accents of windows-1258 that follow them. */
const LATIN = /\p{Script=Latin}|[\u0300-\u036f]/u;
const LETTER = /\p{Letter}/u;

/** Languages with alphabets: capitals begin words, and a word is in one script. */
const alphabetic: Model = (character, before) => {
  if (/\d/.test(character)) return ASCII;
  if (!/[\p{Letter}\p{Mark}]/u.test(character)) {
    if (/[’‘“”„–—…«»¿¡·°]/.test(character)) return Math.log(3e-3);
    return character < '\x7f' ? ASCII_SIGN : Math.log(1e-5);
  }
  const withinWord = LETTER.test(before);
  if (withinWord && LATIN.test(character) !== LATIN.test(before)) return STRANGE;
  if (/[A-Za-z]/.test(character)) return ASCII;
  if (/\p{Lu}/u.test(character)) return Math.log(withinWord ? (/\p{Lu}/u.test(before) ? 1e-3 : 1e-5) : 3e-3);
  if (LATIN.test(character)) return Math.log(withinWord && before > '\x7f' ? 2e-3 : 0.015);
  return Math.log(LETTER.test(character) ? 0.025 : 3e-3);
};

const EAST_ASIAN: Partial<Record<TextEncoding, readonly Model[]>> = {
  gb18030: [chinese(SIMPLIFIED), chinese(TRADITIONAL)],
  big5: [chinese(TRADITIONAL)],
  shift_jis: [japanese],
  'euc-jp': [japanese],
  'euc-kr': [korean],
};

/** Log-likelihood of words in nats: the best of the languages that are written in an encoding. */
export function likelihoodOf(words: string, encoding: TextEncoding): number {
  const characters = [...words];
  return Math.max(
    ...(EAST_ASIAN[encoding] ?? [alphabetic]).map((model) =>
      characters.reduce(
        (sum, character, i) =>
          sum +
          (character === ' '
            ? 0
            : model(character, characters[i - 1] === ' ' ? '' : (characters[i - 1] ?? ''))),
        0,
      ),
    ),
  );
}

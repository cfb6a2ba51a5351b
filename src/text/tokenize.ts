/** Text in, tokens out. */
import { intlSegmenter, type Segmenter } from './segmenter.js';

/**
 * What a token is. `word`: Chinese by the segmenter, everything else by Unicode words. `character`: a single one.
 * `auto`: words by each text's script, also where no spaces separate them (Chinese, Japanese, Thai, Lao, Khmer,
 * Burmese).
 */
export const TEXT_UNITS = ['word', 'character', 'auto'] as const;

/** A unit of text. */
export type TextUnit = (typeof TEXT_UNITS)[number];

const HAN = /\p{Script=Han}/u;
const WORD = /[\p{Letter}\p{Mark}\p{Number}]+(?:['’][\p{Letter}]+)*/gu;
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;
const HAN_OR_KANA = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const SPACELESS = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Japanese has more kana than this among Han and kana; Chinese borrows a の at most. */
const JAPANESE_KANA_SHARE = 0.2;

/**
 * Splits a text into lower-case tokens without punctuation: runs of Han characters by the segmenter (unit `word`) or
 * one by one (`character`), other scripts by Unicode words, or by letters and spaces. `auto` is `word`, but cuts
 * Japanese, kana with the Han between them, and the unspaced scripts of South-East Asia by ICU's dictionaries.
 */
export function tokenize(text: string, unit: TextUnit, segmenter: Segmenter): string[] {
  const normalised = text.normalize('NFKC').toLowerCase();
  if (unit === 'character')
    return [...normalised.replace(/\s+/gu, ' ').trim()].filter((c) => /[\p{Letter}\p{Number} ]/u.test(c));
  const segmenterOf = unit === 'auto' ? segmenterByScript(normalised, segmenter) : chineseOnly(segmenter);
  return (normalised.match(WORD) ?? []).flatMap((run) => {
    const chosen = segmenterOf(run);
    return chosen ? chosen.cut(run).filter((word) => word.trim()) : [run.replaceAll('’', "'")];
  });
}

/** What cuts a run of letters; null where it is one word already. */
type ChooseSegmenter = (run: string) => Segmenter | null;

const chineseOnly =
  (segmenter: Segmenter): ChooseSegmenter =>
  (run) =>
    HAN.test(run) ? segmenter : null;

function segmenterByScript(text: string, chinese: Segmenter): ChooseSegmenter {
  const eastAsian = isJapanese(text) ? intlSegmenter(null, 'ja') : chinese;
  const southEastAsian = SPACELESS.test(text) ? intlSegmenter(null, 'th') : null;
  return (run) => {
    if (HAN_OR_KANA.test(run)) return eastAsian;
    return southEastAsian && SPACELESS.test(run) ? southEastAsian : null;
  };
}

function isJapanese(text: string): boolean {
  if (!KANA.test(text)) return false;
  let kana = 0;
  let all = 0;
  for (const character of text) {
    if (!HAN_OR_KANA.test(character)) continue;
    all++;
    if (KANA.test(character)) kana++;
  }
  return kana > JAPANESE_KANA_SHARE * all;
}

/** Python's `\b\w\w+\b`: letters, numbers and the underscore, two or more. */
const TWO_OR_MORE = /[\p{Letter}\p{Number}_]{2,}/gu;

/**
 * Splits a text as `CountVectorizer` and `TfidfVectorizer` do by default: lower case, runs of two or more word
 * characters. A run of Chinese is one token; `tokenize` segments it.
 */
export function scikitTokens(text: string): string[] {
  return text.toLowerCase().match(TWO_OR_MORE) ?? [];
}

/** Text in, tokens out. */
import { intlSegmenter, type Segmenter } from './segmenter.js';

/**
 * What a token is. `word`: Chinese by the segmenter, everything else by Unicode words. `character`: a single one.
 * `auto`: words by each text's script, also where no spaces separate them (Chinese, Japanese, Thai, Lao, Khmer,
 * Burmese). `han-character`: Han and kana one by one, everything else by Unicode words. `given`: what stands between
 * spaces, for text that another program has segmented.
 */
export const TEXT_UNITS = ['word', 'character', 'auto', 'han-character', 'given'] as const;

/** A unit of text. */
export type TextUnit = (typeof TEXT_UNITS)[number];

/** The unit of models and commands where none is named. */
export const DEFAULT_UNIT: TextUnit = 'word';

/** Units that cut Chinese by the segmenter. */
export const segmentsWords = (unit: TextUnit): boolean => unit === 'word' || unit === 'auto';

/** What counts as a word and where it is cut. 1: as in models of earlier versions. Default for new ones: 2. */
export const TOKENIZER_VERSIONS = [1, 2] as const;
export type TokenizerVersion = (typeof TOKENIZER_VERSIONS)[number];

const HAN = /\p{Script=Han}/u;
const WORD = /[\p{Letter}\p{Mark}\p{Number}]+(?:['’][\p{Letter}]+)*/gu;
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;
const HAN_OR_KANA = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const SPACELESS = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Japanese has more kana than this among Han and kana; Chinese borrows a の at most. */
const JAPANESE_KANA_SHARE = 0.2;

// What is drawn differently is the same word: variation selectors, and the keycap of 1️⃣.
const INVISIBLE = /[\ufe00-\ufe0f\u20e3\u{e0100}-\u{e01ef}]/gu;

// Emoji of one or several code points: flags, skin tones, families. Digits and the signs of rights are none here.
const PICTURE = '(?![\\d#*©®])\\p{Emoji}\\p{Emoji_Modifier}?';
const EMOJI = `\\p{Regional_Indicator}{2}|${PICTURE}(?:\\u200d${PICTURE})*`;
// Ideographs have a branch of their own, which is several times faster than the whole class of letters.
const IDEOGRAPHS = '[\\u4e00-\\u9fff]+';
const LETTERS = `(?:${IDEOGRAPHS}|[\\p{Letter}\\p{Number}])(?:${IDEOGRAPHS}|[\\p{Letter}\\p{Mark}\\p{Number}])*(?:['’][\\p{Letter}]+)*`;
const CHARACTER = /[\p{Letter}\p{Number} ]/gu;
const WORD_OR_EMOJI = new RegExp(`${LETTERS}|${EMOJI}`, 'gu');
const EMOJI_OR_CHARACTER = new RegExp(`${EMOJI}|[\\p{Letter}\\p{Number} ]`, 'gu');
const IS_EMOJI = new RegExp(`^(?:${EMOJI})$`, 'u');
const HAS_CONTENT = new RegExp(`${EMOJI}|[\\p{Letter}\\p{Number}]`, 'u');
const ONE_OR_RUN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+/gu;

// Code units that these characters begin with; nearly no text has one, and this is found faster.
const MAYBE_INVISIBLE = /[\ufe00-\ufe0f\u20e3\udb40]/;

/** A text as its tokens are written: NFKC, lower case, and without what only changes how a character is drawn. */
export function normaliseText(text: string): string {
  const normal = text.normalize('NFKC').toLowerCase();
  return MAYBE_INVISIBLE.test(normal) ? normal.replace(INVISIBLE, '') : normal;
}

/**
 * Splits a text into lower-case tokens without punctuation: runs of Han characters by the segmenter (unit `word`) or
 * one by one (`character`), other scripts by Unicode words, or by letters and spaces. `auto` is `word`, but cuts
 * Japanese, kana with the Han between them, and the unspaced scripts of South-East Asia by ICU's dictionaries. Version
 * 2 keeps emoji as tokens, drops variation selectors and tells Japanese line by line; 1 (the default) does neither.
 */
export function tokenize(
  text: string,
  unit: TextUnit,
  segmenter: Segmenter,
  version: TokenizerVersion = 1,
): string[] {
  return splitText(text, unit, version, {
    segmenter,
    word: (run) => run,
    cut: (chosen, run) => chosen.cut(run),
    textOf: (token) => token,
  });
}

/** A token and its part of speech; null where the unit or the segmenter knows none. */
export interface TaggedToken {
  word: string;
  tag: string | null;
}

/** As `tokenize`, with parts of speech: the segmenter's, `eng` for other words, `m` for numbers, `x` for emoji. */
export function taggedTokens(
  text: string,
  unit: TextUnit,
  segmenter: Segmenter,
  version: TokenizerVersion,
): TaggedToken[] {
  return splitText<TaggedToken>(text, unit, version, {
    segmenter,
    word: (run) => ({ word: run, tag: segmentsWords(unit) ? tagOf(run) : null }),
    cut: (chosen, run) =>
      chosen.tag ? chosen.tag(run) : chosen.cut(run).map((word) => ({ word, tag: null })),
    textOf: (token) => token.word,
  });
}

/** How pieces of a text become tokens. */
interface Splitter<Token> {
  segmenter: Segmenter;
  /** Of a run of letters that is one word, an emoji or a character. */
  word(run: string): Token;
  /** Of runs without spaces between their words, joined by spaces, which are pieces too. */
  cut(segmenter: Segmenter, runs: string): Token[];
  textOf(token: Token): string;
}

function splitText<Token>(
  text: string,
  unit: TextUnit,
  version: TokenizerVersion,
  { segmenter, word, cut, textOf }: Splitter<Token>,
): Token[] {
  const normalised = version === 1 ? text.normalize('NFKC').toLowerCase() : normaliseText(text);
  if (unit === 'given')
    return normalised
      .split(/\s+/u)
      .filter((one) => HAS_CONTENT.test(one))
      .map(word);
  if (unit === 'character') {
    const characters = version === 1 ? CHARACTER : EMOJI_OR_CHARACTER;
    return (normalised.replace(/\s+/gu, ' ').trim().match(characters) ?? []).map(word);
  }
  const runs = (piece: string): string[] => piece.match(version === 1 ? WORD : WORD_OR_EMOJI) ?? [];
  const whole = (run: string): string => run.replaceAll('’', "'");
  if (unit === 'han-character')
    return runs(normalised).flatMap((run) => (whole(run).match(ONE_OR_RUN) ?? []).map(word));
  const tokens: Token[] = [];
  const add = (part: string, choose: ChooseSegmenter): void => {
    let waiting: string[] = [];
    let by: Segmenter | null = null;
    // Segmenters cut at spaces, and one call for many runs is faster than many.
    const flush = (): void => {
      if (by) for (const piece of cut(by, waiting.join(' '))) if (textOf(piece) !== ' ') tokens.push(piece);
      waiting = [];
    };
    for (const run of runs(part)) {
      const chosen = choose(run);
      if (chosen !== by) flush();
      by = chosen;
      if (chosen) waiting.push(run);
      else tokens.push(word(whole(run)));
    }
    flush();
  };
  if (unit === 'word') {
    add(normalised, chineseOnly(segmenter));
    return tokens;
  }
  const pieces = version === 1 ? [normalised] : normalised.split('\n');
  const isKana = isJapanese(normalised) && (version === 1 || !hasHanLines(pieces));
  for (const piece of pieces) {
    const japanese = version === 1 ? isKana : isJapanese(piece) || (isKana && !KANA.test(piece));
    add(piece, segmenterByScript(piece, japanese, segmenter));
  }
  return tokens;
}

function tagOf(run: string): string {
  if (IS_EMOJI.test(run)) return 'x';
  return /^\p{Number}+$/u.test(run) ? 'm' : 'eng';
}

/** Whether lines of Han alone are so many that they are Chinese beside the Japanese ones, a translation. */
function hasHanLines(lines: readonly string[]): boolean {
  const kana = lines.filter((line) => KANA.test(line)).length;
  const han = lines.filter((line) => HAN.test(line) && !KANA.test(line)).length;
  return 2 * han > kana;
}

/** The segmenter of a run of letters; null where it is a single word. */
type ChooseSegmenter = (run: string) => Segmenter | null;

const chineseOnly =
  (segmenter: Segmenter): ChooseSegmenter =>
  (run) =>
    HAN.test(run) ? segmenter : null;

// Opening one takes longer than cutting a line.
const opened = new Map<string, Segmenter>();
function byIcu(language: 'ja' | 'th'): Segmenter {
  const segmenter = opened.get(language) ?? intlSegmenter(null, language);
  opened.set(language, segmenter);
  return segmenter;
}

function segmenterByScript(text: string, isJapaneseText: boolean, chinese: Segmenter): ChooseSegmenter {
  const eastAsian = isJapaneseText ? byIcu('ja') : chinese;
  const southEastAsian = SPACELESS.test(text) ? byIcu('th') : null;
  return (run) => {
    if (HAN_OR_KANA.test(run)) return eastAsian;
    return southEastAsian && SPACELESS.test(run) ? southEastAsian : null;
  };
}

/** Whether a text has words that no spaces separate and that `word` leaves whole: Japanese, Thai, Lao, Khmer, Burmese. */
export const isUnspaced = (text: string): boolean => SPACELESS.test(text) || isJapanese(text);

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

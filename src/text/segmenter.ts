/** Cuts Chinese text into words. The native segmenter is loaded only where it is installed. */

/** A word and its part of speech, in jieba's letters: n… for nouns, v…, a…, eng, m for numbers, x for unknown. */
export interface TaggedWord {
  word: string;
  tag: string;
}

/** Cuts text into words. */
export interface Segmenter {
  /** Name: `nodejieba` (dictionary and hidden Markov model) or `intl` (the ICU dictionary of the platform). */
  name: 'nodejieba' | 'intl';
  /** The pieces of a text in order; joined they give the text again (a lone surrogate may become U+FFFD). */
  cut(text: string): string[];
  /** The same pieces with parts of speech; absent where the segmenter knows none. */
  tag?(text: string): TaggedWord[];
  /** The words of a text that weigh most, as `jieba.analyse` finds them; absent where the segmenter cannot. */
  keywords?(text: string, count: number, method: KeywordMethod): { word: string; weight: number }[];
  /** Why the better segmenter is not used, for the output and the run's record; else null. */
  note: string | null;
}

/** TF-IDF with jieba's document frequencies, or TextRank (Mihalcea and Tarau 2004). */
export const KEYWORD_METHODS = ['tfidf', 'textrank'] as const;
export type KeywordMethod = (typeof KEYWORD_METHODS)[number];

/** The part of nodejieba that is used here. */
interface Nodejieba {
  cut(text: string, hmm?: boolean): string[];
  cutAll?(text: string): string[];
  tag?(text: string): TaggedWord[];
  extract?(text: string, count: number): { word: string; weight: number }[];
  textRankExtract?(text: string, count: number): { word: string; weight: number }[];
  load?(dictionaries: { userDict?: string }): unknown;
  DEFAULT_USER_DICT?: string;
}

/** Loads the native segmenter; a stand-in for it in tests. */
export type LoadNodejieba = () => Promise<Nodejieba>;

/** Options of `loadSegmenter`. */
export interface SegmenterOptions {
  /** Path of a checked user dictionary (from `storeDictionary`), beside the segmenter's own; null for none. */
  dictionary?: string | null;
  /** Whether words that are in no dictionary are found by the hidden Markov model. Default: true. */
  hmm?: boolean;
  /**
   * Whether to cut as jieba 0.42 does where cppjieba does otherwise: a rare word of the dictionary that single
   * characters outweigh is cut into these, and Latin letters with digits stay one word. Default: false.
   */
  exact?: boolean;
}

const loadNative: LoadNodejieba = async () => {
  // Bundles for browsers have an empty module in its place (`browser` in package.json).
  const { requireOptional } = await import('../base/optional-package.js');
  return requireOptional('nodejieba') as Nodejieba;
};

/** The user dictionary in use: nodejieba has one set of dictionaries for the whole process. */
const inUse = new WeakMap<Nodejieba, string | null>();

/** The best word segmenter here: nodejieba where it is compiled, else `Intl.Segmenter` with a `note` why. */
export async function loadSegmenter(
  { dictionary = null, hmm = true, exact = false }: SegmenterOptions = {},
  load: LoadNodejieba = loadNative,
): Promise<Segmenter> {
  try {
    const nodejieba = await load();
    chooseDictionary(nodejieba, dictionary);
    // Its dictionaries are read at the first cut; one that fails must fail here.
    nodejieba.cut('音乐', true);
    const own = <Args extends unknown[], Result>(run: (...args: Args) => Result) => {
      return (...args: Args): Result => {
        chooseDictionary(nodejieba, dictionary);
        return run(...args);
      };
    };
    const cut = exact ? cutAsJieba(nodejieba, hmm) : (text: string) => nodejieba.cut(text, hmm);
    return {
      name: 'nodejieba',
      cut: own(cut),
      tag: own((text) => tagWords(nodejieba, text, cut(text))),
      keywords: own((text, count, method) =>
        method === 'tfidf' ? nodejieba.extract!(text, count) : nodejieba.textRankExtract!(text, count),
      ),
      note: null,
    };
  } catch {
    const without = dictionary === null ? '' : ', which takes no dictionary';
    return intlSegmenter(
      `nodejieba is not installed, so Chinese lyrics are segmented with Intl.Segmenter${without}; run "polytag setup" with a C++ compiler to use it.`,
    );
  }
}

/** Segmenters with different dictionaries can be used in turn: each cuts by its own. */
function chooseDictionary(nodejieba: Nodejieba, dictionary: string | null): void {
  if ((inUse.get(nodejieba) ?? null) === dictionary) return;
  const own = nodejieba.DEFAULT_USER_DICT;
  nodejieba.load?.(dictionary === null ? {} : { userDict: own ? `${own}|${dictionary}` : dictionary });
  inUse.set(nodejieba, dictionary);
}

/** Words whose origin is remembered: a corpus has fewer, and a text without end must not fill the memory. */
const MOST_REMEMBERED = 200_000;
const PAIR_BITS = 18;

/**
 * Answers about words, each found once. Words of two characters, which most are, have a hash table of numbers, where a
 * newer word takes the place of an older one: a Map hashes every string anew, which took a fifth of all the time.
 */
function remember(find: (word: string) => boolean): (word: string) => boolean {
  const known = new Map<string, boolean>();
  const pairs = new Uint32Array(1 << PAIR_BITS);
  const answers = new Uint8Array(1 << PAIR_BITS);
  return (word) => {
    if (word.length === 2) {
      const pair = (word.charCodeAt(0) << 16) | word.charCodeAt(1);
      const place = Math.imul(pair, 0x9e3779b1) >>> (32 - PAIR_BITS);
      if (pairs[place] !== pair >>> 0) {
        answers[place] = find(word) ? 1 : 0;
        pairs[place] = pair;
      }
      return answers[place] === 1;
    }
    let answer = known.get(word);
    if (answer === undefined) {
      answer = find(word);
      if (known.size === MOST_REMEMBERED) known.clear();
      known.set(word, answer);
    }
    return answer;
  };
}

function cutAsJieba(nodejieba: Nodejieba, hmm: boolean): (text: string) => string[] {
  const isMadeAlone = remember(
    (word) => !isSingle(word) && !LATIN.test(word) && nodejieba.cut(word, false).length > 1,
  );
  const isInDictionary = remember((word) => nodejieba.cutAll?.(word).includes(word) ?? false);
  /**
   * Whether the hidden Markov model made a piece: the dictionary alone cuts it further, which it then does in every
   * text. Single characters and Latin words may come from either.
   */
  const isMade = (word: string): boolean => word.length > 1 && isMadeAlone(word);
  return (text) => {
    let words = nodejieba.cut(text, hmm);
    if (hmm && words.some(isMade)) words = withoutRareWords(words, isMade, isInDictionary);
    return LATIN_PIECE.test(text) ? joinLatin(words) : words;
  };
}

/**
 * What no word of the dictionary covers goes to the hidden Markov model as one run, unless jieba's dictionary has the
 * whole run, as a word that its single characters outweigh: then they stay single.
 */
function withoutRareWords(
  words: readonly string[],
  isMade: (word: string) => boolean,
  isInDictionary: (word: string) => boolean,
): string[] {
  const cut: string[] = [];
  let from = 0;
  for (let i = 0; i <= words.length; i++) {
    const isInRun = i < words.length && (isSingle(words[i]) || isMade(words[i]) || LATIN.test(words[i]));
    if (isInRun) continue;
    const run = words.slice(from, i);
    const whole = run.some(isMade) ? run.join('') : '';
    // One by one: a run can have more pieces than a call takes arguments.
    for (const piece of whole !== '' && isInDictionary(whole) ? whole : run) cut.push(piece);
    if (i < words.length) cut.push(words[i]);
    from = i + 1;
  }
  return cut;
}

const LATIN = /^[a-z0-9]+$/i;
const LATIN_PIECE = /[a-z0-9]/i;

function joinLatin(words: readonly string[]): string[] {
  const joined: string[] = [];
  let isLatin = false;
  for (const word of words) {
    const continues = isLatin && LATIN.test(word);
    if (continues) joined[joined.length - 1] += word;
    else joined.push(word);
    isLatin = LATIN.test(word);
  }
  return joined;
}

const isSingle = (text: string): boolean =>
  (text.length === 1 && text !== ' ') || (text.length === 2 && text.codePointAt(0)! > 0xffff);

/** Parts of speech of the pieces of a text; of one that cppjieba cuts otherwise, by itself. */
function tagWords(nodejieba: Nodejieba, text: string, words: readonly string[]): TaggedWord[] {
  const tagged = nodejieba.tag!(text);
  if (tagged.length === words.length && tagged.every(({ word }, i) => word === words[i])) return tagged;
  return words.map((word) => {
    const own = nodejieba.tag!(word);
    return { word, tag: own.length === 1 ? own[0].tag : LATIN.test(word) ? 'eng' : 'x' };
  });
}

/** Unicode text segmentation with ICU's Chinese dictionary, preferring the rules of `language`. */
export function intlSegmenter(note: string | null = null, language = 'zh'): Segmenter {
  const segmenter = new Intl.Segmenter(language, { granularity: 'word' });
  return {
    name: 'intl',
    cut: (text) => Array.from(segmenter.segment(text), (piece) => piece.segment),
    note,
  };
}

/** Cuts Chinese text into words. The native segmenter is loaded only where it is installed. */

/** Cuts text into words. */
export interface Segmenter {
  /** Which one: `nodejieba` (dictionary and hidden Markov model) or `intl` (the ICU dictionary of the platform). */
  name: 'nodejieba' | 'intl';
  /** The pieces of a text in order; joined they give the text again (a lone surrogate may become U+FFFD). */
  cut(text: string): string[];
  /** Why the better segmenter is not used, for the output and the run's record; else null. */
  note: string | null;
}

/** The part of nodejieba that is used here. */
interface Nodejieba {
  cut(text: string, strict?: boolean): string[];
  load?(dictionaries: { userDict?: string }): unknown;
  DEFAULT_USER_DICT?: string;
}

/** Loads the native segmenter; a stand-in for it in tests. */
export type LoadNodejieba = () => Promise<Nodejieba>;

/** Options of `loadSegmenter`. */
export interface SegmenterOptions {
  /** Path of a checked user dictionary (from `storeDictionary`), beside the segmenter's own; null for none. */
  dictionary?: string | null;
}

const loadNative: LoadNodejieba = async () => {
  // Bundles for browsers have an empty module in its place (`browser` in package.json).
  const { requireOptional } = await import('../base/optional-package.js');
  return requireOptional('nodejieba') as Nodejieba;
};

/** The user dictionary in use: nodejieba has one set of dictionaries for the whole process. */
const inUse = new WeakMap<Nodejieba, string | null>();

/**
 * The best word segmenter that works here: nodejieba where it is compiled, else `Intl.Segmenter` with a `note` that
 * says why.
 */
export async function loadSegmenter(
  { dictionary = null }: SegmenterOptions = {},
  load: LoadNodejieba = loadNative,
): Promise<Segmenter> {
  try {
    const nodejieba = await load();
    // Its dictionaries are read at the first cut; one that fails must fail here.
    nodejieba.cut('音乐', true);
    return {
      name: 'nodejieba',
      cut(text) {
        chooseDictionary(nodejieba, dictionary);
        return nodejieba.cut(text, true);
      },
      note: null,
    };
  } catch {
    const without = dictionary === null ? '' : ' without the dictionary of your own';
    return intlSegmenter(
      `nodejieba is not installed, so Chinese lyrics are segmented with Intl.Segmenter${without}; run "polytag setup" with a C++ compiler to have it.`,
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

/**
 * The segmenter of every platform (Unicode text segmentation with ICU's Chinese dictionary), preferring the rules of
 * `language`.
 */
export function intlSegmenter(note: string | null = null, language = 'zh'): Segmenter {
  const segmenter = new Intl.Segmenter(language, { granularity: 'word' });
  return {
    name: 'intl',
    cut: (text) => Array.from(segmenter.segment(text), (piece) => piece.segment),
    note,
  };
}

/** Cuts Chinese text into words. Runs in Node and the browser; the native segmenter is loaded only where it is. */

/** Cuts text into words. */
export interface Segmenter {
  /** Which one: `nodejieba` (dictionary and hidden Markov model) or `intl` (the ICU dictionary of the platform). */
  name: 'nodejieba' | 'intl';
  /** The pieces of a text in order; joined they give the text again (a lone surrogate may become U+FFFD). */
  cut(text: string): string[];
  /** A sentence when the better segmenter could not be had, for the output and the run's record; else null. */
  note: string | null;
}

/** The part of nodejieba that is used here. */
interface Nodejieba {
  cut(text: string, strict?: boolean): string[];
}

/** Loads the native segmenter; a stand-in for it in tests. */
export type LoadNodejieba = () => Promise<Nodejieba>;

const loadNative: LoadNodejieba = async () => {
  // The name is kept from bundlers: in a browser there is no addon to put into the bundle.
  const name = 'nodejieba';
  const loaded = (await import(/* @vite-ignore */ name)) as { default: Nodejieba };
  return loaded.default;
};

/**
 * The best word segmenter that works here: nodejieba where it has been compiled, else `Intl.Segmenter`.
 *
 * @param load - loads nodejieba
 * @returns a segmenter; its `note` says why it is not nodejieba
 */
export async function loadSegmenter(load: LoadNodejieba = loadNative): Promise<Segmenter> {
  try {
    const nodejieba = await load();
    // Its dictionaries are read at the first cut; one that fails must fail here.
    nodejieba.cut('音乐', true);
    return { name: 'nodejieba', cut: (text) => nodejieba.cut(text, true), note: null };
  } catch {
    return intlSegmenter(
      'nodejieba is not compiled here, so Chinese lyrics are segmented with Intl.Segmenter; run "npm run setup" with a C++ compiler to have it.',
    );
  }
}

/**
 * The segmenter that every platform has (Unicode text segmentation with ICU's Chinese dictionary).
 *
 * @param note - why it is used, or null
 * @returns the segmenter
 */
export function intlSegmenter(note: string | null = null): Segmenter {
  const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });
  return {
    name: 'intl',
    cut: (text) => Array.from(segmenter.segment(text), (piece) => piece.segment),
    note,
  };
}

/** Which style a recording has, by the tags that the published tagger gives it. */
import type { ScoredTag } from '../../../catalogue/tag/top-tags.js';
import type { StyleName } from '../../project/schema.js';

/**
 * Styles by the tags of MagnaTagATune that speak for them. Tags that say nothing of a style, such as who sings, are in
 * none.
 */
const TAGS_OF_STYLES: Record<StyleName, readonly string[]> = {
  folk: ['guitar', 'flute', 'country', 'sitar', 'indian', 'harp', 'solo', 'weird'],
  pop: [
    'pop',
    'rock',
    'techno',
    'electronic',
    'dance',
    'beat',
    'beats',
    'drums',
    'synth',
    'fast',
    'loud',
    'metal',
  ],
  waltz: ['classical', 'classic', 'strings', 'violin', 'cello', 'harpsichord'],
  ballad: ['slow', 'soft', 'quiet', 'piano', 'ambient', 'new age', 'choir', 'choral', 'opera'],
};

/** The style of what would be a waltz, in bars of another length. */
const NO_WALTZ: StyleName = 'ballad';

const STYLE_OF_TAG = new Map(
  Object.entries(TAGS_OF_STYLES).flatMap(([style, tags]) => tags.map((tag) => [tag, style as StyleName])),
);

/**
 * The style of the best tag that speaks for one; null where none does.
 *
 * @param ranked - tags, best first
 * @param beats - quarters of a bar: a waltz has three
 */
export function styleOfTags(ranked: readonly Pick<ScoredTag, 'tag'>[], beats: number): StyleName | null {
  const style = ranked.map(({ tag }) => STYLE_OF_TAG.get(tag)).find((one) => one !== undefined);
  if (style === undefined) return null;
  return style === 'waltz' && beats !== 3 ? NO_WALTZ : style;
}

/** How long passages are in a style, and in which form they usually come. */
import type { StyleName } from '../project/schema.js';

/** The form of a style. */
export interface StyleForm {
  /** Bars of a passage, the most usual number first. */
  bars: readonly number[];
  /** Passages as they usually follow one another, for a new piece. */
  form: string;
}

/**
 * Folk tunes of dances have two parts of eight bars, each played twice; songs have verse and chorus of eight bars in turn;
 * waltzes strains of sixteen; ballads the thirty-two bars AABA of the American songbook.
 */
export const formOfStyle: Record<StyleName, StyleForm> = {
  folk: { bars: [8, 4, 2], form: 'AABB' },
  pop: { bars: [8, 4, 16], form: 'ABAB' },
  waltz: { bars: [16, 8, 4], form: 'AABB' },
  ballad: { bars: [8, 4, 16], form: 'AABA' },
};

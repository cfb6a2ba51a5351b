/** How many rows a frozen model makes of a recording, and what it needs for them. */
import type { FrozenRows } from './kind.js';

/** Windows of the model that are whole in so many rows of its source. */
export const wholeSteps = (rows: number, { step, span }: FrozenRows): number =>
  Math.max(0, Math.floor((rows - span) / step) + 1);

/**
 * Rows that the model makes of a recording with so many rows of its source: a rest that fills no window is left out, and a
 * recording shorter than a window gives one, filled up as the model does it.
 */
export const frozenSteps = (rows: number, frozen: FrozenRows): number =>
  rows === 0 ? 0 : Math.max(1, wholeSteps(rows, frozen));

/** Rows of the source in so many of the model's windows. */
export const sourceRows = (steps: number, { step, span }: FrozenRows): number => (steps - 1) * step + span;

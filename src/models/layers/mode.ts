/** Whether a network is being trained. */
import type { RandomGenerator } from '../../base/random.js';

/** In training, batch moments are used and recorded, and dropout draws its masks from `random`. */
export type ForwardMode = { training: false } | { training: true; random: RandomGenerator };

/** The mode of evaluation. */
export const INFERENCE: ForwardMode = { training: false };

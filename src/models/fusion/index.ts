/** Every fusion by the name that `model.fusion.kind` gives it. */
import { concat } from './concat.js';
import { lateAverage } from './late-average.js';
import { selfAttention } from './self-attention.js';

export const fusions = { 'self-attention': selfAttention, concat, 'late-average': lateAverage };

/** Name of a fusion. */
export type FusionName = keyof typeof fusions;

/** Every fusion by the name that `model.fusion.kind` gives it. */
import { concat } from './concat.js';
import { crossAttention } from './cross-attention.js';
import { gated } from './gated.js';
import { lateAverage } from './late-average.js';
import { linear } from './linear.js';
import { recurrent } from './recurrent.js';
import { selfAttention } from './self-attention.js';

export const fusions = {
  'self-attention': selfAttention,
  'cross-attention': crossAttention,
  gated,
  recurrent,
  concat,
  linear,
  'late-average': lateAverage,
};

/** Name of a fusion. */
export type FusionName = keyof typeof fusions;

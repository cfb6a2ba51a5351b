/** Exponential moving average of weights (Polyak and Juditsky 1992; Tarvainen and Valpola 2017). */
import { z } from 'zod';
import type { AverageKind } from './average.js';

const options = z.strictObject({
  kind: z.literal('ema').describe('Exponential moving average over the steps, from the first on.'),
  decay: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.999)
    .describe(
      'Part of the average that a step keeps: it spans about 1 / (1 - decay) steps. In the first steps it is (1 + n) / (10 + n), where that is less.',
    ),
});

export const ema: AverageKind<typeof options> = {
  options,
  every: 'step',
  renewsStatistics: false,
  share: ({ decay }, { updates }) => 1 - Math.min(decay, (1 + updates) / (10 + updates)),
};

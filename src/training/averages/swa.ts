/** Stochastic weight averaging (Izmailov, Podoprikhin, Garipov, Vetrov and Wilson 2018). */
import { z } from 'zod';
import type { AverageKind } from './average.js';

const options = z.strictObject({
  kind: z
    .literal('swa')
    .describe('Stochastic weight averaging: the mean of the weights after each of the last epochs.'),
  from: z
    .number()
    .min(0)
    .lt(1)
    .default(0.75)
    .describe(
      'Part of training.epochs after which it begins; the weights of each further epoch are taken in.',
    ),
});

export const swa: AverageKind<typeof options> = {
  options,
  every: 'epoch',
  renewsStatistics: true,
  share: ({ from }, { updates, epoch, epochs }) =>
    epoch < Math.floor(from * epochs) ? 0 : 1 / (updates + 1),
};

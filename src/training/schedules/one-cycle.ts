/** One rise and one fall of the rate, while the momentum falls and rises (Smith and Topin 2019). */
import { z } from 'zod';
import type { ScheduleKind } from './schedule.js';

const share = z.number().min(0).lt(1);

const options = z.strictObject({
  kind: z
    .literal('one-cycle')
    .describe(
      'The rate rises to training.optimizer.learning_rate and falls far below where it began, as in PyTorch’s OneCycleLR and fastai’s fit_one_cycle.',
    ),
  pct_start: z.number().gt(0).lt(1).default(0.3).describe('Part of all steps in which the rate rises.'),
  div_factor: z.number().min(1).default(25).describe('The first rate is the largest divided by this.'),
  final_div_factor: z.number().min(1).default(10_000).describe('The last rate is the first divided by this.'),
  anneal: z.enum(['cosine', 'linear']).default('cosine').describe('The form of the rise and of the fall.'),
  momentum: z
    .tuple([share, share])
    .nullable()
    .default([0.85, 0.95])
    .describe(
      'Least and largest momentum (of Adam: β₁); it is least where the rate is largest. null: it stays as it is, as it must with rmsprop.',
    ),
});

type Options = z.output<typeof options>;

/** Between two values; `part` in [0, 1]. */
const between = (anneal: Options['anneal'], from: number, to: number, part: number): number =>
  anneal === 'linear' ? from + (to - from) * part : to + ((from - to) * (1 + Math.cos(Math.PI * part))) / 2;

export const oneCycle: ScheduleKind<typeof options> = {
  options,
  at({ pct_start, div_factor, final_div_factor, anneal, momentum }, { step, totalSteps }) {
    const [top, last] = [pct_start * totalSteps - 1, totalSteps - 1];
    const first = 1 / div_factor;
    const [least, most] = momentum ?? [];
    const at = (rates: [number, number], momenta: [number?, number?], part: number) => ({
      rate: between(anneal, ...rates, part),
      ...(momentum && { momentum: between(anneal, momenta[0]!, momenta[1]!, part) }),
    });
    if (step <= top && top > 0) return at([first, 1], [most, least], step / top);
    // Of fewer steps than a rise needs, the first has the whole rate.
    const fallen = Math.max(0, step - Math.max(0, top)) / Math.max(1, last - Math.max(0, top));
    return at([1, first / final_div_factor], [least, most], fallen);
  },
};

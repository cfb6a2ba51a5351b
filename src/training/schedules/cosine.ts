/** Cosine annealing, with warm restarts where they are asked for (Loshchilov and Hutter 2017). */
import { z } from 'zod';
import type { ScheduleKind } from './schedule.js';

const options = z.strictObject({
  kind: z.literal('cosine').default('cosine').describe('The rate falls by half a cosine over all epochs.'),
  floor: z.number().min(0).max(1).default(0.01).describe('The last rate, as a part of the first.'),
  restarts: z
    .strictObject({
      epochs: z.int().positive().describe('Epochs of the first cosine.'),
      multiplier: z.int().positive().default(1).describe('Each cosine is so many times as long as the last.'),
    })
    .optional()
    .describe('Begins a new cosine from the whole rate where one ends. Default: one cosine over all epochs.'),
});

/** Step in the cosine that is under way, and its length. */
function cycleAt(step: number, first: number, multiplier: number): { within: number; length: number } {
  let [within, length] = [step, first];
  while (within >= length) {
    within -= length;
    length *= multiplier;
  }
  return { within, length };
}

export const cosine: ScheduleKind<typeof options> = {
  options,
  at({ floor, restarts }, { step, totalSteps, stepsPerEpoch }) {
    const { within, length } = restarts
      ? cycleAt(step, restarts.epochs * stepsPerEpoch, restarts.multiplier)
      : { within: step, length: totalSteps };
    return { rate: floor + ((1 - floor) * (1 + Math.cos((Math.PI * within) / length))) / 2 };
  },
};

/** Learning rate over the course of training. */
import { z } from 'zod';
import { keysOf } from '../base/registry.js';

/** Arguments of a schedule. */
interface ScheduleOptions {
  floor: number;
  every_epochs: number;
  factor: number;
}

/** The factor of the learning rate at a point of training. */
type ScheduleShape = (
  schedule: ScheduleOptions,
  progress: { step: number; totalSteps: number; epoch: number },
) => number;

const shapes = {
  constant: () => 1,
  cosine: ({ floor }, { step, totalSteps }) =>
    floor + ((1 - floor) * (1 + Math.cos((Math.PI * step) / totalSteps))) / 2,
  step: ({ factor, every_epochs }, { epoch }) => factor ** Math.floor(epoch / every_epochs),
} satisfies Record<string, ScheduleShape>;

export const scheduleSchema = z
  .strictObject({
    kind: z.enum(keysOf(shapes)).default('cosine').describe('How the rate falls over all epochs.'),
    warmup_steps: z
      .int()
      .nonnegative()
      .default(0)
      .describe('Steps over which the rate rises linearly from zero.'),
    floor: z.number().min(0).max(1).default(0.01).describe('cosine: the last rate, as a part of the first.'),
    every_epochs: z.int().positive().default(10).describe('step: the rate falls after this many epochs.'),
    factor: z.number().positive().max(1).default(0.3).describe('step: by this factor.'),
  })
  .prefault({})
  .describe('Learning rate over the course of training.');

/** A schedule with every option written out. */
export type Schedule = z.output<typeof scheduleSchema>;

/** The learning rate's factor in [0, 1] after `step` steps (cosine annealing: Loshchilov and Hutter 2017). */
export function learningRateFactor(
  schedule: Schedule,
  step: number,
  stepsPerEpoch: number,
  epochs: number,
): number {
  const warmup = schedule.warmup_steps > 0 ? Math.min(1, (step + 1) / schedule.warmup_steps) : 1;
  const progress = { step, totalSteps: stepsPerEpoch * epochs, epoch: Math.floor(step / stepsPerEpoch) };
  return warmup * (shapes[schedule.kind] as ScheduleShape)(schedule, progress);
}

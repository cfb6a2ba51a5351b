/** A rate that falls by a factor every few epochs. */
import { z } from 'zod';
import type { ScheduleKind } from './schedule.js';

const options = z.strictObject({
  kind: z.literal('step').describe('The rate falls by a factor every few epochs.'),
  every_epochs: z.int().positive().default(10).describe('The rate falls after this many epochs.'),
  factor: z.number().positive().max(1).default(0.3).describe('By this factor.'),
});

export const step: ScheduleKind<typeof options> = {
  options,
  at: ({ every_epochs, factor }, { step, stepsPerEpoch }) => ({
    rate: factor ** Math.floor(step / stepsPerEpoch / every_epochs),
  }),
};

/** The same rate throughout. */
import { z } from 'zod';
import type { ScheduleKind } from './schedule.js';

const options = z.strictObject({
  kind: z.literal('constant').describe('The rate stays as it is.'),
});

export const constant: ScheduleKind<typeof options> = { options, at: () => ({ rate: 1 }) };

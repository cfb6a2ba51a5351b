/** Every schedule of the learning rate by the name that `training.schedule.kind` gives it, and the warm-up before each. */
import { z } from 'zod';
import { constant } from './constant.js';
import { cosine } from './cosine.js';
import { oneCycle } from './one-cycle.js';
import type { Moment, ScheduleKind, StepFactors } from './schedule.js';
import { step } from './step.js';

/** Adding a schedule is one file and one line here. */
export const schedules = { cosine, constant, step, 'one-cycle': oneCycle };

/** The kind of a config that names none. */
const USUAL = 'cosine' satisfies keyof typeof schedules;

const warmup = {
  warmup_steps: z
    .int()
    .nonnegative()
    .default(0)
    .describe('Steps over which the rate rises linearly from zero; it is multiplied with the schedule.'),
};

const members = Object.values(schedules).map(({ options }) => (options as z.ZodObject).safeExtend(warmup));

/** Configs of earlier runs have every kind's options, with these values unless they were given. */
const WRITTEN_BEFORE: Readonly<Record<string, number>> = { floor: 0.01, every_epochs: 10, factor: 0.3 };

/** A schedule as it is written: the name of a kind alone, without a kind, or as an earlier version recorded it. */
function written(value: unknown): unknown {
  const named = typeof value === 'string' ? { kind: value } : value;
  if (typeof named !== 'object' || named === null) return named;
  const { kind = USUAL, ...options } = named as Record<string, unknown>;
  if (!Object.hasOwn(schedules, String(kind))) return { kind, ...options };
  const { shape } = schedules[kind as keyof typeof schedules].options;
  const meant = Object.entries(options).filter(
    ([key, option]) => key in shape || WRITTEN_BEFORE[key] !== option,
  );
  return { kind, ...Object.fromEntries(meant) };
}

/** Schema of a schedule, without a default. */
export const scheduleOptions = z.preprocess(
  written,
  z.discriminatedUnion('kind', members as never),
) as unknown as z.ZodType<Schedule>;

export const scheduleSchema = scheduleOptions
  .prefault({ kind: USUAL } as never)
  .describe('Learning rate over the course of training.');

/** A schedule with every option written out. */
export type Schedule = z.output<(typeof schedules)[keyof typeof schedules]['options']> & {
  warmup_steps: number;
};

/**
 * What the schedule decides for a step, from 0, of `epochs` epochs; the rate's factor is in (0, 1]. In the warm-up it is
 * multiplied by (step + 1) / warmup_steps, so that it is never 0.
 */
export function scheduleAt(
  schedule: Schedule,
  step: number,
  stepsPerEpoch: number,
  epochs: number,
): StepFactors {
  const warm = schedule.warmup_steps > 0 ? Math.min(1, (step + 1) / schedule.warmup_steps) : 1;
  const moment: Moment = { step, stepsPerEpoch, totalSteps: stepsPerEpoch * epochs };
  const factors = (schedules[schedule.kind] as unknown as ScheduleKind).at(schedule, moment);
  return { ...factors, rate: warm * factors.rate };
}

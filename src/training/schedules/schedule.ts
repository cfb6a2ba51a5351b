/** What a schedule is: the learning rate, and the momentum where it moves too, at each step of training. */
import type { z } from 'zod';

/** A step of training, from 0, and the length of the training that the schedule spans. */
export interface Moment {
  step: number;
  totalSteps: number;
  stepsPerEpoch: number;
}

/** What a schedule decides for a step. */
export interface StepFactors {
  /** Of the optimiser's learning rate, in (0, 1]. */
  rate: number;
  /** In place of the optimiser's momentum, and of Adam's β₁; absent where it stays. */
  momentum?: number;
}

/** A kind of schedule: its options under `training.schedule`, and its factors, a pure function of the step. */
export interface ScheduleKind<Schema extends z.ZodObject = z.ZodObject> {
  options: Schema;
  at(options: z.output<Schema>, moment: Moment): StepFactors;
}

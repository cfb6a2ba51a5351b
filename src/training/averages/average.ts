/** What an average of weights over training is. */
import type { z } from 'zod';

/** Where training stands when the average may take the present weights in. */
export interface AverageMoment {
  /** How often it has taken weights in. */
  updates: number;
  /** Epoch that is under way or has just ended, from 0, and how many there are at most. */
  epoch: number;
  epochs: number;
}

/** A kind of average: its options under `training.average`, and how much of the present weights it takes in. */
export interface AverageKind<Schema extends z.ZodObject = z.ZodObject> {
  options: Schema;
  /** When it may take weights in: after each step of the optimiser, or after each epoch. */
  every: 'step' | 'epoch';
  /**
   * Whether the statistics of batch normalisation are computed anew for the averaged weights, from the training split, in
   * place of the average of those that belonged to other weights.
   */
  renewsStatistics: boolean;
  /** Part of the present weights that it takes in, in (0, 1]; 0 while it has not begun. The first makes it equal to them. */
  share(options: z.output<Schema>, moment: AverageMoment): number;
}

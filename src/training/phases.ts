/**
 * Phases of training: the optimiser and the schedule that follow `training.optimizer` after some epochs, from the best
 * epoch's weights, as Won et al. (2020) go from Adam to SGD.
 */
import { z } from 'zod';
import { type OptimizerOptions, optimizerOptions } from './optimizers.js';
import { type Schedule, scheduleOptions } from './schedules/index.js';

const phaseSchema = z.strictObject({
  after: z.int().positive().describe('Epochs of the whole training before it begins.'),
  start: z
    .enum(['best', 'last'])
    .default('best')
    .describe(
      'best: it begins with the weights of the best epoch so far. last: it goes on with the present ones.',
    ),
  optimizer: optimizerOptions.describe(
    'How gradients change the weights. Its state is that of the last phase where the kind is the same, and new where it is another.',
  ),
  schedule: scheduleOptions
    .prefault({ kind: 'constant' } as never)
    .describe('Learning rate over the epochs of this phase.'),
});

export const phasesSchema = z
  .array(phaseSchema)
  .min(1)
  .superRefine((phases, context) => {
    const at = phases.findIndex(({ after }, i) => i > 0 && after <= phases[i - 1].after);
    if (at > 0)
      context.addIssue({
        code: 'custom',
        path: [at, 'after'],
        message: `a phase begins after the one before it, which begins after ${phases[at - 1].after} epochs; give a larger number`,
      });
  })
  .describe(
    'Further phases: after so many epochs, training goes on with another optimiser or rate. training.schedule then spans the epochs before the first of them (docs/training.md). Default: none.',
  );

/** The part of `training` that phases are made of. */
export interface PhasesConfig {
  epochs: number;
  optimizer: OptimizerOptions;
  schedule: Schedule;
  phases?: z.output<typeof phasesSchema>;
}

/** A phase: epochs `begin` up to `end`, from 0, exclusive. */
export interface Phase {
  index: number;
  begin: number;
  end: number;
  start: 'best' | 'last';
  optimizer: OptimizerOptions;
  schedule: Schedule;
}

/** The phases that `training.epochs` leaves room for, in order; one where the config names none. */
export function phasesOf({ epochs, optimizer, schedule, phases = [] }: PhasesConfig): Phase[] {
  const later = phases.filter(({ after }) => after < epochs);
  const all = [{ after: 0, start: 'last' as const, optimizer, schedule }, ...later];
  return all.map(({ after, ...rest }, index) => ({
    ...{ ...rest, index, begin: after },
    end: later[index]?.after ?? epochs,
  }));
}

/** The phase of an epoch, from 0. */
export const phaseAt = (phases: readonly Phase[], epoch: number): Phase =>
  phases.findLast(({ begin }) => begin <= epoch)!;

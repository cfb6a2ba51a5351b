import { UsageError } from '../../base/errors.js';
import type { Experiment } from '../schema.js';

/** Throws UsageError for changed test conditions, which are made of a network's inputs. */
export function requireNoConditions({ evaluation }: Pick<Experiment, 'evaluation'>): void {
  if (evaluation.conditions.length > 0)
    throw new UsageError(
      'evaluation.conditions: the test conditions are changed for networks only; remove them for model.baseline.',
    );
}

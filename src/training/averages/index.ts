/** Every average of weights by the name that `training.average.kind` gives it. */
import type { z } from 'zod';
import { unionOfOptions } from '../../base/registry.js';
import { ema } from './ema.js';
import { swa } from './swa.js';

/** Adding an average is one file and one line here. */
export const averages = { ema, swa };

export const averageSchema = unionOfOptions('kind', averages).describe(
  'An average of the weights over training, which is evaluated and kept in place of the weights themselves (docs/training.md). Default: none.',
);

/** An average with every option written out. */
export type AverageOptions = z.output<typeof averageSchema>;

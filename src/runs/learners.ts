/** Every learner; which one a config takes. */
import type { Config } from '../config/schema.js';
import { baselineLearner } from './baseline/learner.js';
import type { Learner } from './learner.js';
import { networkLearner } from './network/learner.js';

export function learnerOf({ model }: Pick<Config, 'model'>): Learner {
  return model.baseline ? baselineLearner : networkLearner;
}

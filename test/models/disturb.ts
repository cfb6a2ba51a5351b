/** Weights unlike those that a network begins with. */
import { randomGenerator } from '../../src/base/random.js';
import type { TaggingModel } from '../../src/models/model.js';

/**
 * Gives every weight and running average another value.
 *
 * @param change - least and largest number that is added to a weight. Default: enough for gammas of both signs
 */
export function disturb(model: TaggingModel, [least, largest] = [-1.5, 0.7]): void {
  const random = randomGenerator(11, 'disturb');
  const weights = model.parameters.read();
  for (const [name, { values }] of weights)
    for (const i of values.keys())
      values[i] = name.endsWith('/variance')
        ? random.between(0.2, 2)
        : values[i] + random.between(least, largest);
  model.parameters.write(weights);
}

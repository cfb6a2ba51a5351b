/** Inputs that are removed, to see what a model depends on. */
import { z } from 'zod';
import { conditionChange } from './change.js';

/** Removes inputs by name: silence in place of audio, a text without words in place of lyrics. */
export const absent = conditionChange({
  option: z
    .array(z.string())
    .default([])
    .describe('Inputs that are removed: silence, or a text without words.'),
  words: (names) => (names.length > 0 ? `without ${names.join(' and ')}` : null),
  problem: (names, taken) => {
    const missing = names.find((name) => !taken.some((input) => input.name === name));
    return missing === undefined
      ? null
      : `the model does not take ${missing}, only ${taken.map(({ name }) => name).join(', ')}; remove it.`;
  },
  batches: (names) => ({ absent: names }),
});

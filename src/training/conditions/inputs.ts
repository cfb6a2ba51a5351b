/** Changes of the inputs: removed to see what a model depends on, or with noise to see how robust it is. */
import { z } from 'zod';
import { keysOf } from '../../base/registry.js';
import { noises } from '../../features/augment/level-and-noise.js';
import { augmentSchema } from '../augment/schema.js';
import { conditionChange, isAudio } from './change.js';

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

/** Adds noise to every chunk at one ratio of powers, in dB, as an augmentation with probability 1. */
export const noise = conditionChange({
  option: z
    .strictObject({
      snr: z.number().min(-20).max(100).describe('Power of the music over that of the noise, in dB.'),
      colour: z
        .enum(keysOf(noises))
        .default('white')
        .describe('white: equal power per Hz; pink: per octave.'),
    })
    .optional()
    .describe('Noise added to the recordings, at a ratio to each chunk.'),
  words: (noise) => (noise ? `${noise.colour} noise at ${noise.snr} dB` : null),
  problem: (_, taken) =>
    taken.some(isAudio) ? null : 'a lyrics-only model has no audio to add noise to; remove noise.',
  changesSound: true,
  batches: (noise) => ({
    augment: augmentSchema.parse({
      noise: { probability: 1, snr: [noise!.snr, noise!.snr], colours: [noise!.colour] },
    }),
    augmentsRecordings: true,
  }),
});

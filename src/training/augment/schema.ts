/** The schema of augmentation: `training.augment`. */

import { z } from 'zod';
import { MP3_BIT_RATES } from '../../audio/encode/mp3-round-trip.js';
import { keysOf } from '../../base/registry.js';
import { noises } from '../../features/augment/level-and-noise.js';
import { randomFilters } from '../../features/augment/random-filter.js';
import { MEL } from '../../inputs/mel.js';
import { WAVEFORM } from '../../inputs/waveform.js';

/** Name in the feature store of the samples that augmentation changes, and kind of the input that has them. */
export const SOUND = WAVEFORM;

/** Name in the feature store of the samples before `inputs.pre_emphasis`, where the input `waveform` is filtered too. */
export const UNFILTERED = 'unfiltered waveform';

const probability = (usual: number): z.ZodDefault<z.ZodNumber> =>
  z.number().min(0).max(1).default(usual).describe('Probability that an example is changed.');

/** Two numbers between which one is drawn evenly. */
const range = (low: number, high: number, usual: [number, number]) => {
  const limit = z.number().min(low).max(high);
  return z
    .tuple([limit, limit])
    .refine(([least, most]) => least <= most, 'the first number must not be above the second')
    .default(usual);
};

export const augmentSchema = z
  .strictObject({
    time_stretch: z
      .strictObject({
        probability: probability(0.3),
        rate: range(0.25, 4, [0.9, 1.1]).describe('Speed; 2 is twice as fast.'),
      })
      .optional()
      .describe('Speed without pitch, by phase vocoder.'),
    pitch_shift: z
      .strictObject({
        probability: probability(0.3),
        semitones: range(-24, 24, [-2, 2]).describe('Shift in semitones.'),
      })
      .optional()
      .describe('Pitch without speed, by phase vocoder.'),
    filter: z
      .strictObject({
        probability: probability(0.3),
        kinds: z
          .array(z.enum(keysOf(randomFilters)))
          .min(1)
          .default(keysOf(randomFilters))
          .describe('Kinds of filter, of which one is drawn.'),
        decibels: range(-40, 40, [-9, 9]).describe('Change of each of an equaliser’s four bands.'),
      })
      .optional()
      .describe('Random filters: other rooms and loudspeakers.'),
    noise: z
      .strictObject({
        probability: probability(0.3),
        snr: range(-20, 100, [10, 30]).describe('Power of the music over that of the noise, in dB.'),
        colours: z
          .array(z.enum(keysOf(noises)))
          .min(1)
          .default(keysOf(noises))
          .describe('Colours of noise, of which one is drawn.'),
      })
      .optional()
      .describe('Added noise.'),
    gain: z
      .strictObject({
        probability: probability(0.5),
        decibels: range(-60, 60, [-12, 6]).describe('Change of the level.'),
      })
      .optional()
      .describe('Louder or softer.'),
    polarity: z
      .strictObject({ probability: probability(0.5) })
      .optional()
      .describe('The waveform upside down.'),
    mp3: z
      .strictObject({
        probability: probability(0.3),
        bit_rates: z
          .array(z.literal(MP3_BIT_RATES))
          .min(1)
          .default([32, 64, 128])
          .describe('Constant bit rates in kbit/s, of which one is drawn.'),
      })
      .optional()
      .describe('Encoded as MP3 by LAME, in mono, and decoded.'),
    excerpt: z
      .strictObject({
        probability: probability(0.3),
        seconds: range(0.1, 600, [5, 10]).describe('Length of what is left.'),
      })
      .optional()
      .describe('Silence before and after the middle of the chunk.'),
    mixup: z
      .strictObject({
        probability: probability(1),
        alpha: z
          .number()
          .min(0.01)
          .max(100)
          .default(0.2)
          .describe('Of Beta(α, α), which weights are drawn from: near 0, one example nearly alone.'),
        domain: z
          .enum([SOUND, MEL])
          .default(SOUND)
          .describe(
            'What is mixed: the sounds, so that every input is of the same mixture; or log-mel spectrograms, for models that take no waveform.',
          ),
      })
      .optional()
      .describe('Two examples of a batch and their labels mixed (Zhang et al. 2018).'),
    spec_augment: z
      .strictObject({
        probability: probability(1),
        frequency_masks: z.int().nonnegative().default(2).describe('Number of masks over frequencies.'),
        frequency_width: z.int().nonnegative().default(12).describe('Widest frequency mask, in mel bands.'),
        time_masks: z.int().nonnegative().default(2).describe('Number of masks over time.'),
        time_width: z.int().nonnegative().default(32).describe('Widest time mask, in frames.'),
        time_fraction: z
          .number()
          .min(0)
          .max(1)
          .default(1)
          .describe('No time mask covers more than this part of a chunk.'),
      })
      .optional()
      .describe('Masks on the log-mel spectrogram (Park et al. 2019), filled with its mean.'),
  })
  .describe(
    'Random changes of the training chunks, in this order; none unless named. All but spec_augment, and mixup of mel, change the sound itself and need the waveform in the feature store.',
  );

/** Augmentation with every option written out. */
export type AugmentSettings = z.output<typeof augmentSchema>;

/** Augmentations of the sound itself. */
const OF_SOUND = [
  'time_stretch',
  'pitch_shift',
  'filter',
  'noise',
  'gain',
  'polarity',
  'mp3',
  'excerpt',
] as const;

/** Whether augmentation needs samples: false where it only masks or mixes spectrograms. */
export function needsWaveform(settings: AugmentSettings): boolean {
  return OF_SOUND.some((name) => settings[name]) || settings.mixup?.domain === SOUND;
}

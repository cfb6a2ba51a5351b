/**
 * Changes of the inputs: removed, to see what a model depends on, or with their sound changed, each an augmentation with
 * probability 1 and one strength.
 */
import { z } from 'zod';
import { MP3_BIT_RATES } from '../../audio/encode/mp3-round-trip.js';
import { keysOf } from '../../base/registry.js';
import { noises } from '../../features/augment/level-and-noise.js';
import { augmentSchema } from '../augment/schema.js';
import { type ConditionChange, conditionChange, isAudio } from './change.js';

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

type Augment = z.input<typeof augmentSchema>;

/**
 * A change that augments every chunk. `augment` and `problem`, of a chunk's length in seconds, get a value that changes
 * something.
 */
function soundChange<Option extends z.ZodType>(
  option: Option,
  words: (value: z.output<Option>) => string | null,
  augment: (value: NonNullable<z.output<Option>>) => Augment,
  problem: (value: NonNullable<z.output<Option>>, chunkSeconds: number) => string | null = () => null,
): ConditionChange<Option> {
  return conditionChange({
    option,
    words,
    problem: (value, taken, chunkSeconds) =>
      taken.some(isAudio)
        ? problem(value!, chunkSeconds)
        : 'a lyrics-only model has no audio to change; remove the condition.',
    changesSound: true,
    batches: (value) => ({ augment: augmentSchema.parse(augment(value!)), augmentsRecordings: true }),
  });
}

/** Adds noise to every chunk at one ratio of powers, in dB. */
export const noise = soundChange(
  z
    .strictObject({
      snr: z.number().min(-20).max(100).describe('Power of the music over that of the noise, in dB.'),
      colour: z
        .enum(keysOf(noises))
        .default('white')
        .describe('white: equal power per Hz; pink: per octave.'),
    })
    .optional()
    .describe('Noise added to the recordings, at a ratio to each chunk.'),
  (noise) => (noise ? `${noise.colour} noise at ${noise.snr} dB` : null),
  ({ snr, colour }) => ({ noise: { probability: 1, snr: [snr, snr], colours: [colour] } }),
);

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value)}`;

/** Shifts the pitch of every chunk. */
export const pitch = soundChange(
  z.number().min(-24).max(24).default(0).describe('Shift of the pitch in semitones, at the same speed.'),
  (semitones) => (semitones === 0 ? null : `pitch ${signed(semitones)} semitones`),
  (semitones) => ({ pitch_shift: { probability: 1, semitones: [semitones, semitones] } }),
);

/** Changes the speed of every chunk. */
export const tempo = soundChange(
  z.number().min(0.25).max(4).default(1).describe('Speed at the same pitch; 2 is twice as fast.'),
  (rate) => (rate === 1 ? null : `tempo × ${rate}`),
  (rate) => ({ time_stretch: { probability: 1, rate: [rate, rate] } }),
);

/** Encodes every chunk as MP3 and decodes it. */
export const mp3 = soundChange(
  z
    .literal(MP3_BIT_RATES)
    .optional()
    .describe('Constant bit rate in kbit/s of the MP3 that every chunk is encoded as, in mono, and decoded.'),
  (bitRate) => (bitRate === undefined ? null : `MP3 at ${bitRate} kbit/s`),
  (bitRate) => ({ mp3: { probability: 1, bit_rates: [bitRate] } }),
);

/** Leaves the middle of every chunk, between silence. */
export const excerpt = soundChange(
  z
    .number()
    .min(0.1)
    .max(600)
    .optional()
    .describe('Seconds of each chunk that are left, in its middle; the rest is silence.'),
  (seconds) => (seconds === undefined ? null : `${seconds} s excerpts`),
  (seconds) => ({ excerpt: { probability: 1, seconds: [seconds, seconds] } }),
  (seconds, chunkSeconds) =>
    seconds < chunkSeconds
      ? null
      : `an excerpt of ${seconds} s leaves chunks of ${chunkSeconds} s (inputs.chunk_seconds) as they are; give fewer seconds.`,
);

/** The interface of an input. */
import { z } from 'zod';
import { WINDOWS, type WindowName, type WindowSettings } from '../features/framing.js';
import type { AudioFeature, AudioSettings } from './audio-feature.js';
import {
  describePreparation,
  type PreparationConfig,
  preparationIn,
  preparationOf,
  preparedFeature,
} from './prepared-sound.js';

export { type AudioFeature, type AudioSettings, hasFrames, isSamples } from './audio-feature.js';

/** Size of an input's window, without the batch. */
export interface InputSize {
  /** Frames, samples (waveform) or tokens (lyrics). */
  length: number;
  /** Numbers per frame, 1 (waveform) or the vocabulary's size (lyrics). */
  width: number;
  /** Of samples, in Hz; absent for other inputs, and in models of earlier versions. */
  sampleRate?: number;
}

interface KindBasics<Schema extends z.ZodType> {
  /** Options under `inputs.<name>`; each has a default. */
  options: Schema;
  /** Kind of branch that takes it when none is named; null for an input that only baselines take. */
  branch: string | null;
  /** Name of the input whose options it has where a config gives it none. Default: its own defaults. */
  like?: string;
  /** For a model's card: the input in one line, without its window. */
  describe(settings: Record<string, unknown>): string;
}

/** What becomes of the stored rows of one window, such as samples, where an input is computed of each window alone. */
export interface WindowFeature {
  /** Samples from one step to the next. */
  hopLength: number;
  /** Numbers per step. */
  width: number;
  /** Value of digital silence. */
  silence: number;
  /** Steps of a window of so many stored rows. Throws RangeError when there are too few. */
  steps(rows: number): number;
  /** The steps of a window, row-major [steps × width]. */
  compute(rows: Float32Array): Float32Array;
}

/** How a frozen model makes an input's rows, each of a window of its own, from the rows of another feature. */
export interface FrozenRows {
  /** What the model takes, as the feature store would keep it. */
  source: { kind: string; settings: AudioSettings };
  /** Rows of the source from the beginning of one window to that of the next, and in a window. */
  step: number;
  span: number;
}

/** An input that is computed from a recording. */
export interface AudioKind<Schema extends z.ZodType = z.ZodType> extends KindBasics<Schema> {
  source: 'audio';
  /** Part of the feature store's key: changes whenever the numbers under the same settings do. */
  version: string;
  /** The settings that decide the stored numbers. */
  settings(options: z.output<Schema>, sampleRate: number): AudioSettings;
  /** The same with every default written out, for a stored model. Default: the settings themselves. */
  written?(settings: AudioSettings): AudioSettings;
  /** The feature under such settings; samples, where `window` makes something of them. */
  feature(settings: AudioSettings): AudioFeature;
  /**
   * What is computed of the stored rows of each window alone, such as its samples; null where the settings ask for nothing
   * of the kind. Default: null.
   */
  window?(settings: AudioSettings): WindowFeature | null;
  /** For an input whose rows a frozen model makes, which its feature does not compute. Default: null. */
  frozen?(settings: AudioSettings): FrozenRows | null;
  /** Kind and settings of what the feature store keeps. Default: of this kind itself. */
  storedAs?(settings: AudioSettings): { kind: string; settings: AudioSettings } | null;
  /** Whether a window has exactly `chunk_seconds` where no input has frames of the recording. Default: false. */
  isExact?(options: z.output<Schema>): boolean;
  /** Shape of one window as a model takes it. Default: [length, width]. */
  shape?(size: InputSize): number[];
  /** Changes one window in place where the model's input depends on the window as a whole; null for nothing. */
  finishWindow?(options: z.output<Schema>): ((window: Float32Array) => void) | null;
  /** Whether its columns are frequencies, so that SpecAugment masks make sense. Default: false. */
  isSpectrogram?: boolean;
}

/** An input that is read from a text. */
export interface TextKind<Schema extends z.ZodType = z.ZodType> extends KindBasics<Schema> {
  source: 'text';
  /** Number of ids per text. */
  tokens(options: z.output<Schema>): number;
  /** Settings that decide the ids, as plain JSON, for a stored model. */
  settings(options: z.output<Schema>): Record<string, unknown>;
  /**
   * The options with the defaults of today that a config leaves out and models of earlier versions lack, for a new
   * model. Default: the options themselves.
   */
  written?(options: z.output<Schema>): z.output<Schema>;
}

/** A kind of input. */
export type InputKind = AudioKind | TextKind;

/**
 * Types an input's functions by its options, and lets what `inputs` says of the sound be done to the samples before any of
 * them; it is part of the settings only where it is given.
 */
export const audioKind = <Schema extends z.ZodType>(
  kind: Omit<AudioKind<Schema>, 'source'>,
): AudioKind<Schema> => ({
  source: 'audio',
  ...kind,
  settings: (options, sampleRate) => ({
    ...kind.settings(options, sampleRate),
    ...preparationIn(options as PreparationConfig),
  }),
  feature(settings) {
    const feature = kind.feature(settings);
    return preparedFeature(feature, settings);
  },
  ...(kind.written && {
    written: (settings: AudioSettings) => ({ ...kind.written!(settings), ...preparationOf(settings) }),
  }),
  describe: (settings) => kind.describe(settings) + describePreparation(preparationOf(settings)),
});

/** As `audioKind`. */
export const textKind = <Schema extends z.ZodType>(
  kind: Omit<TextKind<Schema>, 'source'>,
): TextKind<Schema> => ({ source: 'text', ...kind });

/** Length of a transform. */
export const powerOfTwo = z
  .int()
  .min(4)
  .refine((n) => (n & (n - 1)) === 0, 'must be a power of two');

/** The options of the window of a transform. */
export const windowOptions = {
  window: z
    .enum(WINDOWS)
    .optional()
    .describe(
      'Window of each frame: hann and hamming are periodic; hann-symmetric is Essentia’s. Default: hann.',
    ),
  window_length: z
    .int()
    .min(2)
    .optional()
    .describe('Samples of the window, in the middle of the frame; at most n_fft. Default: n_fft.'),
};

/** Whether the window of such options fits into its frame; the complaint where it does not. */
export const windowFits = ({ window_length: length, n_fft: nFft }: Record<string, unknown>): boolean =>
  typeof length !== 'number' || typeof nFft !== 'number' || length <= nFft;
export const WINDOW_TOO_LONG = { path: ['window_length'], message: 'must be at most n_fft' };

/** The window's settings as far as they differ from the first version's, so that keys of stored features stay. */
export const windowSettings = (options: {
  n_fft: number;
  window?: WindowName;
  window_length?: number;
}): Pick<WindowSettings, 'window' | 'winLength'> => ({
  ...(options.window !== undefined && options.window !== 'hann' && { window: options.window }),
  ...(options.window_length !== undefined &&
    options.window_length !== options.n_fft && { winLength: options.window_length }),
});

const WINDOW_TEXTS: Record<WindowName, string> = {
  hann: 'periodic Hann',
  hamming: 'periodic Hamming',
  'hann-symmetric': 'symmetric Hann',
};

/** The window of a transform in words, of a stored model's settings: `periodic Hamming of 400 samples`. */
export const describeWindow = ({
  transformWindow = 'hann',
  winLength,
}: {
  transformWindow?: WindowName;
  winLength?: number;
}): string => `${WINDOW_TEXTS[transformWindow]}${winLength === undefined ? '' : ` of ${winLength} samples`}`;

/** Standardisation of the model's input; the feature store keeps the numbers as they are. */
export const standardise = z
  .union([
    z.enum(['none', 'per-clip', 'per-band']),
    z.strictObject({
      mean: z.number().describe('Subtracted from each number.'),
      deviation: z.number().positive().describe('What is left is divided by it.'),
    }),
  ])
  .optional()
  .describe(
    'per-clip: each window to mean 0 and deviation 1; per-band: each band by its mean and deviation over the training split, which the model keeps; {mean, deviation}: all numbers by these two, as published transformers take them. Default: none.',
  );

/** A standardisation in a config. */
export type Standardisation = NonNullable<z.output<typeof standardise>>;

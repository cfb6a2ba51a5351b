/** The interface of an input. */
import { z } from 'zod';
import { joinSamples } from '../audio/samples.js';
import { EnvelopeGate, type EnvelopeSettings } from '../features/envelope.js';
import type { RowStream } from '../features/stream.js';
import { preEmphasis } from '../features/timbre/pre-emphasis.js';

/** Size of an input's window, without the batch. */
export interface InputSize {
  /** Frames, samples (waveform) or tokens (lyrics). */
  length: number;
  /** Numbers per frame, 1 (waveform) or the vocabulary's size (lyrics). */
  width: number;
  /** Of samples, in Hz; absent for other inputs, and in models of earlier versions. */
  sampleRate?: number;
}

/** Everything that decides the stored numbers of an audio feature, as plain JSON. */
export interface AudioSettings {
  /** In Hz; the mean of the channels, resampled. */
  sampleRate: number;
  [option: string]: unknown;
}

/** An audio feature under given settings. */
export interface AudioFeature {
  /** Samples from one step to the next; null for one row per recording. */
  hopLength: number | null;
  /** Numbers per step. */
  width: number;
  /** Value of digital silence; also used after the end of a recording. */
  silence: number;
  /** Computes the rows of a signal that comes in pieces; together they equal those of the whole signal, to the bit. */
  stream(): RowStream;
  /** Samples before the first and after the last step's instant that `rows` needs. Default: 0. */
  margin: number;
  /** Rows of a changed sound, row-major [steps × width]; `samples` begin `margin` before the first step. */
  rows(samples: Float32Array, steps: number): Float32Array;
}

/** Whether a feature is samples: one row for each, and no frames. */
export const isSamples = ({ hopLength }: AudioFeature): boolean => hopLength === 1;

/** Whether a feature has frames: it is neither samples nor one row per recording. */
export const hasFrames = ({ hopLength }: AudioFeature): boolean => (hopLength ?? 1) > 1;

interface KindBasics<Schema extends z.ZodType> {
  /** Options under `inputs.<name>`; each has a default. */
  options: Schema;
  /** Kind of branch that takes it when none is named; null for an input that only baselines take. */
  branch: string | null;
  /** For a model's card: the input in one line, without its window. */
  describe(settings: Record<string, unknown>): string;
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
  /** The feature under such settings. */
  feature(settings: AudioSettings): AudioFeature;
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

/** What happens to the samples before every audio input; part of the settings only where it is given. */
interface SampleSteps {
  envelope?: EnvelopeSettings;
  preEmphasis?: number;
}

const stepsOf = ({ envelope, preEmphasis }: SampleSteps): SampleSteps => ({
  ...(envelope !== undefined && { envelope }),
  ...(preEmphasis !== undefined && { preEmphasis }),
});

/**
 * Types an input's functions by its options, and lets `inputs.envelope` clean and `inputs.pre_emphasis` filter the samples
 * before any of them.
 */
export const audioKind = <Schema extends z.ZodType>(
  kind: Omit<AudioKind<Schema>, 'source'>,
): AudioKind<Schema> => ({
  source: 'audio',
  ...kind,
  settings(options, sampleRate) {
    const { envelope, pre_emphasis: preEmphasis } = options as SampleSteps & { pre_emphasis?: number };
    return { ...kind.settings(options, sampleRate), ...stepsOf({ envelope, preEmphasis }) };
  },
  feature(settings) {
    const { envelope, preEmphasis } = settings as SampleSteps;
    const feature = kind.feature(settings);
    const filtered = preEmphasis === undefined ? feature : preEmphasised(feature, preEmphasis);
    return envelope === undefined ? filtered : cleaned(filtered, envelope, settings.sampleRate);
  },
  ...(kind.written && {
    written: (settings: AudioSettings) => ({
      ...kind.written!(settings),
      ...stepsOf(settings as SampleSteps),
    }),
  }),
  describe({ envelope, preEmphasis, ...settings }) {
    const { threshold } = (envelope ?? {}) as Partial<EnvelopeSettings>;
    return [
      kind.describe(settings),
      ...(preEmphasis === undefined ? [] : [`pre-emphasis ${preEmphasis}`]),
      ...(threshold === undefined ? [] : [`envelope below ${threshold} dropped`]),
    ].join(', ');
  },
});

/** A feature of what is left of a recording; `rows` takes samples that are cleaned already. */
function cleaned(feature: AudioFeature, settings: EnvelopeSettings, sampleRate: number): AudioFeature {
  return {
    ...feature,
    stream() {
      const stream = feature.stream();
      const gate = new EnvelopeGate(settings, sampleRate);
      return {
        ...stream,
        push: (samples) => stream.push(gate.push(samples)),
        finish() {
          const parts = [stream.push(gate.finish()), stream.finish()];
          return joinSamples(parts.filter((part) => part !== null));
        },
      };
    },
  };
}

/** A feature of y[n] = x[n] - c x[n - 1], with silence before the recording. */
function preEmphasised(feature: AudioFeature, coefficient: number): AudioFeature {
  const filtered = (samples: Float32Array, before: number): Float32Array =>
    preEmphasis(samples, { coef: coefficient, zi: -coefficient * before });
  return {
    ...feature,
    margin: feature.margin + 1,
    stream() {
      const stream = feature.stream();
      let last = 0;
      return {
        ...stream,
        push(samples) {
          const out = filtered(samples, last);
          last = samples.at(-1) ?? last;
          return stream.push(out);
        },
      };
    },
    rows: (samples, steps) => feature.rows(filtered(samples, 0).subarray(1), steps),
  };
}

/** As `audioKind`. */
export const textKind = <Schema extends z.ZodType>(
  kind: Omit<TextKind<Schema>, 'source'>,
): TextKind<Schema> => ({ source: 'text', ...kind });

/** Length of a transform. */
export const powerOfTwo = z
  .int()
  .min(4)
  .refine((n) => (n & (n - 1)) === 0, 'must be a power of two');

/** Standardisation of the model's input; the feature store keeps the numbers as they are. */
export const standardise = z
  .enum(['none', 'per-clip', 'per-band'])
  .optional()
  .describe(
    'per-clip: each window to mean 0 and deviation 1; per-band: each band by its mean and deviation over the training split, which the model keeps. Default: none.',
  );

/** What is done to the samples before any audio input is computed: cleaning by the envelope, noise reduction, level, pre-emphasis, in this order. */
import { z } from 'zod';
import { joinSamples } from '../audio/samples.js';
import { type LevelOptions, normaliseLevel, USUAL_LEVELS } from '../features/cleaning/normalise-level.js';
import { NOISE_BANDS, reduceNoise } from '../features/cleaning/spectral-gate.js';
import { EnvelopeGate, type EnvelopeSettings } from '../features/envelope.js';
import { preEmphasis } from '../features/timbre/pre-emphasis.js';
import type { AudioFeature, AudioSettings } from './audio-feature.js';

const bands = z
  .array(z.number())
  .length(NOISE_BANDS)
  .describe('In dB, a number for each band from 0 Hz to half the sample rate.');

/** Keys of `inputs` that prepare the sound. */
export const preparationOptions = {
  envelope: z
    .strictObject({
      threshold: z
        .number()
        .gt(0)
        .lt(1)
        .default(0.0005)
        .describe('Mean magnitude, of full scale 1, below which sound is dropped.'),
      seconds: z
        .number()
        .positive()
        .max(10)
        .default(0.1)
        .describe('Length of the surroundings of a sample that the mean is of.'),
    })
    .optional()
    .describe(
      'Drops what lies below a threshold of the sound’s envelope, silence within a recording too, before every audio input; the rest moves together. Default: all is kept.',
    ),
  noise_reduction: z
    .strictObject({
      profile: z
        .union([
          z.string().min(1),
          z.strictObject({
            sample_rate: z.number().describe('In Hz, as inputs.sample_rate.'),
            mean: bands,
            deviation: bands,
          }),
        ])
        .optional()
        .describe(
          'Recording of the noise alone, as loud as it is in the recordings; a run’s config and its model have the levels of its bands in its place. Default: the quietest frames of each recording.',
        ),
      quietest: z
        .number()
        .gt(0)
        .max(1)
        .default(0.1)
        .describe(
          'Share of the recording’s frames, the quietest, that are taken for noise where there is no profile.',
        ),
      threshold: z
        .number()
        .nonnegative()
        .default(1.5)
        .describe('What is so many deviations above the noise of its band passes.'),
      reduction: z
        .number()
        .gt(0)
        .max(1)
        .default(1)
        .describe('How much of the rest is taken away: 1 for all.'),
    })
    .optional()
    .describe(
      'Spectral gating of the whole recording before every audio input, which is held in memory for it. Default: none.',
    ),
  normalise: z
    .discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('peak').describe('The largest sample.'),
        level: z.number().max(0).default(USUAL_LEVELS.peak).describe('In dB of full scale.'),
      }),
      z.strictObject({
        kind: z.literal('loudness').describe('The integrated loudness, as EBU R 128 measures it.'),
        level: z.number().min(-70).max(0).default(USUAL_LEVELS.loudness).describe('In LUFS.'),
      }),
    ])
    .optional()
    .describe(
      'Brings the whole recording to one level before every audio input; it is held in memory for it. Default: as it is.',
    ),
  pre_emphasis: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe(
      'Coefficient c of the filter x[n] - c x[n - 1] that raises high frequencies before every audio input; 0.97 is usual for speech. Default: none.',
    ),
};

/** Noise reduction with its options written out. */
export type GateSettings = z.output<(typeof preparationOptions)['noise_reduction']> & {};

/** The keys' values. */
export interface PreparationConfig {
  envelope?: EnvelopeSettings;
  noise_reduction?: GateSettings;
  normalise?: Required<LevelOptions>;
  pre_emphasis?: number;
}

/** The same among an input's settings, each only where it is given. */
export interface PreparationSettings {
  envelope?: EnvelopeSettings;
  noiseReduction?: GateSettings;
  normalise?: Required<LevelOptions>;
  preEmphasis?: number;
}

/** The part of an input's settings that prepares the sound. */
export const preparationOf = (settings: Record<string, unknown>): PreparationSettings => {
  const { envelope, noiseReduction, normalise, preEmphasis } = settings as PreparationSettings;
  return {
    ...(envelope && { envelope }),
    ...(noiseReduction && { noiseReduction }),
    ...(normalise && { normalise }),
    ...(preEmphasis !== undefined && { preEmphasis }),
  };
};

/** The settings of the keys' values. */
export const preparationIn = ({
  noise_reduction: noiseReduction,
  pre_emphasis: preEmphasis,
  ...same
}: PreparationConfig): PreparationSettings => preparationOf({ ...same, noiseReduction, preEmphasis });

/** The keys of `inputs` that prepare the sound, as far as they are given. */
export const preparationGiven = (inputs: PreparationConfig): PreparationConfig =>
  Object.fromEntries(
    Object.entries(inputs).filter(([key, value]) => key in preparationOptions && value !== undefined),
  );

/**
 * Whether an input's settings change the samples that are left, after cleaning by the envelope, before it is computed.
 */
export const isPrepared = (settings: Record<string, unknown>): boolean =>
  Object.keys(preparationOf({ ...settings, envelope: undefined })).length > 0;

/** For a model's card: `, noise reduction, -23 LUFS, pre-emphasis 0.97`; empty for nothing. */
export function describePreparation({
  envelope,
  noiseReduction,
  normalise,
  preEmphasis,
}: PreparationSettings): string {
  return [
    ...(envelope ? [`envelope below ${envelope.threshold} dropped`] : []),
    ...(noiseReduction
      ? [
          `noise${noiseReduction.profile ? ' of a profile' : ''} reduced by ${100 * noiseReduction.reduction} %`,
        ]
      : []),
    ...(normalise
      ? [normalise.kind === 'peak' ? `peak at ${normalise.level} dB` : `loudness ${normalise.level} LUFS`]
      : []),
    ...(preEmphasis !== undefined ? [`pre-emphasis ${preEmphasis}`] : []),
  ]
    .map((part) => `, ${part}`)
    .join('');
}

/** A feature of the prepared sound. `rows` takes samples that are cleaned by the envelope already. */
export function preparedFeature(feature: AudioFeature, settings: AudioSettings): AudioFeature {
  const { envelope } = preparationOf(settings);
  const changed = isPrepared(settings) ? changedFeature(feature, settings) : feature;
  return envelope ? cleaned(changed, envelope, settings.sampleRate) : changed;
}

/** A feature of what is left of a recording. */
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

function changedFeature(feature: AudioFeature, settings: AudioSettings): AudioFeature {
  const { noiseReduction, normalise, preEmphasis: coefficient } = preparationOf(settings);
  const filtered = coefficient === undefined ? feature : preEmphasised(feature, coefficient);
  if (!noiseReduction && !normalise) return filtered;
  const { sampleRate } = settings;
  return ofWhole(filtered, (samples) => {
    const clean = noiseReduction ? gated(samples, sampleRate, noiseReduction) : samples;
    return normalise ? normaliseLevel(clean, sampleRate, normalise) : clean;
  });
}

function gated(
  samples: Float32Array,
  sampleRate: number,
  { profile, ...options }: GateSettings,
): Float32Array {
  if (typeof profile === 'string') throw new Error(`The noise profile ${profile} was not measured.`);
  return reduceNoise(samples, sampleRate, { ...options, profile });
}

/**
 * A feature of a recording that is changed as a whole, so that its rows come at its end. `rows` changes what it is given:
 * a chunk of a sound that augmentation or a test condition has changed.
 */
function ofWhole(feature: AudioFeature, change: (samples: Float32Array) => Float32Array): AudioFeature {
  return {
    ...feature,
    stream() {
      const pieces: Float32Array[] = [];
      return {
        push(samples) {
          pieces.push(samples.slice());
          return null;
        },
        finish() {
          const stream = feature.stream();
          const rows = [stream.push(change(joinSamples(pieces))), stream.finish()];
          return joinSamples(rows.filter((part) => part !== null));
        },
      };
    },
    rows: (samples, steps) => feature.rows(change(samples), steps),
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

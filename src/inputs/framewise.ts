/** Every feature of `polytag features` that has a time axis, as an input: one row per frame. */
import { z } from 'zod';
import { joinSamples } from '../audio/samples.js';
import { logCompress } from '../features/compression.js';
import { KEY_PROFILE_NAMES } from '../features/harmony/key-profiles.js';
import {
  COMPRESSIONS,
  type FeatureSettings,
  type OptionName,
  optionSpecs,
} from '../features/kind-options.js';
import { type FeatureKind, type FeatureKindName, featureKinds, settingsFor } from '../features/kinds.js';
import type { WholeFeature } from '../features/matrix.js';
import { FeatureStream, type RowStream, rowStream } from '../features/stream.js';
import {
  type AudioFeature,
  type AudioKind,
  type AudioSettings,
  audioKind,
  powerOfTwo,
  standardise,
  WINDOW_TOO_LONG,
  windowFits,
  windowOptions,
} from './kind.js';

/** Options as a config has them; names as code has them, in snake case. */
const optionTypes: { [Name in Exclude<OptionName, 'sampleRate'>]: z.ZodType } = {
  hopLength: z.int().positive(),
  nFft: powerOfTwo,
  frameLength: z.int().min(4),
  bands: z.int().positive(),
  fMin: z.number().nonnegative(),
  fMax: z.number().positive().optional(),
  log: z.enum(COMPRESSIONS),
  nMfcc: z.int().positive(),
  bins: z.int().positive(),
  binsPerOctave: z.int().positive(),
  tuning: z.union([z.literal('estimated'), z.number().min(-0.5).max(0.5)]),
  rollPercent: z.number().gt(0).lt(1),
  winLength: z.int().min(2),
  window: windowOptions.window,
  windowLength: windowOptions.window_length,
  keyProfile: z.enum(KEY_PROFILE_NAMES),
};

/** Options that came later: left out where they are the defaults, so that the keys of stored features stay as they are. */
const LATER: readonly string[] = ['window', 'windowLength'];

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const DEFAULT_HOP = 256;

/** The meaning of an option, where it is another one than on the command line: frame by frame, no frame is the loudest. */
function meaningOf(name: keyof typeof optionTypes): string {
  if (name === 'log') return 'Compression: none; log10: log10(1 + 10000 x); db: decibels.';
  if (name === 'fMax') return 'Highest frequency in Hz. Default: half the sample rate.';
  return `${optionSpecs[name].describe}.`;
}

function optionsOf({ defaults, describe }: FeatureKind) {
  const usual: Record<string, unknown> = { hopLength: DEFAULT_HOP, ...defaults };
  const shape = Object.keys(usual).map((name) => {
    const type = optionTypes[name as keyof typeof optionTypes];
    if (LATER.includes(name)) return [snakeCase(name), type];
    const typed = usual[name] === undefined ? type : type.default(usual[name]);
    return [snakeCase(name), typed.describe(meaningOf(name as keyof typeof optionTypes))];
  });
  return z
    .strictObject({ ...Object.fromEntries(shape), standardise })
    .refine(windowFits, WINDOW_TOO_LONG)
    .describe(`${describe}.`) as z.ZodType<Record<string, unknown>>;
}

const isUsualWindow = (name: string, value: unknown, nFft: unknown): boolean =>
  (name === 'window' && value === 'hann') || (name === 'windowLength' && value === nFft);

/** Rows of an array whose last axis is time; what is undefined (the pitch of an unvoiced frame) is 0. */
function toRows({ shape, order, values }: WholeFeature, width: number): Float32Array {
  const frames = shape[shape.length - 1];
  const rows = order === 'F' || width === 1 ? values.slice() : new Float32Array(values.length);
  if (order === 'C' && width > 1)
    for (let band = 0; band < width; band++)
      for (let t = 0; t < frames; t++) rows[t * width + band] = values[band * frames + t];
  return rows.map((value) => (Number.isFinite(value) ? value : 0));
}

/** The compression that `log` names, frame by frame: decibels have no floor below the loudest frame. */
function compress(
  kind: FeatureKind,
  log: FeatureSettings['log'] | undefined,
  values: Float32Array,
): Float32Array {
  if (log === 'log10') return logCompress(values);
  return log === 'db' && 'decibels' in kind ? kind.decibels!(values, { topDb: null }) : values;
}

function featureOf(kind: FeatureKind, stored: AudioSettings): AudioFeature {
  const settings = settingsFor(kind, stored as Partial<FeatureSettings>);
  const { hopLength, log } = settings;
  const width = kind.width!(settings);
  if ('framing' in kind) {
    const framing = kind.framing(settings);
    const rowsOf = (samples: Float32Array) => {
      const rows = kind.rows(samples, settings, false);
      return { ...rows, values: compress(kind, log, rows.values) };
    };
    return {
      hopLength,
      width,
      silence: compress(kind, log, new Float32Array(1))[0],
      margin: Math.floor(framing.frameLength / 2),
      stream: () => rowStream(new FeatureStream(framing, rowsOf)),
      rows: (samples, steps) =>
        rowsOf(samples.subarray(0, (steps - 1) * hopLength + framing.frameLength)).values,
    };
  }
  const whole = (samples: Float32Array): Float32Array => toRows(kind.compute(samples, settings), width);
  return {
    hopLength,
    width,
    silence: 0,
    margin: 0,
    stream: () => wholeStream(whole),
    rows: (samples, steps) => whole(samples.subarray(0, steps * hopLength)).subarray(0, steps * width),
  };
}

/** Keeps the samples until the end, for features that need all of them. */
function wholeStream(compute: (samples: Float32Array) => Float32Array): RowStream {
  const parts: Float32Array[] = [];
  return {
    push(samples) {
      parts.push(samples.slice());
      return null;
    },
    finish: () => compute(joinSamples(parts)),
  };
}

function inputOf(name: string, kind: FeatureKind): AudioKind {
  return audioKind({
    options: optionsOf(kind),
    branch: 'frames',
    version: `polytag features ${name}`,
    settings(options, sampleRate) {
      const names = ['hopLength', ...Object.keys(kind.defaults)];
      const chosen = names.map((option) => [option, options[snakeCase(option)]]);
      const stored = chosen.filter(
        ([name, value]) => value !== undefined && !isUsualWindow(String(name), value, options.n_fft),
      );
      return { sampleRate, ...Object.fromEntries(stored) };
    },
    feature: (settings) => featureOf(kind, settings),
    describe: (settings) =>
      `${kind.describe} (${Object.entries(settings)
        .filter(([option]) => option !== 'sampleRate')
        .map(([option, value]) => `${snakeCase(option)} ${value}`)
        .join(', ')})`,
  });
}

/** A feature kind with a time axis, as an input. */
export const framewise = (name: FeatureKindName): AudioKind => inputOf(name, featureKinds[name]);

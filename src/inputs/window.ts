/** The inputs of one model, bound to their options, and the windows that it takes. */
import { UsageError } from '../base/errors.js';
import { wordless } from '../text/vocabulary.js';
import {
  type AudioFeature,
  type AudioKind,
  type AudioSettings,
  hasFrames,
  type InputSize,
  isSamples,
  type TextKind,
} from './kind.js';
import { type InputsConfig, inputEntries } from './schema.js';

/** Hop length where no input has frames: the grid that windows lie on. */
const DEFAULT_HOP = 256;

/** Means and deviations of an input's bands over the training split. */
export interface BandStatistics {
  means: number[];
  deviations: number[];
}

interface Bound {
  name: string;
  kindName: string;
  size: InputSize;
  /** Everything that computing the input depends on, as plain JSON. */
  settings: Record<string, unknown>;
}

/** An audio input of a model. */
export interface AudioInput extends Bound {
  source: 'audio';
  kind: AudioKind;
  /** Form in the feature store. */
  stored: AudioSettings;
  feature: AudioFeature;
  /** Whether each band is standardised by its statistics, which must be known. */
  isPerBand: boolean;
  statistics: BandStatistics | null;
  /** Changes the stored values of one window, in place, to the model's input. */
  finishWindow(window: Float32Array): void;
}

/** A text input of a model. */
export interface TextInput extends Bound {
  source: 'text';
  kind: TextKind;
}

/** An input of a model. */
export type Input = AudioInput | TextInput;

/** The grid of instants that windows begin at. */
export interface WindowGrid {
  /** In Hz. */
  sampleRate: number;
  /** Samples from one instant to the next. */
  hopLength: number;
  /** Instants in a window. */
  frames: number;
}

/** The inputs of a model and its window grid. */
export interface ModelInputSet {
  grid: WindowGrid;
  /** In the order of the kinds. */
  list: Input[];
}

/** The grid of a config's windows; throws UsageError when a window is shorter than one frame. */
export function windowGrid(inputs: InputsConfig): WindowGrid {
  const { sample_rate: sampleRate, chunk_seconds: seconds } = inputs;
  const hops = inputEntries(inputs).flatMap(({ kind, options }) => {
    if (kind.source !== 'audio') return [];
    const feature = kind.feature(kind.settings(options, sampleRate));
    return hasFrames(feature) ? [feature.hopLength!] : [];
  });
  const hopLength = hops[0] ?? DEFAULT_HOP;
  const frames = Math.floor((seconds * sampleRate) / hopLength);
  if (frames < 1)
    throw new UsageError(
      `inputs.chunk_seconds: ${seconds} s is shorter than one frame of ${hopLength} samples; give more.`,
    );
  return { sampleRate, hopLength, frames };
}

/** Values that the options leave open, learned from the training split. */
export interface LearnedInputs {
  /** Tokens by id, by name of a text input. */
  vocabularies?: Readonly<Record<string, readonly string[]>>;
  /** By name of an audio input with `standardise: per-band`. */
  statistics?: Readonly<Record<string, BandStatistics>>;
}

/** Binds inputs to their options; throws UsageError for a window below one frame or an unknown input. */
export function bindInputs(
  inputs: InputsConfig,
  names: readonly string[],
  learned: LearnedInputs = {},
): ModelInputSet {
  const grid = windowGrid(inputs);
  const entries = inputEntries(inputs);
  const missing = names.find((name) => !entries.some((entry) => entry.name === name));
  if (missing !== undefined)
    throw new UsageError(
      `inputs.${missing}: a branch takes this input, and the config does not have it; add it, or remove the branch.`,
    );
  const list = entries
    .filter(({ name }) => names.includes(name))
    .map(({ name, kindName, kind, options }): Input => {
      if (kind.source === 'text') {
        const width = learned.vocabularies?.[name]?.length ?? 0;
        const size = { length: kind.tokens(options), width };
        const settings = { ...kind.settings(options), vocabulary: width };
        return { source: 'text', name, kindName, kind, size, settings };
      }
      return bindAudio(name, kindName, kind, options, grid, learned.statistics?.[name] ?? null);
    });
  return { grid, list };
}

function bindAudio(
  name: string,
  kindName: string,
  kind: AudioKind,
  options: Record<string, unknown>,
  { sampleRate, hopLength, frames }: WindowGrid,
  statistics: BandStatistics | null,
): AudioInput {
  const stored = kind.settings(options, sampleRate);
  const feature = kind.feature(stored);
  const finish = kind.finishWindow?.(options) ?? null;
  const { standardise = 'none' } = options as { standardise?: 'none' | 'per-clip' | 'per-band' };
  const length = feature.hopLength === null ? 1 : Math.floor((frames * hopLength) / feature.hopLength);
  // `window` of a stored model is what is done to a window of the model; that of a transform has another name there.
  const { sampleRate: _, window: transformWindow, ...settings } = kind.written?.(stored) ?? stored;
  const { kind: _kind, ...optionsOfWindow } = options;
  return {
    source: 'audio',
    name,
    kindName,
    kind,
    stored,
    feature,
    statistics,
    isPerBand: standardise === 'per-band',
    size: { length: Math.max(1, length), width: feature.width, ...(isSamples(feature) && { sampleRate }) },
    settings: {
      ...settings,
      ...(transformWindow !== undefined && { transformWindow }),
      ...(finish && { window: optionsOfWindow }),
      ...(standardise !== 'none' && { standardise }),
    },
    finishWindow(window) {
      finish?.(window);
      if (standardise === 'per-clip') standardiseWindow(window);
      if (standardise === 'per-band') standardiseBands(window, statistics!);
    },
  };
}

/** Smallest deviation that is divided by: what does not vary stays 0. */
const SMALLEST_DEVIATION = 1e-8;

function standardiseWindow(window: Float32Array): void {
  let mean = 0;
  for (const value of window) mean += value / window.length;
  let variance = 0;
  for (const value of window) variance += (value - mean) ** 2 / window.length;
  const deviation = Math.max(SMALLEST_DEVIATION, Math.sqrt(variance));
  for (let i = 0; i < window.length; i++) window[i] = (window[i] - mean) / deviation;
}

function standardiseBands(window: Float32Array, { means, deviations }: BandStatistics): void {
  const width = means.length;
  for (let i = 0; i < window.length; i++)
    window[i] = (window[i] - means[i % width]) / Math.max(SMALLEST_DEVIATION, deviations[i % width]);
}

/** Windows as plain numbers: stored features and ids, before `finishWindow`. */
export interface WindowBatch {
  count: number;
  /** By input: audio row-major [count × length × width], text ids [count × length]. */
  values: Record<string, Float32Array | Int32Array>;
}

/** Numbers of one window of an input. */
export const windowSize = ({ source, size }: Input): number =>
  source === 'text' ? size.length : size.length * size.width;

/** Removes an input from window `index`: digital silence, or a text without words. */
export function silenceWindow(input: Input, values: Float32Array | Int32Array, index: number): void {
  const size = windowSize(input);
  const window = values.subarray(index * size, (index + 1) * size);
  if (input.source === 'audio') window.fill(input.feature.silence);
  else window.set(wordless(input.size.length));
}

/** The inputs of one model, bound to their options, and the windows that it takes. */
import { UsageError } from '../base/errors.js';
import { sourceRows } from './frozen-rows.js';
import { inputKinds } from './index.js';
import {
  type AudioFeature,
  type AudioKind,
  type AudioSettings,
  type FrozenRows,
  hasFrames,
  type InputSize,
  isSamples,
  type Standardisation,
  type TextKind,
  type WindowFeature,
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
  /** Rows of the feature in a window. */
  rows: number;
  /** What the rows of a window are made into before they become the model's input; null for nothing. */
  window: WindowFeature | null;
  /** How a frozen model makes the rows, and the feature that it takes; null for an input without one. */
  frozen: (FrozenRows & { feature: AudioFeature }) | null;
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
  /** Instants from the beginning of a window to that of the next. Default: frames. */
  step?: number;
  /** repeat: a recording shorter than a window is repeated in it. Default: silence follows it. */
  pad?: 'repeat';
}

/** The inputs of a model and its window grid. */
export interface ModelInputSet {
  grid: WindowGrid;
  /** In the order of the kinds. */
  list: Input[];
}

/** The grid of a config's windows; throws UsageError when a window is shorter than one frame. */
export function windowGrid(inputs: InputsConfig): WindowGrid {
  const { sample_rate: sampleRate, chunk_seconds: seconds, pad } = inputs;
  const audio = inputEntries(inputs).filter(({ kind }) => kind.source === 'audio');
  const hops = audio.flatMap(({ kind, options }) => {
    const { feature, settings } = kind as AudioKind;
    const own = feature(settings(options, sampleRate));
    return hasFrames(own) ? [own.hopLength!] : [];
  });
  const isExact = audio.some(({ kind, options }) => (kind as AudioKind).isExact?.(options));
  const samples = Math.round(seconds * sampleRate);
  const hopLength = hops[0] ?? (isExact ? divisorUpTo(DEFAULT_HOP, samples) : DEFAULT_HOP);
  const frames = Math.floor(isExact ? samples / hopLength : (seconds * sampleRate) / hopLength);
  if (frames < 1)
    throw new UsageError(
      `inputs.chunk_seconds: ${seconds} s is shorter than one frame of ${hopLength} samples; give more.`,
    );
  const step = stepOf(inputs.chunk_step_seconds, sampleRate / hopLength, frames);
  return {
    ...{ sampleRate, hopLength, frames },
    ...(step !== frames && { step }),
    ...(pad === 'repeat' && { pad }),
  };
}

/** Instants from one window to the next; throws UsageError where that is none, or leaves a gap between windows. */
function stepOf(seconds: number | undefined, perSecond: number, frames: number): number {
  if (seconds === undefined) return frames;
  const step = Math.round(seconds * perSecond);
  if (step < 1 || step > frames)
    throw new UsageError(
      `inputs.chunk_step_seconds: ${seconds} s must be at least one frame, ${1 / perSecond} s, and at most a window, ${frames / perSecond} s.`,
    );
  return step;
}

/** The largest number up to `most` that divides another. */
function divisorUpTo(most: number, whole: number): number {
  for (let divisor = Math.min(most, whole); divisor > 1; divisor--) if (whole % divisor === 0) return divisor;
  return 1;
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
  const window = kind.window?.(stored) ?? null;
  const finish = kind.finishWindow?.(options) ?? null;
  const { standardise = 'none' } = options as { standardise?: Standardisation };
  const frozen = kind.frozen?.(stored) ?? null;
  const rows =
    feature.hopLength === null ? 1 : Math.max(1, Math.floor((frames * hopLength) / feature.hopLength));
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
    rows,
    window,
    frozen: frozen && { ...frozen, feature: featureOfSource(frozen) },
    statistics,
    isPerBand: standardise === 'per-band',
    size: window
      ? { length: window.steps(rows), width: window.width }
      : { length: rows, width: feature.width, ...(isSamples(feature) && { sampleRate }) },
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
      if (typeof standardise === 'object') standardiseAll(window, standardise);
    },
  };
}

const featureOfSource = ({ source: { kind, settings } }: FrozenRows): AudioFeature =>
  (inputKinds[kind] as AudioKind).feature(settings);

/** An input whose rows a frozen model makes. */
export type FrozenInput = AudioInput & { frozen: NonNullable<AudioInput['frozen']> };

/** Those of a model's inputs whose rows a frozen model makes. */
export const frozenInputs = (list: readonly Input[]): FrozenInput[] =>
  list.filter((input): input is FrozenInput => input.source === 'audio' && input.frozen !== null);

/** Smallest deviation that is divided by: what does not vary stays 0. */
export const SMALLEST_DEVIATION = 1e-8;

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

function standardiseAll(
  window: Float32Array,
  { mean, deviation }: { mean: number; deviation: number },
): void {
  for (let i = 0; i < window.length; i++) window[i] = (window[i] - mean) / deviation;
}

/**
 * Seconds of sound that a window needs to be whole. Rows that are missing of a frozen model's embeddings count for nothing, so
 * that one window of that model is enough where no other input takes the recording.
 */
export function leastSeconds({ grid, list }: ModelInputSet): number {
  const { sampleRate, frames, hopLength } = grid;
  const audio = list.filter((input) => input.source === 'audio');
  const least = audio.map(({ frozen, feature }) =>
    frozen ? (frozen.span * feature.hopLength!) / frozen.step : frames * hopLength,
  );
  return Math.max(0, ...least) / sampleRate;
}

/** What becomes of a recording that is shorter than a window, in words. */
export const padText = ({ pad }: Pick<WindowGrid, 'pad'>): string =>
  pad === 'repeat' ? 'filled up by repeating it' : 'filled up with silence';

/** Samples from one step of an input to the next; 1 where it has no frames. */
export function stepLength(input: Input): number {
  if (input.source === 'text') return 1;
  return input.window?.hopLength ?? input.feature.hopLength ?? 1;
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

/** A batch of zeros: sound that is silent where silence is 0, and empty texts. */
export const blankWindows = (inputs: readonly Input[], count: number): WindowBatch => ({
  count,
  values: Object.fromEntries(
    inputs.map((input) => {
      const size = count * windowSize(input);
      return [input.name, input.source === 'text' ? new Int32Array(size) : new Float32Array(size)];
    }),
  ),
});

/**
 * An input as recordings are cut for it: where a frozen model makes its rows, as what that model takes of a window; NaN fills
 * what lies behind the end of the recording.
 */
export function cutForm<Form extends Input>(input: Form): Form {
  if (input.source === 'text' || !input.frozen) return input;
  const { rows, frozen } = input;
  return { ...input, size: { length: sourceRows(rows, frozen), width: frozen.feature.width } };
}

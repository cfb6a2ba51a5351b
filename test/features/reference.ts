/** librosa's values for signals, and how far ours are from them. */
import type { TestContext } from 'vitest';
import { bandsFirst, type FeatureMatrix } from '../../src/features/matrix.js';
import { type NpyArray, readGolden, readNpy, readNpz } from '../golden/read.js';
import { melody, sweep } from '../golden/signals.js';
import { needsShared, referenceJson, referencePath } from '../reference.js';

/** Sample rate of the signals, in Hz. */
export const SAMPLE_RATE = 16_000;

/** One of librosa's arrays; where it is large, only every n-th frame (or sample) of it is kept. */
interface LibrosaArray {
  /** Of the whole array: features × frames, or frames. */
  shape: number[];
  every: number;
  values: Float32Array;
}

interface Rhythm {
  onset_seconds: number[];
  tempo_bpm: number;
  /** From the median onset strength; null where there are none. */
  beats: {
    tempo_bpm: number;
    frames: number[];
    frames_untrimmed: number[];
    given: { bpm: number; frames: number[] };
  } | null;
}

/** A signal and what librosa computes from it. */
interface LibrosaSignal extends Rhythm {
  samples: Float32Array;
  array(name: string): LibrosaArray;
}

const { made, arrays } = await readGolden<{
  signals: Record<string, Rhythm & { every: Record<string, number>; shape: Record<string, number[]> }>;
}>('features');

const golden = (signal: string, samples: Float32Array): LibrosaSignal => {
  const { every, shape, ...rhythm } = made.signals[signal];
  return {
    ...rhythm,
    samples,
    array: (name) => ({
      shape: shape[name],
      every: every[name],
      values: arrays[`${signal}_${name}`].values,
    }),
  };
};

/** What librosa finds in the music of ../shared: the reference there has no beats. */
const MUSIC_BEATS = {
  tempo_bpm: 55.14705882,
  frames: [20, 88, 158, 226, 294, 359, 428, 494, 544],
  frames_untrimmed: [20, 88, 158, 226, 294, 359, 428, 494, 544, 620],
  given: {
    bpm: 156.25,
    frames: [
      20, 42, 65, 88, 111, 134, 158, 180, 202, 225, 247, 269, 293, 315, 337, 359, 382, 404, 428, 450, 472,
      495, 520, 544, 571, 596,
    ],
  },
};

const shared = async (signal: 'music' | 'sweep'): Promise<LibrosaSignal> => {
  const read = (name: string): NpyArray => readNpy(referencePath('reference', 'features', `${name}.npy`));
  const pitch = await readNpz(referencePath('reference', 'features', `${signal}_pyin.npz`));
  const rhythm = referenceJson<Record<string, number & number[]>>('reference', 'features', 'reference.json');
  return {
    samples: read(signal).values,
    array: (name) => ({
      every: 1,
      ...(name.startsWith('pyin_') ? pitch.arrays[name.slice(5)] : read(`${signal}_${name}`)),
    }),
    onset_seconds: rhythm[`${signal}_onset_seconds`],
    tempo_bpm: rhythm[`${signal}_tempo_bpm`],
    beats: signal === 'music' ? MUSIC_BEATS : null,
  };
};

const sources = {
  melody: () => golden('melody', melody()),
  sweep: () => golden('sweep', sweep()),
  'music of ../shared': () => shared('music'),
  'sweep of ../shared': () => shared('sweep'),
};

/** Signals with librosa's values: two of the golden file, which the tests make, and two recordings of ../shared. */
export const SIGNALS = Object.keys(sources) as (keyof typeof sources)[];

/** Those of the golden file. */
export const GOLDEN_SIGNALS = ['melody', 'sweep'] as const satisfies typeof SIGNALS;

/** One of the signals; skips the test where it is in ../shared and that is absent. */
export async function librosaSignal(name: keyof typeof sources, ctx: TestContext): Promise<LibrosaSignal> {
  if (name.endsWith('../shared')) needsShared(ctx);
  return sources[name]();
}

/** Largest difference of ours from librosa's array, relative to the largest magnitude in that. */
export function errorTo(expected: LibrosaArray, ours: FeatureMatrix | Float32Array): number {
  const whole = ours instanceof Float32Array ? ours : bandsFirst(ours);
  if (whole.length !== expected.shape.reduce((a, b) => a * b)) return Number.POSITIVE_INFINITY;
  const frames = expected.shape.at(-1)!;
  return relativeError(
    whole.filter((_, i) => (i % frames) % expected.every === 0),
    expected.values,
  );
}

/** Largest distance of two arrays of one length. */
export function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) throw new Error(`${a.length} numbers against ${b.length}`);
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i])), 0);
}

/** Largest difference relative to the expected array's largest magnitude; infinite when lengths differ. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let [error, largest] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    // Not a comparison by `>`, which a NaN would pass.
    const difference = Math.abs(actual[i] - expected[i]);
    error = difference <= error ? error : difference;
    largest = Math.max(largest, Math.abs(expected[i]));
  }
  return error / largest;
}

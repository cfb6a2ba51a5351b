/** What the package musicnn says of the synthetic melody; see test/golden/make_musicnn.py. */
import { logMelSpectrogram } from '../../src/features/mel.js';
import type { PackageNetwork } from '../../src/hub/published/musicnn.js';
import { noise } from '../features/known-signals.js';
import { type NpyArray, readGolden } from '../golden/read.js';
import { GOLDEN_RATE, melody } from '../golden/signals.js';

const { made, arrays } = await readGolden<{
  windows: number;
  labels: Record<'MTT' | 'MSD', string[]>;
  seeded: Record<PackageNetwork, Record<string, number[]>>;
}>('musicnn');

/** Networks of the package. */
export const NETWORKS = Object.keys(made.seeded) as PackageNetwork[];

export const FRAMES = 187;
export const BANDS = 96;

/** Windows in the melody. */
export const WINDOWS = made.windows;

/** An array: taggrams are windows × 50 tags, penultimate layers windows × 200. */
export const musicnnArray = (name: string): NpyArray => arrays[name];

/** Labels of the networks in their order. */
export const musicnnLabels = made.labels;

/** The melody's log-mel frames in whole windows: windows × 187 × 96. */
export function melodyWindows(): Float32Array {
  const settings = { sampleRate: GOLDEN_RATE, nFft: 512, hopLength: 256, melBands: BANDS };
  return logMelSpectrogram(melody(), settings).values.subarray(0, WINDOWS * FRAMES * BANDS);
}

/** Values from the noise of a variable, by the end of its name. */
const SEEDED: Record<string, (value: number, shape: number[]) => number> = {
  kernel: (n, shape) => n * Math.sqrt(3 / shape.slice(0, -1).reduce((a, b) => a * b, 1)),
  bias: (n) => 0.1 * n,
  gamma: (n) => 1 + 0.3 * n,
  beta: (n) => 0.2 * n,
  moving_mean: (n) => 0.2 * n,
  moving_variance: (n) => 1 + 0.5 * n,
};

/** A checkpoint of the package whose variables are noise, as the reader of a file would give it. */
export function seededCheckpoint(
  network: PackageNetwork,
): Map<string, { shape: number[]; read: () => Float32Array }> {
  return new Map(
    Object.entries(made.seeded[network]).map(([name, shape], n) => {
      const value = SEEDED[name.slice(name.lastIndexOf('/') + 1)];
      const length = shape.reduce((a, b) => a * b, 1);
      return [name, { shape, read: () => noise(length, 1 + n).map((each) => value(each, shape)) }];
    }),
  );
}

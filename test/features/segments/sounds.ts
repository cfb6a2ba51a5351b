/** Synthetic sounds one after the other, whose borders are known. */
import { randomGenerator } from '../../../src/base/random.js';
import { logCompress } from '../../../src/features/compression.js';
import type { FeatureMatrix } from '../../../src/features/matrix.js';
import { melSpectrogram } from '../../../src/features/mel.js';

export const SAMPLE_RATE = 16_000;
export const HOP_LENGTH = 256;

/** A sample by its number. */
export type Sound = (n: number) => number;

const random = randomGenerator(7, 'sounds');

export const sine =
  (hertz: number): Sound =>
  (n) =>
    0.3 * Math.sin((2 * Math.PI * hertz * n) / SAMPLE_RATE);
export const sawtooth =
  (hertz: number): Sound =>
  (n) =>
    0.3 * (2 * (((hertz * n) / SAMPLE_RATE) % 1) - 1);
export const noise =
  (deviation: number): Sound =>
  () =>
    deviation * random.normal();
export const silence: Sound = () => 0;

/** Sounds of some seconds each, one right after the other. */
export function concatenate(parts: readonly (readonly [Sound, number])[]): Float32Array {
  return Float32Array.from(
    parts.flatMap(([sound, seconds]) =>
      Array.from({ length: Math.round(seconds * SAMPLE_RATE) }, (_, n) => sound(n)),
    ),
  );
}

/** The log-mel spectrogram that the mel branch sees. */
export function logMel(samples: Float32Array): FeatureMatrix {
  const mel = melSpectrogram(samples, {
    sampleRate: SAMPLE_RATE,
    nFft: 512,
    hopLength: HOP_LENGTH,
    melBands: 96,
  });
  return { ...mel, values: logCompress(mel.values) };
}

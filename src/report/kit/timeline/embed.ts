/** Samples and matrices in the form in which pages hold them. */
import type { FeatureMatrix } from '../../../features/matrix.js';
import { poolFrames } from '../../../features/segments/self-similarity.js';
import type { EmbeddedImage, EmbeddedPeaks } from './data.js';

/** In Hz; what pages over time compute is of this rate. */
export const PAGE_RATE = 16_000;

/** Columns that a screen shows of a sixth of a recording. */
export const IMAGE_COLUMNS = 6000;

/** Pairs of smallest and largest sample. */
const WAVEFORM_BUCKETS = 24_000;

/** Bytes of numbers as base64. */
export const base64 = (values: Uint8Array | Int8Array | Float32Array): string =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');

/**
 * A matrix as a picture: `low` dark, `high` bright, neighbouring frames averaged where there are many.
 *
 * @param hopLength - samples at PAGE_RATE from one frame to the next; the first is centred on sample 0
 */
export function embedMatrix(
  matrix: FeatureMatrix,
  hopLength: number,
  low: number,
  high: number,
): EmbeddedImage {
  const framesPerColumn = Math.max(1, Math.ceil(matrix.frames / IMAGE_COLUMNS));
  const { values, frames, bands } = poolFrames(matrix, framesPerColumn);
  const brightness = Uint8Array.from(values, (value) =>
    Math.max(0, Math.min(255, Math.round((255 * (value - low)) / (high - low)))),
  );
  return {
    values: base64(brightness),
    columns: frames,
    rows: bands,
    // A frame stands for the time around its middle.
    begin: -hopLength / 2 / PAGE_RATE,
    secondsPerColumn: (framesPerColumn * hopLength) / PAGE_RATE,
  };
}

/** The outline of mono samples, and their root mean square. */
export function embedWaveform(samples: Float32Array): { peaks: EmbeddedPeaks; rms: number } {
  const buckets = Math.min(WAVEFORM_BUCKETS, samples.length);
  const pairs = new Float32Array(2 * buckets);
  let [peak, squares] = [0, 0];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const end = Math.floor(((bucket + 1) * samples.length) / buckets);
    let [low, high] = [Infinity, -Infinity];
    for (let n = Math.floor((bucket * samples.length) / buckets); n < end; n++) {
      const value = samples[n];
      if (value < low) low = value;
      if (value > high) high = value;
      squares += value * value;
    }
    pairs.set([low, high], 2 * bucket);
    peak = Math.max(peak, -low, high);
  }
  const scaled = Int8Array.from(pairs, (value) => Math.round((127 * value) / (peak || 1)));
  const peaks = { values: base64(scaled), buckets, peak };
  return { peaks, rms: Math.sqrt(squares / samples.length) };
}

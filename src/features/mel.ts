/** Mel spectrograms, with librosa's numbers. */
import { KernelMemory } from '../simd/load.js';
import { logCompress } from './compression.js';
import { frameCount, frameWindow, padForFraming } from './framing.js';
import { type FeatureMatrix, zeroMatrix } from './matrix.js';
import { type MelBandSettings, melFilters } from './mel-scale.js';
import { type StftSettings, spectrogram, stftFraming } from './stft.js';
import { FeatureStream } from './stream.js';

/** How a mel spectrogram is computed; names and meaning as in librosa. */
export interface MelSettings extends MelBandSettings, StftSettings {
  /** Exponent of the magnitudes before the bands. Default: 2. */
  power?: 1 | 2;
}

/** Frames given to the kernel at a time; a multiple of four. */
const BATCH = 256;

/** The kernel with its tables for some settings. */
interface MelKernel {
  /** Mel power of up to BATCH frames that begin at `first` of `padded`, to row `row` of `mel`. */
  run(padded: Float32Array, first: number, frames: number, mel: Float32Array, row: number): void;
}

function prepare(settings: MelSettings): MelKernel {
  const { nFft, hopLength, melBands } = settings;
  if (nFft < 16 || (nFft & (nFft - 1)) !== 0)
    throw new RangeError(`nFft must be a power of two from 16, not ${nFft}.`);
  const memory = new KernelMemory();
  const window = memory.place(frameWindow(settings));
  const table = memory.twiddles(nFft);
  const filterTable = new Int32Array(
    melFilters(settings).flatMap(({ first, weights }) => [first, weights.length, memory.place(weights)]),
  );
  const filters = memory.room(filterTable.length);
  new Int32Array(memory.kernels.memory.buffer, filters, filterTable.length).set(filterTable);
  const scratch = memory.room(4 * (3 * nFft + 4));
  const sampleCount = (BATCH - 1) * hopLength + nFft;
  const samples = memory.room(sampleCount);
  const output = memory.room(BATCH * melBands);
  return {
    run(padded, first, frames, mel, row) {
      const input = memory.floats(samples, sampleCount);
      const begin = first * hopLength;
      const part = padded.subarray(begin, begin + (frames - 1) * hopLength + nFft);
      input.set(part);
      // The last group of four may reach beyond the end; its extra frames are dropped.
      input.fill(0, part.length, Math.min(sampleCount, part.length + 4 * hopLength));
      const { kernels } = memory;
      kernels.melFrames(samples, frames, nFft, hopLength, window, table, filters, melBands, scratch, output);
      mel.set(memory.floats(output, frames * melBands), row * melBands);
    },
  };
}

/** The latest kernel: streams and batches ask for the same settings again and again. */
let latest: { key: string; kernel: MelKernel } | null = null;

function kernelFor(settings: MelSettings): MelKernel {
  const { sampleRate, nFft, hopLength, window, winLength, melBands } = settings;
  const { scale, norm, weighting, fMin, fMax } = settings;
  const frame = [sampleRate, nFft, hopLength, window, winLength];
  const key = [...frame, melBands, scale, norm, weighting, fMin, fMax].join();
  if (latest?.key !== key) latest = { key, kernel: prepare(settings) };
  return latest.kernel;
}

/** Bands of magnitudes: the kernel computes power only. */
function magnitudeBands(samples: Float32Array, settings: MelSettings): FeatureMatrix {
  const magnitude = spectrogram(samples, settings, 1);
  const filters = melFilters(settings);
  const mel = zeroMatrix(magnitude.frames, filters.length);
  for (let t = 0; t < magnitude.frames; t++) {
    const bins = magnitude.values.subarray(t * magnitude.bands, (t + 1) * magnitude.bands);
    for (const [band, { first, weights }] of filters.entries()) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k] * bins[first + k];
      mel.values[t * filters.length + band] = sum;
    }
  }
  return mel;
}

/**
 * Mel spectrogram of mono samples, frames × bands: by default of power 2, centred frames with zero padding, Slaney
 * scale and area norm, as librosa.feature.melspectrogram. Single precision. Throws RangeError when nFft is not a power
 * of two, or the signal too short to be reflected.
 */
export function melSpectrogram(samples: Float32Array, settings: MelSettings): FeatureMatrix {
  if (settings.power === 1) return magnitudeBands(samples, settings);
  const framing = stftFraming(settings);
  const mel = zeroMatrix(frameCount(samples.length, framing), settings.melBands);
  const padded = padForFraming(samples, framing);
  const kernel = kernelFor(settings);
  for (let t = 0; t < mel.frames; t += BATCH)
    kernel.run(padded, t, Math.min(BATCH, mel.frames - t), mel.values, t);
  return mel;
}

/** log10(1 + 10000 x) of the mel power spectrogram, as Musicnn's, frames × mel bands; throws as `melSpectrogram`. */
export function logMelSpectrogram(samples: Float32Array, settings: MelSettings): FeatureMatrix {
  const mel = melSpectrogram(samples, settings);
  return { ...mel, values: logCompress(mel.values) };
}

/** The log-mel spectrogram of a signal that comes in pieces; its rows are those of the whole signal, to the bit. */
export function logMelStream(settings: MelSettings): FeatureStream {
  return new FeatureStream(stftFraming(settings), (samples) =>
    logMelSpectrogram(samples, { ...settings, center: false }),
  );
}

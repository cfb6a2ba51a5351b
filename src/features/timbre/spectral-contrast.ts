/** Spectral contrast, with librosa's numbers. */
import { powerToDecibels } from '../compression.js';
import { type FeatureMatrix, zeroMatrix } from '../matrix.js';

/** Bands that are compared, and how. */
export interface ContrastSettings {
  /** Upper edge of the lowest band in Hz; the others are octaves above it. Default: 200. */
  fMin?: number;
  /** Number of octave bands above fMin, the last of which reaches to the highest bin. Default: 6. */
  nBands?: number;
  /** Part of a band's bins that makes its peak, and its valley. Default: 0.02. */
  quantile?: number;
  /** Difference of the magnitudes rather than of their decibels. Default: false. */
  linear?: boolean;
}

/** One band: bins `begin` to `end` (exclusive), of which `extremes` at either side are averaged. */
interface ContrastBand {
  begin: number;
  end: number;
  extremes: number;
}

/**
 * librosa's bands: each begins one bin below its lower edge and, but for the last, ends one bin before its upper edge;
 * the share of extremes counts that bin all the same.
 */
function contrastBands(
  bins: number,
  sampleRate: number,
  settings: Required<ContrastSettings>,
): ContrastBand[] {
  const { fMin, nBands, quantile } = settings;
  const hertzPerBin = sampleRate / (2 * (bins - 1));
  return Array.from({ length: nBands + 1 }, (_, band) => {
    const low = band === 0 ? 0 : fMin * 2 ** (band - 1);
    const first = Math.ceil(low / hertzPerBin);
    const afterLast = Math.min(bins, Math.floor((fMin * 2 ** band) / hertzPerBin) + 1);
    const begin = band === 0 ? first : first - 1;
    const end = band === nBands ? bins : afterLast - 1;
    if (first >= afterLast || begin >= end)
      throw new RangeError(`The contrast band from ${low} Hz has no bins; use a larger nFft or fMin.`);
    const counted = (band === nBands ? bins : afterLast) - begin;
    return { begin, end, extremes: Math.max(1, roundHalfToEven(quantile * counted)) };
  });
}

/** As NumPy's rint. */
function roundHalfToEven(x: number): number {
  const rounded = Math.round(x);
  return rounded - x === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/**
 * Peak over valley in octave bands, frames × (nBands + 1), in dB or (linear) magnitude: the mean of each band's largest
 * magnitudes over that of its smallest (Jiang, Lu, Zhang, Tao and Cai 2002), as librosa.feature.spectral_contrast of
 * frames × (nFft / 2 + 1) magnitudes (librosa: nFft 2048, centred). Decibels lie at most 80 dB below the largest of the
 * whole matrix; for block-wise use, set `linear`. Throws RangeError for settings out of range, a band beyond half the
 * sample rate, or one without bins.
 */
export function spectralContrast(
  magnitude: FeatureMatrix,
  sampleRate: number,
  settings: ContrastSettings = {},
): FeatureMatrix {
  const { fMin = 200, nBands = 6, quantile = 0.02, linear = false } = settings;
  if (!Number.isInteger(nBands) || nBands < 1)
    throw new RangeError(`nBands must be a whole number from 1, not ${nBands}.`);
  if (!(quantile > 0 && quantile < 1))
    throw new RangeError(`quantile must be above 0 and below 1, not ${quantile}.`);
  if (!(fMin > 0)) throw new RangeError(`fMin must be positive, not ${fMin}.`);
  if (fMin * 2 ** (nBands - 1) >= sampleRate / 2)
    throw new RangeError(
      `${nBands} bands from ${fMin} Hz go beyond ${sampleRate / 2} Hz, half the sample rate; reduce either.`,
    );
  const bands = contrastBands(magnitude.bands, sampleRate, { fMin, nBands, quantile, linear });
  const peak = zeroMatrix(magnitude.frames, nBands + 1);
  const valley = zeroMatrix(magnitude.frames, nBands + 1);
  for (let t = 0; t < magnitude.frames; t++) {
    const row = t * magnitude.bands;
    bands.forEach(({ begin, end, extremes }, band) => {
      const sorted = magnitude.values.slice(row + begin, row + end).sort();
      const count = Math.min(extremes, sorted.length);
      let [low, high] = [0, 0];
      for (let i = 0; i < count; i++) {
        low += sorted[i];
        high += sorted[sorted.length - 1 - i];
      }
      valley.values[t * bands.length + band] = low / count;
      peak.values[t * bands.length + band] = high / count;
    });
  }
  const [above, below] = linear
    ? [peak.values, valley.values]
    : [powerToDecibels(peak.values), powerToDecibels(valley.values)];
  return { ...peak, values: above.map((value, i) => value - below[i]) };
}

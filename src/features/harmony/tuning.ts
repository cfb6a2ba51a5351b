/** Estimation of tuning, with librosa's numbers. */
import type { FeatureMatrix } from '../matrix.js';
import { type PiptrackSettings, piptrack } from './piptrack.js';

/** Distance from A = 440 Hz in parts of a bin (of a semitone, with 12 per octave), or to be estimated. */
export type Tuning = number | 'estimated';

/** How finely tuning is estimated. */
export interface TuningResolution {
  /** Width of the histogram's classes, in parts of a bin. Default: 0.01. */
  resolution?: number;
  /** Default: 12. */
  binsPerOctave?: number;
}

/** The A nearest to 0 Hz that octaves are counted from, four below 440 Hz. */
const LOWEST_A = 440 / 16;

/**
 * The most frequent deviation of frequencies (Hz; those ≤ 0 are left out) from an equal-tempered scale through A = 440
 * Hz, from −0.5 to 0.5 bins, as librosa.pitch_tuning; 0 without frequencies. Throws RangeError when the resolution is
 * not in (0, 1], or binsPerOctave not positive.
 */
export function pitchTuning(frequencies: Float32Array, settings: TuningResolution = {}): number {
  const { resolution = 0.01, binsPerOctave = 12 } = settings;
  if (!(resolution > 0 && resolution <= 1))
    throw new RangeError(`The resolution must be above 0 and at most 1, not ${resolution}.`);
  if (!(binsPerOctave > 0)) throw new RangeError(`binsPerOctave must be positive, not ${binsPerOctave}.`);
  const classes = Math.ceil(1 / resolution);
  const counts = new Uint32Array(classes);
  let fullest = -1;
  for (const frequency of frequencies) {
    if (!(frequency > 0)) continue;
    const position = binsPerOctave * Math.log2(frequency / LOWEST_A);
    const residual = position - Math.floor(position + 0.5);
    const index = Math.min(classes - 1, Math.max(0, Math.floor((residual + 0.5) * classes)));
    counts[index]++;
    if (fullest < 0) fullest = index;
  }
  for (let i = 0; i < classes; i++)
    if (fullest >= 0 && (counts[i] > counts[fullest] || (counts[i] === counts[fullest] && i < fullest)))
      fullest = i;
  return fullest < 0 ? 0 : fullest / classes - 0.5;
}

/** NumPy's median: the mean of the two middle values of an even number. */
function median(values: Float32Array): number {
  const sorted = values.slice().sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Tuning of a recording, from −0.5 to 0.5 bins: `pitchTuning` of the higher half of its spectral peaks, as
 * librosa.estimate_tuning; 0 without peaks. librosa's default for samples is a spectrum of magnitudes of nFft 2048,
 * hopLength 512. Throws as `pitchTuning`.
 */
export function estimateTuning(
  spectrum: FeatureMatrix,
  settings: PiptrackSettings & TuningResolution,
): number {
  const { pitches, magnitudes } = piptrack(spectrum, settings);
  const isPeak = (_: number, i: number): boolean => pitches.values[i] > 0;
  const heights = magnitudes.values.filter(isPeak);
  const threshold = heights.length === 0 ? 0 : median(heights);
  return pitchTuning(
    pitches.values.filter((pitch, i) => pitch > 0 && magnitudes.values[i] >= threshold),
    settings,
  );
}

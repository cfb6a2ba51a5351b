/** Fundamental frequency by YIN, with librosa's numbers. */
import { frameCount } from '../framing.js';
import { eachDifference, isTrough, parabolicShift } from './difference.js';
import { type PitchSettings, pitchAnalysis } from './settings.js';

/** How YIN decides; names and meaning as in librosa.yin. */
export interface YinSettings extends PitchSettings {
  /** The shortest period whose trough is deeper than this is taken. Default: 0.1. */
  troughThreshold?: number;
}

/** The first trough below the threshold, else the smallest entry. */
function chosenEntry(values: Float64Array, threshold: number): number {
  let smallest = 0;
  for (let i = 0; i < values.length; i++) {
    if (values[i] < threshold && isTrough(values, i)) return i;
    if (values[i] < values[smallest]) smallest = i;
  }
  return smallest;
}

/**
 * Fundamental frequency in Hz of each frame by YIN (de Cheveigné and Kawahara 2002), as librosa.yin: voiced or not (see
 * `pyin`); of digital silence, the shortest period's. Throws RangeError when the settings do not hold together, or the
 * signal is too short to be reflected.
 */
export function yin(samples: Float32Array, settings: YinSettings): Float32Array {
  const { troughThreshold = 0.1 } = settings;
  if (!(troughThreshold > 0))
    throw new RangeError(`troughThreshold must be above 0, not ${troughThreshold}.`);
  const analysis = pitchAnalysis(settings);
  const f0 = new Float32Array(frameCount(samples.length, analysis.framing));
  eachDifference(samples, analysis, (t, values) => {
    const entry = chosenEntry(values, troughThreshold);
    f0[t] = analysis.sampleRate / (analysis.minPeriod + entry + parabolicShift(values, entry));
  });
  return f0;
}

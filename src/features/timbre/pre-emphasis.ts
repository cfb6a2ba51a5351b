/** Pre-emphasis and its inverse, with librosa's numbers. */
import { checkSamples } from '../../audio/possible-samples.js';

/** A first-order difference filter and its initial state. */
export interface PreEmphasisSettings {
  /** Part of the sample before that is subtracted. Default: 0.97. */
  coef?: number;
  /**
   * Added to the filter's first output; 0 begins from silence. To continue from another block, give −coef · (its last
   * sample) in `preEmphasis`, and coef · (last output) in `deEmphasis`. Default: as if the signal continued to the left
   * in a straight line, as librosa does.
   */
  zi?: number;
}

const DEFAULT_COEFFICIENT = 0.97;

/**
 * Raises high frequencies: y[n] = x[n] − coef · x[n − 1], as librosa.effects.preemphasis. Without `zi`, y[0] = x[0] +
 * (2 x[0] − x[1]) as in librosa, and 2 x[0] for one sample. Throws RangeError when a sample is not finite.
 */
export function preEmphasis(samples: Float32Array, settings: PreEmphasisSettings = {}): Float32Array {
  const { coef = DEFAULT_COEFFICIENT } = settings;
  checkSamples(samples);
  const emphasised = new Float32Array(samples.length);
  if (samples.length === 0) return emphasised;
  const second = samples.length > 1 ? samples[1] : samples[0];
  emphasised[0] = samples[0] + (settings.zi ?? 2 * samples[0] - second);
  for (let n = 1; n < samples.length; n++) emphasised[n] = samples[n] - coef * samples[n - 1];
  return emphasised;
}

/**
 * Undoes `preEmphasis` with the same coefficient and the same `zi` (0 or none): x[n] = y[n] + coef · x[n − 1], as
 * librosa.effects.deemphasis.
 */
export function deEmphasis(samples: Float32Array, settings: PreEmphasisSettings = {}): Float32Array {
  const { coef = DEFAULT_COEFFICIENT } = settings;
  checkSamples(samples);
  const original = new Float32Array(samples.length);
  if (samples.length === 0) return original;
  let state = settings.zi ?? -straightLine(samples, coef);
  for (let n = 0; n < samples.length; n++) {
    // `state` is what the filter adds to sample n.
    const restored = samples[n] + state;
    original[n] = restored;
    state = coef * restored;
  }
  return original;
}

/** What `preEmphasis` added to the first sample for want of zi, solved from its first two outputs. */
function straightLine(emphasised: Float32Array, coef: number): number {
  if (emphasised.length === 1) return emphasised[0] / 2;
  return ((2 - coef) * emphasised[0] - emphasised[1]) / (3 - coef);
}

/** Mel spectrograms, with librosa's numbers. Runs in Node and in the browser. */
import { type FeatureMatrix, zeroMatrix } from './matrix.js';
import { type MelBandSettings, melFilters } from './mel-scale.js';
import { type StftSettings, spectrogram } from './stft.js';

/** How a mel spectrogram is computed; names and meaning as in librosa. */
export interface MelSettings extends MelBandSettings, StftSettings {}

/**
 * Mel power spectrogram: power 2, and unless told otherwise centred frames with zero padding, Slaney scale and area
 * norm, as librosa.feature.melspectrogram.
 *
 * @param samples - mono samples at the settings' rate
 * @param settings - the transform and its bands
 * @returns frames × mel bands
 * @throws RangeError when nFft is no power of two, or the signal too short to be reflected
 */
export function melSpectrogram(samples: Float32Array, settings: MelSettings): FeatureMatrix {
  const power = spectrogram(samples, settings, 2);
  const filters = melFilters(settings);
  const mel = zeroMatrix(power.frames, settings.melBands);
  for (let t = 0; t < power.frames; t++) {
    const row = power.values.subarray(t * power.bands, (t + 1) * power.bands);
    for (let band = 0; band < filters.length; band++) {
      const { first, weights } = filters[band];
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k] * row[first + k];
      mel.values[t * mel.bands + band] = sum;
    }
  }
  return mel;
}

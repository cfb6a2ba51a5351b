/** A spectrogram played at another speed with the same pitches. */
import type { ComplexSpectrogram } from '../stft.js';

const TURN = 2 * Math.PI;

/**
 * Phase vocoder (Flanagan and Golden 1966; Dolson 1986), as librosa.phase_vocoder: magnitudes between two frames are
 * interpolated, and each bin's phase advances at the rate that the two frames' phases show. A `rate` of 2 gives half as
 * many frames: ceil(frames / rate). Throws RangeError when the rate is not positive.
 */
export function phaseVocoder(
  spectrum: ComplexSpectrogram,
  rate: number,
  hopLength: number,
): ComplexSpectrogram {
  if (!(rate > 0)) throw new RangeError(`The rate must be positive, and is ${rate}.`);
  const { bins } = spectrum;
  const frames = Math.ceil(spectrum.frames / rate);
  const re = new Float32Array(frames * bins);
  const im = new Float32Array(frames * bins);
  const phases = new Float64Array(bins);
  // Magnitudes and phases of the two frames that are being interpolated; after the last there is silence.
  let [magnitudes, nextMagnitudes] = [new Float64Array(bins), new Float64Array(bins)];
  let [angles, nextAngles] = [new Float64Array(bins), new Float64Array(bins)];
  const analyse = (frame: number, intoMagnitudes: Float64Array, intoAngles: Float64Array): void => {
    if (frame >= spectrum.frames) {
      intoMagnitudes.fill(0);
      intoAngles.fill(0);
      return;
    }
    for (let k = 0, at = frame * bins; k < bins; k++, at++) {
      intoMagnitudes[k] = Math.sqrt(spectrum.re[at] * spectrum.re[at] + spectrum.im[at] * spectrum.im[at]);
      intoAngles[k] = Math.atan2(spectrum.im[at], spectrum.re[at]);
    }
  };
  let left = -2;
  for (let t = 0; t < frames; t++) {
    const position = t * rate;
    const wanted = Math.floor(position);
    if (wanted === left + 1) {
      [magnitudes, nextMagnitudes, angles, nextAngles] = [nextMagnitudes, magnitudes, nextAngles, angles];
      analyse(wanted + 1, nextMagnitudes, nextAngles);
    } else if (wanted !== left) {
      analyse(wanted, magnitudes, angles);
      analyse(wanted + 1, nextMagnitudes, nextAngles);
    }
    left = wanted;
    if (t === 0) phases.set(angles);
    const between = position - wanted;
    for (let k = 0, at = t * bins; k < bins; k++, at++) {
      const magnitude = (1 - between) * magnitudes[k] + between * nextMagnitudes[k];
      re[at] = magnitude * Math.cos(phases[k]);
      im[at] = magnitude * Math.sin(phases[k]);
      const expected = (TURN * hopLength * k) / (2 * (bins - 1));
      const deviation = nextAngles[k] - angles[k] - expected;
      phases[k] += expected + deviation - TURN * Math.round(deviation / TURN);
    }
  }
  return { re, im, frames, bins };
}

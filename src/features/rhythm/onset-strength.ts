/** The onset strength envelope of a recording, with librosa's numbers. */
import { powerToDecibels } from '../compression.js';
import type { PadMode, WindowSettings } from '../framing.js';
import { melSpectrogram } from '../mel.js';
import { type FrameTiming, hopOf } from './frame-events.js';
import { type SpectralFluxSettings, spectralFlux } from './spectral-flux.js';

/** How an onset strength envelope is computed; names and meaning as in librosa.onset.onset_strength. */
export interface OnsetStrengthSettings
  extends FrameTiming,
    Omit<SpectralFluxSettings, 'delay'>,
    Omit<WindowSettings, 'nFft'> {
  /** Samples per frame of the transform, a power of two. Default: 2048. */
  nFft?: number;
  /** Number of mel bands. Default: 128. */
  melBands?: number;
  /** Lower edge of the first band in Hz. Default: 0. */
  fMin?: number;
  /** Upper edge of the last band in Hz. Default: half the sample rate. */
  fMax?: number;
  /**
   * Whether frame t is centred on sample t · hopLength and the envelope is moved later by half a frame, where the
   * onsets are. Else frame t begins there, only whole frames count and nothing is moved; librosa's center=False leaves
   * the frames centred, which is `spectralFlux` of a centred mel spectrogram here. Default: true.
   */
  center?: boolean;
  /** See Framing. */
  padMode?: PadMode;
}

/**
 * Onset strength in dB, one value per frame: the spectral flux of a mel spectrogram in decibels, which reach 80 dB
 * below its loudest value. Throws RangeError when nFft is not a power of two, a setting is out of range, or the signal
 * too short to be reflected.
 */
export function onsetStrength(samples: Float32Array, settings: OnsetStrengthSettings): Float32Array {
  const { sampleRate, nFft = 2048, melBands = 128, fMin, fMax, center = true, padMode } = settings;
  const { lag, maxSize, aggregate, detrend, window, winLength } = settings;
  const hopLength = hopOf(settings);
  const mel = melSpectrogram(samples, {
    sampleRate,
    nFft,
    hopLength,
    melBands,
    fMin,
    fMax,
    window,
    winLength,
    center,
    padMode,
  });
  const decibels = { ...mel, values: powerToDecibels(mel.values) };
  // An onset enters a frame with its last samples, half a frame before it is in the middle.
  const delay = center ? Math.floor(nFft / (2 * hopLength)) : 0;
  return spectralFlux(decibels, { lag, maxSize, aggregate, detrend, delay });
}

/** Finer pitch than a tracker's bins, from the samples. */
import { HOP, TRACKER_RATE } from './f0.js';

/** Where the samples of a frame are, and how they are compared. */
export interface RefineSettings {
  /** In Hz. */
  sampleRate: number;
  /** Samples that are compared with those a period later. Default: 512. */
  length?: number;
  /** How far the pitch may move, in semitones. Default: 0.5. */
  range?: number;
}

/** A pitch, and how much like a period the sound is. */
export interface RefinedPitch {
  hz: number;
  /** Correlation of the samples with those a period later: 1 for a clear tone, near 0 for noise and for chords. */
  likeness: number;
}

/**
 * Pitch in Hz about a sample: the period near that of `hz` at which the samples around it are most like those a period
 * later, by normalised cross-correlation, whose maximum is found between the lags by a parabola. Unlike the minimum of
 * YIN's difference in librosa's form, which keeps the energy of samples without a partner, it does not lean to short
 * periods (by 6 cents at 150 Hz and frames of 1024 samples). `hz` itself, with a likeness of
 * 0, where the recording ends before, or no period near is like.
 */
export function refinePitch(
  samples: Float32Array,
  centre: number,
  hz: number,
  { sampleRate, length = 512, range = 0.5 }: RefineSettings,
): RefinedPitch {
  const none = { hz, likeness: 0 };
  const period = sampleRate / hz;
  const first = Math.floor(period * 2 ** (-range / 12)) - 1;
  const last = Math.ceil(period * 2 ** (range / 12)) + 1;
  const begin = centre - ((length + Math.round(period)) >> 1);
  if (!(first >= 1) || begin < 0 || begin + length + last > samples.length) return none;
  let own = 0;
  for (let n = begin; n < begin + length; n++) own += samples[n] * samples[n];
  let energy = 0;
  for (let n = begin + first; n < begin + first + length; n++) energy += samples[n] * samples[n];
  const likeness = new Float64Array(last - first + 1);
  for (let lag = first; lag <= last; lag++) {
    let product = 0;
    for (let n = begin; n < begin + length; n++) product += samples[n] * samples[n + lag];
    likeness[lag - first] = product / Math.sqrt(own * energy + Number.MIN_VALUE);
    const [leaving, entering] = [samples[begin + lag], samples[begin + lag + length]];
    energy = Math.max(0, energy + entering * entering - leaving * leaving);
  }
  let best = -1;
  for (let i = 1; i + 1 < likeness.length; i++)
    if (likeness[i] > likeness[i - 1] && likeness[i] >= likeness[i + 1])
      if (best < 0 || likeness[i] > likeness[best]) best = i;
  if (best < 0) return none;
  const curvature = likeness[best + 1] + likeness[best - 1] - 2 * likeness[best];
  const slope = (likeness[best + 1] - likeness[best - 1]) / 2;
  const lag = first + best - (curvature < 0 ? slope / curvature : 0);
  return { hz: sampleRate / lag, likeness: likeness[best] };
}

/** `refinePitch` for each frame of samples at the trackers' rate: pitches in Hz in, finer ones out. */
export function refineFrames(
  samples: Float32Array,
  coarse: Float32Array,
): { hz: Float32Array; likeness: Float32Array } {
  const hz = new Float32Array(coarse.length);
  const likeness = new Float32Array(coarse.length);
  for (let t = 0; t < coarse.length; t++) {
    const found = refinePitch(samples, t * HOP, coarse[t], { sampleRate: TRACKER_RATE });
    hz[t] = found.hz;
    likeness[t] = found.likeness;
  }
  return { hz, likeness };
}

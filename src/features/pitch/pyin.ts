/** Fundamental frequency and voicing by probabilistic YIN, with librosa's numbers. */
import { frameCount } from '../framing.js';
import { type CandidateSettings, candidateFinder } from './candidates.js';
import { eachDifference, parabolicShift } from './difference.js';
import { type PitchPath, pitchPath } from './pitch-path.js';
import { type PitchAnalysis, type PitchSettings, pitchAnalysis } from './settings.js';

/** How probabilistic YIN decides; names and meaning as in librosa.pyin. */
export interface PyinSettings extends PitchSettings, CandidateSettings {
  /** Width of a pitch bin in semitones. Default: 0.1. */
  resolution?: number;
  /** Fastest change of pitch in octaves per second. Default: 35.92. */
  maxTransitionRate?: number;
  /** Probability that voicing begins or ends from one frame to the next. Default: 0.01. */
  switchProb?: number;
  /** Value of f0 in unvoiced frames; null for the best guess. Default: NaN. */
  fillNa?: number | null;
}

/** Pitch over time. */
export interface PitchTrack {
  /** Hz, one value per frame; NaN where unvoiced, unless `fillNa` says otherwise. */
  f0: Float32Array;
  /** 1 where a frame is voiced, else 0. */
  voicedFlag: Uint8Array;
  /** Probability that a frame is voiced, from its own samples alone. */
  voicedProbability: Float32Array;
}

/** Pitch bins: logarithmic, from fMin on. */
interface PitchBins {
  count: number;
  /** Bins per octave. */
  anOctave: number;
  fMin: number;
}

function pitchBins({ fMin, fMax, resolution = 0.1 }: PyinSettings): PitchBins {
  if (!(resolution > 0 && resolution < 1))
    throw new RangeError(`resolution must be between 0 and 1 semitones, not ${resolution}.`);
  const anOctave = 12 * Math.ceil(1 / resolution);
  return { count: Math.floor(anOctave * Math.log2(fMax / fMin)) + 1, anOctave, fMin };
}

function pathOver(
  bins: PitchBins,
  { framing, sampleRate }: PitchAnalysis,
  settings: PyinSettings,
): PitchPath {
  const { maxTransitionRate = 35.92, switchProb = 0.01 } = settings;
  if (!(maxTransitionRate > 0))
    throw new RangeError(`maxTransitionRate must be above 0 octaves per second, not ${maxTransitionRate}.`);
  if (!(switchProb > 0 && switchProb < 1))
    throw new RangeError(`switchProb must be between 0 and 1, not ${switchProb}.`);
  const semitonesAFrame = Math.round((maxTransitionRate * 12 * framing.hopLength) / sampleRate);
  const transitionWidth = (semitonesAFrame * bins.anOctave) / 12 + 1;
  return pitchPath({ bins: bins.count, transitionWidth, switchProb });
}

/**
 * Fundamental frequency in Hz, voicing and its probability, one value per frame, by probabilistic YIN (Mauch and Dixon
 * 2014), as librosa.pyin: candidates of each frame under a distribution of thresholds, then the likeliest path through
 * them. As in librosa, what has no pitch is not always unvoiced: noise, or a constant, can be the likeliest path at a
 * low `voicedProbability`; digital silence is unvoiced. The cost is linear in duration, and in bins times those
 * reachable in a frame; memory is 4 bytes per pitch bin and frame (27 MB for three minutes at 62.5 frames per second,
 * 65 to 2093 Hz). Throws RangeError when the settings do not hold together, or the signal is too short to be reflected.
 */
export function pyin(samples: Float32Array, settings: PyinSettings): PitchTrack {
  const { fillNa = Number.NaN } = settings;
  const analysis = pitchAnalysis(settings);
  const bins = pitchBins(settings);
  const path = pathOver(bins, analysis, settings);
  const { sampleRate, minPeriod, maxPeriod, framing } = analysis;
  const findCandidates = candidateFinder(maxPeriod - minPeriod + 1, settings);
  const voicedProbability = new Float32Array(frameCount(samples.length, framing));
  const voiced = new Float64Array(bins.count);
  eachDifference(samples, analysis, (t, values) => {
    const { count, entries, probabilities } = findCandidates(values);
    voiced.fill(0);
    for (let i = 0; i < count; i++) {
      if (probabilities[i] === 0) continue;
      const period = minPeriod + entries[i] + parabolicShift(values, entries[i]);
      const bin = Math.max(0, Math.round(bins.anOctave * Math.log2(sampleRate / period / bins.fMin)));
      // The longer period of two in a bin counts, as in librosa; what lies above fMax is left out.
      if (bin < bins.count) voiced[bin] = probabilities[i];
    }
    const probability = Math.min(
      1,
      voiced.reduce((sum, value) => sum + value, 0),
    );
    voicedProbability[t] = probability;
    path.observe(voiced, (1 - probability) / bins.count);
  });
  const states = path.decode();
  const voicedFlag = Uint8Array.from(states, (state) => (state < bins.count ? 1 : 0));
  const f0 = Float32Array.from(states, (state, t) =>
    voicedFlag[t] === 0 && fillNa !== null ? fillNa : bins.fMin * 2 ** ((state % bins.count) / bins.anOctave),
  );
  return { f0, voicedFlag, voicedProbability };
}

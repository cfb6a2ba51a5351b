/** A recording's tempo. */
import { type FrameTiming, hopOf } from './frame-events.js';
import { eachTempogramFrame } from './tempogram.js';

/** Prior of the tempo; names and meaning as in librosa.feature.tempo. */
export interface TempoSettings extends FrameTiming {
  /** Likeliest tempo in beats per minute. Default: 120. */
  startBpm?: number;
  /** How far from it is still likely, as a standard deviation in octaves. Default: 1. */
  stdBpm?: number;
  /** Seconds of the envelope that are correlated at a time. Default: 8. */
  acSize?: number;
  /** Tempi from here on are not considered, in beats per minute; null for no limit. Default: 320. */
  maxTempo?: number | null;
}

function checkTempo({ startBpm = 120, stdBpm = 1, acSize = 8, maxTempo = 320 }: TempoSettings): void {
  if (!(startBpm > 0)) throw new RangeError(`startBpm must be above 0, not ${startBpm}.`);
  if (!(stdBpm > 0)) throw new RangeError(`stdBpm must be above 0, not ${stdBpm}.`);
  if (!(acSize > 0)) throw new RangeError(`acSize must be above 0 seconds, not ${acSize}.`);
  if (maxTempo !== null && !(maxTempo > 0))
    throw new RangeError(`maxTempo must be above 0, not ${maxTempo}.`);
}

/** Mean of the tempogram over time, one value per lag. */
function meanTempogram(envelope: Float32Array, winLength: number): Float64Array {
  const mean = new Float64Array(winLength);
  eachTempogramFrame(envelope, { winLength }, (_, lags) => {
    for (let lag = 0; lag < winLength; lag++) mean[lag] += lags[lag];
  });
  return mean.map((sum) => sum / envelope.length);
}

/** Whether an envelope is constant (or empty), so that nothing in it is an onset. */
export function isConstant(envelope: Float32Array): boolean {
  return envelope.every((value) => value === envelope[0]);
}

/**
 * Tempo in beats per minute: the lag at which the mean autocorrelation tempogram, weighted by a log-normal prior, is
 * largest, as librosa.feature.tempo; 0 for a constant envelope, as of silence (librosa gives the prior's there). Throws
 * RangeError for a setting out of range, or acSize below two frames.
 */
export function tempo(envelope: Float32Array, settings: TempoSettings): number {
  checkTempo(settings);
  const { sampleRate, startBpm = 120, stdBpm = 1, acSize = 8, maxTempo = 320 } = settings;
  const hopLength = hopOf(settings);
  const winLength = Math.floor(Math.floor(acSize * sampleRate) / hopLength);
  if (winLength < 2) throw new RangeError(`acSize, ${acSize} s, must be at least two frames.`);
  if (isConstant(envelope)) return 0;
  const strengths = meanTempogram(envelope, winLength);
  let [best, bestScore] = [0, -Infinity];
  for (let lag = 1; lag < winLength; lag++) {
    const bpm = (60 * sampleRate) / (hopLength * lag);
    if (maxTempo !== null && bpm >= maxTempo) continue;
    const octaves = Math.log2(bpm / startBpm) / stdBpm;
    const score = Math.log1p(1e6 * Math.max(0, strengths[lag])) - 0.5 * octaves * octaves;
    if (score > bestScore) [best, bestScore] = [bpm, score];
  }
  return best;
}

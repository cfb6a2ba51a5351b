/** Beat tracking. */
import { eventsAt, type FrameEvents, hopOf } from './frame-events.js';
import { isConstant, type TempoSettings, tempo } from './tempo.js';

/** How beats are tracked; names and meaning as in librosa.beat.beat_track. */
export interface BeatTrackingSettings extends TempoSettings {
  /** Beats per minute; estimated from the envelope unless given. */
  bpm?: number;
  /** How much it costs to stray from the tempo. Default: 100. */
  tightness?: number;
  /** Whether weak beats at both ends are left out. Default: true. */
  trim?: boolean;
}

/** Beats, and the tempo they follow. */
export interface BeatTrack extends FrameEvents {
  /** Beats per minute; 0 when there is nothing to follow. */
  tempo: number;
}

/** The best ways to each frame: their scores, and the beat before each frame, −1 for none. */
interface BeatPaths {
  scores: Float64Array;
  before: Int32Array;
}

/** As NumPy rounds, so that beat periods of an odd number of frames have librosa's search range. */
function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** The envelope divided by its standard deviation. */
function normalized(envelope: Float32Array): Float64Array {
  const mean = envelope.reduce((sum, value) => sum + value, 0) / envelope.length;
  const squares = envelope.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (envelope.length - 1));
  return Float64Array.from(envelope, (value) => value / deviation);
}

/** Smooths by a Gaussian window of one period at both sides, whose standard deviation is a 32nd of the period. */
function smooth(envelope: Float64Array, period: number): Float64Array {
  const weights = Float64Array.from({ length: 2 * period + 1 }, (_, i) =>
    Math.exp(-0.5 * (((i - period) * 32) / period) ** 2),
  );
  return envelope.map((_, t) => {
    const end = Math.min(envelope.length, t + period + 1);
    let sum = 0;
    for (let i = Math.max(0, t - period); i < end; i++) sum += envelope[i] * weights[t - i + period];
    return sum;
  });
}

/** The best sequence of beats that ends at each frame: its own score, the best before it, and what its gap costs. */
function findPaths(localScores: Float64Array, period: number, tightness: number): BeatPaths {
  const shortest = Math.max(1, roundHalfToEven(period / 2));
  const longest = 2 * period;
  // A difference of logarithms, so that paths that tie round to the one that librosa takes.
  const costs = Float64Array.from(
    { length: longest + 1 },
    (_, gap) => tightness * (Math.log(gap) - Math.log(period)) ** 2,
  );
  const threshold = 0.01 * localScores.reduce((a, b) => Math.max(a, b), -Infinity);
  const scores = new Float64Array(localScores.length);
  const before = new Int32Array(localScores.length);
  let started = false;
  for (let t = 0; t < localScores.length; t++) {
    let [best, bestScore] = [-1, -Infinity];
    for (let gap = shortest; gap <= longest && gap <= t; gap++) {
      const score = scores[t - gap] - costs[gap];
      if (score > bestScore) [best, bestScore] = [t - gap, score];
    }
    scores[t] = best >= 0 ? localScores[t] + bestScore : localScores[t];
    // Before the first onset, every frame begins a new path.
    if (localScores[t] >= threshold) started = true;
    before[t] = started ? best : -1;
  }
  return { scores, before };
}

/** The last local maximum of the scores that is at least half their median; the last frame when there is none. */
function lastBeat(scores: Float64Array): number {
  const last = scores.length - 1;
  const maxima: number[] = [];
  for (let t = 1; t <= last; t++)
    if (scores[t] > scores[t - 1] && (t === last || scores[t] >= scores[t + 1])) maxima.push(t);
  if (maxima.length === 0) return last;
  const heights = Float64Array.from(maxima, (t) => scores[t]).sort();
  const half = Math.floor(heights.length / 2);
  const median = heights.length % 2 === 1 ? heights[half] : (heights[half - 1] + heights[half]) / 2;
  return maxima.findLast((t) => scores[t] >= median / 2) ?? last;
}

/** Half the root mean square of the beats' scores, smoothed over beats by a Hann window of 5. */
function weakness(beatScores: Float64Array, frames: number): number {
  const score = (beat: number): number => beatScores[beat] ?? 0;
  // librosa's smoothed sequence is two longer than the beats are: the window's tail counts, its head does not.
  const length = Math.min(beatScores.length + 2, frames);
  let squares = 0;
  for (let i = 0; i < length; i++) squares += (score(i - 1) / 2 + score(i) + score(i + 1) / 2) ** 2;
  return 0.5 * Math.sqrt(squares / length);
}

/**
 * Tracks beats by dynamic programming (Ellis 2007), as librosa.beat.beat_track: the sequence of frames with the most
 * onset strength at distances close to the tempo's period; none, at tempo 0, for a constant envelope. librosa measures
 * the onset strength for this with `aggregate: 'median'`. Costs the envelope's length times the beat period in frames.
 * Throws RangeError for a setting out of range.
 */
export function trackBeats(envelope: Float32Array, settings: BeatTrackingSettings): BeatTrack {
  const { tightness = 100, trim = true } = settings;
  if (!(tightness > 0)) throw new RangeError(`tightness must be above 0, not ${tightness}.`);
  if (settings.bpm !== undefined && !(settings.bpm > 0))
    throw new RangeError(`bpm must be above 0, not ${settings.bpm}.`);
  const bpm = settings.bpm ?? tempo(envelope, settings);
  if (isConstant(envelope) || bpm === 0) return { tempo: 0, ...eventsAt([], settings) };
  const period = Math.max(1, roundHalfToEven((60 * settings.sampleRate) / hopOf(settings) / bpm));
  const localScores = smooth(normalized(envelope), period);
  const { scores, before } = findPaths(localScores, period, tightness);
  const beats: number[] = [];
  for (let t = lastBeat(scores); t >= 0; t = before[t]) beats.push(t);
  beats.reverse();
  const beatScores = Float64Array.from(beats, (t) => localScores[t]);
  const threshold = trim ? weakness(beatScores, envelope.length) : 0;
  const first = localScores.findIndex((score) => score > threshold);
  const last = localScores.findLastIndex((score) => score > threshold);
  const kept = first < 0 ? [] : beats.filter((t) => t >= first && t <= last);
  return { tempo: bpm, ...eventsAt(kept, settings) };
}

/** How well the pitch of a melody over time is that of a reference, by the rules of MIREX and of mir_eval. */

/** Pitch over time. */
export interface PitchSeries {
  /** In seconds, ascending. */
  times: ArrayLike<number>;
  /** Hz at each time; 0 where there is no melody, negative for a guess of what it is if there is one after all. */
  hertz: ArrayLike<number>;
}

/** Scores of a melody, from 0 to 1; all names are mir_eval's. */
export interface MelodyScores {
  /** Share of the reference's voiced frames that are said to be voiced. */
  voicingRecall: number;
  /** Share of the unvoiced ones that are said to be voiced. */
  voicingFalseAlarm: number;
  /** Share of the voiced frames whose pitch is right to less than the tolerance, voicing aside. */
  rawPitch: number;
  /** The same without regard to the octave. */
  rawChroma: number;
  /** Share of all frames that are right: pitch and voicing, or silence. */
  overall: number;
}

/** Frequency that cents are counted from, in Hz. */
const BASE = 10;

const centsOf = (hertz: number): number => (hertz === 0 ? 0 : 1200 * Math.log2(Math.abs(hertz) / BASE));

interface Frames {
  times: Float64Array;
  /** Above `BASE`; 0 where there is no pitch. */
  cents: Float64Array;
  /** 1 where voiced, else 0. */
  voiced: Uint8Array;
}

/** mir_eval compares times after rounding to this many decimals. */
const rounded = (time: number): number => Math.round(time * 1e10) / 1e10;

/** A series from 0 s on: without a value there, the first value holds. */
function framesOf({ times, hertz }: PitchSeries): Frames {
  if (times.length !== hertz.length)
    throw new RangeError(`A series of pitch has ${times.length} times and ${hertz.length} frequencies.`);
  const isLate = times.length > 0 && times[0] > 0;
  const all = isLate ? [hertz[0], ...Array.from(hertz)] : Array.from(hertz);
  return {
    times: Float64Array.from(isLate ? [0, ...Array.from(times)] : Array.from(times)),
    cents: Float64Array.from(all, centsOf),
    voiced: Uint8Array.from(all, (value) => (value > 0 ? 1 : 0)),
  };
}

const isSameGrid = (a: Float64Array, b: Float64Array): boolean =>
  a.length === b.length && a.every((time, i) => Math.abs(time - b[i]) <= 1e-8 + 1e-5 * Math.abs(b[i]));

/** The series at other times: voicing of the last value, and between pitches a straight line of cents. */
function resample({ times, cents, voiced }: Frames, at: Float64Array): Frames {
  if (isSameGrid(times, at)) return { times, cents, voiced };
  const held = cents.slice();
  for (let i = 1; i < held.length; i++) if (cents[i] === 0) held[i] = held[i - 1];
  const result: Frames = { times: at, cents: new Float64Array(at.length), voiced: new Uint8Array(at.length) };
  const own = times.map(rounded);
  const last = own.length - 1;
  let i = 0;
  for (let n = 0; n < at.length; n++) {
    const time = rounded(at[n]);
    while (i < last && own[i + 1] <= time) i++;
    // Behind the last value there is nothing but the end of the reference, towards which mir_eval draws its lines.
    const isBehind = i === last && time > own[last];
    if (isBehind && n === at.length - 1) continue;
    result.voiced[n] = voiced[i];
    if (cents[i] === 0) continue;
    const next = i < last ? held[i + 1] : held[i];
    const step = i < last ? (time - own[i]) / (own[i + 1] - own[i]) : 0;
    result.cents[n] = held[i] + step * (next - held[i]);
  }
  return result;
}

/**
 * Scores the pitch of a melody, as `mir_eval.melody.evaluate` of mir_eval 0.8 with its defaults (Raffel et al. 2014;
 * Salamon et al. 2014): the estimate is read at the times of the reference. All scores are 0 for a reference without
 * frames.
 *
 * @param tolerance - in cents, below which a pitch is right. Default: 50
 * @throws RangeError when a series has not as many frequencies as times
 */
export function scoreMelody(reference: PitchSeries, estimated: PitchSeries, tolerance = 50): MelodyScores {
  const wanted = framesOf(reference);
  const frames = wanted.times.length;
  if (frames === 0 || estimated.times.length === 0)
    return { voicingRecall: 0, voicingFalseAlarm: 0, rawPitch: 0, rawChroma: 0, overall: 0 };
  const found = resample(framesOf(estimated), wanted.times);
  let [voiced, recalled, alarms, pitches, chromas, right] = [0, 0, 0, 0, 0, 0];
  for (let t = 0; t < frames; t++) {
    const isVoiced = wanted.voiced[t] === 1;
    if (isVoiced) voiced++;
    if (isVoiced && found.voiced[t]) recalled++;
    if (!isVoiced && found.voiced[t]) alarms++;
    if (!isVoiced && !found.voiced[t]) right++;
    if (!isVoiced || wanted.cents[t] === 0 || found.cents[t] === 0) continue;
    const difference = Math.abs(wanted.cents[t] - found.cents[t]);
    if (Math.abs(difference - 1200 * Math.floor(difference / 1200 + 0.5)) < tolerance) chromas++;
    if (!(difference < tolerance)) continue;
    pitches++;
    if (found.voiced[t]) right++;
  }
  const unvoiced = frames - voiced;
  return {
    voicingRecall: voiced === 0 ? 1 : recalled / voiced,
    voicingFalseAlarm: unvoiced === 0 ? 0 : alarms / unvoiced,
    rawPitch: voiced === 0 ? 0 : pitches / voiced,
    rawChroma: voiced === 0 ? 0 : chromas / voiced,
    overall: right / frames,
  };
}

/** The beats of a recording as borders of steps. */
import { trackBeats } from './beats.js';
import { onsetStrength } from './onset-strength.js';

/** Seconds between frames of the onset strength. */
const HOP_SECONDS = 0.016;

/** Steps without beats are this long, in seconds. */
const STEP = 0.5;

/**
 * Borders of steps from 0 s to the end of a recording: its beats, and where there is none for long (before the first,
 * after the last, in silence) about every half second.
 *
 * @param parts - steps of a beat. Default: 1
 * @throws as `onsetStrength`
 */
export function beatGrid(samples: Float32Array, sampleRate: number, parts = 1): number[] {
  const end = samples.length / sampleRate;
  const timing = { sampleRate, hopLength: Math.max(1, Math.round(HOP_SECONDS * sampleRate)) };
  const { times } = trackBeats(onsetStrength(samples, { ...timing, aggregate: 'median' }), timing);
  const beats = Array.from(times).filter((time) => time > 0 && time < end);
  return gridOf(beats, end, parts);
}

/** `beatGrid` of beats that are known. */
export function gridOf(beats: readonly number[], end: number, parts = 1): number[] {
  const gaps = beats.slice(1).map((time, i) => time - beats[i]);
  const usual = gaps.length === 0 ? STEP : gaps.sort((a, b) => a - b)[gaps.length >> 1];
  const borders = [0];
  for (const [i, next] of [...beats, end].entries()) {
    const last = borders[borders.length - 1];
    // Inside of beats a step is a part of one; outside, as many as fit.
    const isInside = i > 0 && i < beats.length && next - last < 1.5 * usual;
    const count = isInside ? parts : Math.max(1, Math.round(((next - last) / usual) * parts));
    for (let k = 1; k <= count; k++) borders.push(last + ((next - last) * k) / count);
  }
  return end > 0 ? borders : [];
}

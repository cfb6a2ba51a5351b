/** The main pitch of each beat. */
import type { MelodyTrack } from './melody.js';

/** A beat and its pitch. */
export interface BeatPitch {
  /** In seconds. */
  begin: number;
  /** In seconds. */
  end: number;
  /** MIDI number of the semitone; null for a beat without a melody. */
  pitch: number | null;
  /** Share of the beat's voiced salience that this pitch has, from 0 to 1. */
  share: number;
}

/** A beat is silent where less than this part of its frames is voiced. */
const LEAST_VOICED = 0.25;

/**
 * The main pitch of each beat: the semitone in which the melody's voiced frames of the beat have the most salience.
 *
 * @param track - as of `melody`
 * @param secondsPerFrame - of the track
 * @param borders - where the beats begin and the last one ends, in seconds
 * @param tuning - of the recording, in semitones above A = 440 Hz. Default: 0
 */
export function beatPitches(
  { hertz, salience }: MelodyTrack,
  secondsPerFrame: number,
  borders: readonly number[],
  tuning = 0,
): BeatPitch[] {
  return borders.slice(0, -1).map((begin, i) => {
    const end = borders[i + 1];
    const [from, to] = [begin, end].map((time) => Math.min(hertz.length, Math.round(time / secondsPerFrame)));
    const sums = new Map<number, number>();
    let [voiced, total] = [0, 0];
    for (let t = from; t < to; t++) {
      if (!(hertz[t] > 0)) continue;
      const pitch = Math.round(69 + 12 * Math.log2(hertz[t] / 440) - tuning);
      sums.set(pitch, (sums.get(pitch) ?? 0) + salience[t]);
      total += salience[t];
      voiced++;
    }
    if (voiced === 0 || voiced < LEAST_VOICED * (to - from)) return { begin, end, pitch: null, share: 0 };
    const [pitch, sum] = [...sums].reduce((a, b) => (b[1] > a[1] ? b : a));
    return { begin, end, pitch, share: sum / total };
  });
}

/** Scales of keys. */
import type { Key } from '../../features/harmony/key.js';

/** Semitones above the tonic: the major scale, and the harmonic minor one with the minor seventh of the natural. */
const SCALES = {
  major: [0, 2, 4, 5, 7, 9, 11],
  minor: [0, 2, 3, 5, 7, 8, 10, 11],
} as const;

/** Whether a MIDI pitch belongs to a key; in minor both sevenths do. */
export const isInKey = (pitch: number, { tonic, mode }: Key): boolean =>
  (SCALES[mode] as readonly number[]).includes((((pitch - tonic) % 12) + 12) % 12);

/**
 * The pitch in a key that is nearest to a note's: of two as near, that which is nearer to how the note was sung, else the lower.
 *
 * @param tuningCents - of the singer, who is compared in their own tuning
 */
export function semitoneInKey(
  { pitch, sung }: { pitch: number; sung?: { pitch: number } },
  key: Key,
  tuningCents: number,
): number {
  if (isInKey(pitch, key)) return pitch;
  const wanted = sung ? sung.pitch - tuningCents / 100 : pitch;
  const near = [pitch - 1, pitch + 1, pitch - 2, pitch + 2].filter(
    (one) => one >= 0 && one <= 127 && isInKey(one, key),
  );
  const distance = (one: number): number => Math.abs(one - pitch) + 0.4 * Math.abs(one - wanted);
  return near.reduce((best, one) => (distance(one) < distance(best) ? one : best), near[0] ?? pitch);
}

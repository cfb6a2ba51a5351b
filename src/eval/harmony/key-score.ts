/** How close an estimated key is to the right one, by the rules of MIREX's key detection and of mir_eval. */
import type { Key } from '../../features/harmony/key.js';

/**
 * The weighted score of an estimated key, as `mir_eval.key.weighted_score` of mir_eval 0.8 (Raffel et al. 2014): 1 for
 * the right key, 0.5 for the one a perfect fifth above in the same mode, 0.3 for the relative key, 0.2 for the parallel
 * one, else 0; 0 where no key was estimated.
 *
 * @example
 * keyScore({ tonic: 0, mode: 'major' }, { tonic: 9, mode: 'minor' }); // 0.3
 */
export function keyScore(reference: Key, estimated: Key | null): number {
  if (estimated === null) return 0;
  const distance = (estimated.tonic - reference.tonic + 12) % 12;
  if (reference.mode === estimated.mode) return distance === 0 ? 1 : distance === 7 ? 0.5 : 0;
  if (distance === (reference.mode === 'major' ? 9 : 3)) return 0.3;
  return distance === 0 ? 0.2 : 0;
}

/** Audio of which a part cannot be decoded. */
import { Failure } from '../base/errors.js';

/** Audio that cannot be read, wholly or in part. */
export class DamagedAudio extends Failure {}

/**
 * What becomes of a recording of which a part cannot be decoded. `keep-good-part`: what can be is used, and the rest
 * is left out and counted, never replaced by silence. `skip` and `fail`: it is not used at all; a caller that works
 * through many recordings goes on with the next (`skip`) or stops (`fail`).
 */
export const DAMAGE_POLICIES = ['skip', 'fail', 'keep-good-part'] as const;

/** One of the policies. */
export type DamagePolicy = (typeof DAMAGE_POLICIES)[number];

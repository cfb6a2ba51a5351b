/** Types that decoders share with their users. */
import { Failure } from '../base/errors.js';

/** Decoded audio. */
export interface Audio {
  /** One array per channel, full scale ±1, all of one length. */
  channels: Float32Array[];
  /** In Hz. */
  sampleRate: number;
  /** Parts (frames, pages, missing ends) that the decoder could not read and left out. */
  errors: number;
  /** Seconds of sound that the file states and does not hold; null where it does not tell how much is missing. */
  missing: number | null;
}

/** Properties of a recording that are known before it is decoded. */
export interface AudioInfo {
  /** Name of the format, such as `MP3`. */
  format: string;
  /** Name and version of the decoder. */
  decoder: string;
  /** In Hz. */
  sampleRate: number;
  channels: number;
  /** In seconds; null where the container does not state it. */
  duration: number | null;
}

/** A recording whose header has been read. */
export interface OpenAudio {
  info: AudioInfo;
  /** The samples in order: blocks of one array per channel, whose lengths are the decoder's choice. Reads once. */
  blocks: AsyncGenerator<Float32Array[], void>;
  /** Parts that could not be read so far; complete when the blocks have ended. */
  errors(): number;
  /** Seconds of sound that the file states and that are missing so far; null where it does not tell how many. */
  missing(): number | null;
}

/** Audio that cannot be read, wholly or in part. */
export class DamagedAudio extends Failure {}

/**
 * What becomes of a recording of which a part cannot be decoded. `keep-good-part`: what can be is used, and the rest
 * is left out and counted, never replaced by silence. `skip` and `fail`: it is not used at all; a caller that works
 * through many recordings continues with the next (`skip`) or stops (`fail`).
 */
export const DAMAGE_POLICIES = ['skip', 'fail', 'keep-good-part'] as const;

/** One of the policies. */
export type DamagePolicy = (typeof DAMAGE_POLICIES)[number];

/** The part of a recording that a page over time shows and plays. */
import type { AudioInfo, DamagePolicy } from '../../../audio/audio.js';
import { decodeAudio } from '../../../audio/decode.js';
import { probeAudio } from '../../../audio/open.js';
import { durationText } from '../../../base/format.js';
import { PAGE_RATE } from './embed.js';
import { type EmbeddedSound, soundOf } from './sound.js';

/** Most seconds of a recording on a page, whose size is bounded. */
export const PAGE_SECONDS = 1800;

/** The recording of a page, and how much of it. */
export interface ShownRequest {
  /** Path of the recording. */
  audio: string;
  /** Seconds from the beginning. Default: all. */
  duration?: number;
  damage: DamagePolicy;
}

/** A decoded recording, cut to what a page shows. */
export interface ShownRecording {
  info: AudioInfo;
  /** Mono, at PAGE_RATE. */
  samples: Float32Array;
  seconds: number;
  /** Whether the recording goes on. */
  isCut: boolean;
  /** Parts that could not be decoded and were left out. */
  lost: number;
}

/**
 * Decodes what a page shows: half an hour at most.
 *
 * @throws DamagedAudio as decodeAudio
 */
export async function decodeShown({ audio, duration, damage }: ShownRequest): Promise<ShownRecording> {
  const limit = Math.min(duration ?? Infinity, PAGE_SECONDS);
  const info = await probeAudio(audio);
  // A little more than is shown tells whether something was left out.
  const options = { mono: true, sampleRate: PAGE_RATE, duration: limit + 0.1, damage };
  const { channels, errors } = await decodeAudio(audio, options);
  const length = Math.round(limit * PAGE_RATE);
  const isCut = channels[0].length > length;
  const samples = isCut ? channels[0].subarray(0, length) : channels[0];
  return { info, samples, seconds: samples.length / PAGE_RATE, isCut, lost: errors };
}

/**
 * The sound that the page plays, and sentences about what was cut, lost or encoded anew.
 *
 * @throws DamagedAudio as decodeAudio
 */
export async function soundOfShown(
  { audio, duration, damage }: ShownRequest,
  { info, seconds, isCut, lost }: Omit<ShownRecording, 'samples'>,
): Promise<{ sound: EmbeddedSound; notes: string[] }> {
  const sound = await soundOf(audio, info, { seconds, isWhole: !isCut && lost === 0 }, damage);
  const notes: string[] = [];
  if (isCut)
    notes.push(
      `Only the first ${durationText(seconds)} are shown${duration === undefined || duration > PAGE_SECONDS ? ', the most that a page holds' : ''}.`,
    );
  if (lost > 0)
    notes.push(
      `${lost === 1 ? 'A part' : `${lost} parts`} of the file could not be decoded and ${lost === 1 ? 'is' : 'are'} left out.`,
    );
  if (sound.encoded !== null) notes.push(`The sound was re-encoded for this page: ${sound.encoded}.`);
  return { sound, notes };
}

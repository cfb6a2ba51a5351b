/** Short excerpts of tracks, to be embedded. */
import { decodeAudio } from '../../../audio/decode.js';
import { mp3Address } from '../../../audio/encode/encode.js';

/** Seconds that are decoded, and of these the last ones that are kept: a beginning is often silence or talk. */
const DECODED = 30;
const KEPT = 12;

/** In Hz; MP3 has it, and mono at 48 kbit/s sounds well enough to tell what a track is. */
const SAMPLE_RATE = 22_050;
const BIT_RATE = 48;

/**
 * The last 12 s of a recording's first 30 s, or what there is of them, as the data address of an MP3 file of about 100 kB;
 * null when the file cannot be read.
 */
export async function excerptOf(path: string): Promise<string | null> {
  try {
    const { channels } = await decodeAudio(path, { sampleRate: SAMPLE_RATE, mono: true, duration: DECODED });
    const samples = channels[0].subarray(Math.max(0, channels[0].length - KEPT * SAMPLE_RATE));
    if (samples.length === 0) return null;
    return await mp3Address(samples, SAMPLE_RATE, BIT_RATE);
  } catch {
    // The table already says which tracks could not be read; the page has no sound for this one.
    return null;
  }
}

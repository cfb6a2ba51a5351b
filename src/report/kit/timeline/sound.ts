/** The sound that the page plays: the file itself if it is small, else an MP3 made of it. */
import { readFile, stat } from 'node:fs/promises';
import type { AudioInfo, DamagePolicy } from '../../../audio/audio.js';
import { decodeAudio } from '../../../audio/decode.js';
import { encodeAudio } from '../../../audio/encode/encode.js';

/** Sound as a page holds it. */
export interface EmbeddedSound {
  bytes: Uint8Array;
  mediaType: string;
  /** Whether the file was encoded anew, and to what; null for the file itself. */
  encoded: string | null;
}

/** Bytes of sound that a page may hold: as base64 a third more, so that the page stays under 20 MB. */
const BUDGET = 13_500_000;

/** Formats that every browser plays with the same timing as the decoder here. */
const PLAYED_AS_IT_IS: Record<string, string> = { MP3: 'audio/mpeg', WAV: 'audio/wav' };

/** What a mono MP3 may be, from the best to the smallest: Hz and kbit/s. */
const LADDER = [
  { sampleRate: 44_100, bitRate: 128 },
  { sampleRate: 24_000, bitRate: 64 },
  { sampleRate: 24_000, bitRate: 48 },
] as const;

/** Rates up to which a recording is not resampled for the encoder. */
const MP3_RATES = [16_000, 22_050, 24_000, 32_000, 44_100];

/**
 * Delay of an MP3 file without a gapless tag, in samples: 576 of LAME's encoder, 529 of a decoder (measured in Chromium
 * and here). They are left out before encoding, so that sound and plots agree.
 */
const CODEC_DELAY = 1105;

/**
 * Prepares the sound of a recording for a page.
 *
 * @param shown - length of what is shown, in seconds, and whether that is the whole file
 * @throws DamagedAudio as streamAudio
 */
export async function soundOf(
  audio: string,
  info: AudioInfo,
  shown: { seconds: number; isWhole: boolean },
  damage: DamagePolicy,
): Promise<EmbeddedSound> {
  const mediaType = PLAYED_AS_IT_IS[info.format];
  // Without a duration in its header a browser may guess at places in the file, and the cursor would be wrong.
  if (mediaType && shown.isWhole && info.duration !== null && (await stat(audio)).size <= BUDGET)
    return { bytes: await readFile(audio), mediaType, encoded: null };
  const steps = LADDER.filter(({ bitRate }) => ((1000 * bitRate) / 8) * shown.seconds <= BUDGET);
  const { sampleRate: highest, bitRate } = steps[0] ?? LADDER[LADDER.length - 1];
  const isKept = MP3_RATES.includes(info.sampleRate) && info.sampleRate <= highest;
  const sampleRate = isKept ? info.sampleRate : highest;
  const { channels } = await decodeAudio(audio, { mono: true, sampleRate, duration: shown.seconds, damage });
  const used = sampleRate < 32_000 ? Math.min(bitRate, 64) : bitRate;
  const late = channels[0].subarray(Math.min(CODEC_DELAY, channels[0].length - 1));
  const bytes = await encodeAudio({ channels: [late], sampleRate }, 'mp3', { bitRate: used });
  return { bytes, mediaType: 'audio/mpeg', encoded: `mono MP3, ${sampleRate} Hz, ${used} kbit/s` };
}

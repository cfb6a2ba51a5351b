/** Audio files in, samples out. */
import { extname } from 'node:path';
import { Failure } from '../base/errors.js';
import type { Audio } from './audio.js';
import { decodeMp3 } from './mp3.js';

/** A decoder of one format. */
type Decoder = (bytes: Uint8Array) => Promise<Audio>;

/** Every decoder by file name extension. */
const decoders: Record<string, Decoder> = { '.mp3': decodeMp3 };

/** Name and version of the decoders: part of what the feature store's key depends on. */
export const DECODER_VERSION = 'mpg123-decoder 1.0.3, gapless';

/**
 * Decodes an audio file's bytes.
 *
 * @param bytes - the whole file
 * @param path - its name: the extension chooses the decoder, and messages name it
 * @returns samples by channel
 * @throws Failure when the format is unknown or nothing can be decoded
 */
export async function decodeAudio(bytes: Uint8Array, path: string): Promise<Audio> {
  const decoder = decoders[extname(path).toLowerCase()];
  if (!decoder) {
    throw new Failure(
      `${path} is of an unknown audio format; convert it to ${Object.keys(decoders).join(' or ')}.`,
    );
  }
  if (bytes.length === 0) throw new Failure(`${path} is empty; download it again, or leave it out.`);
  const audio = await decoder(bytes);
  if (audio.channels.length === 0 || audio.channels[0].length === 0) {
    throw new Failure(`${path} holds no audio that can be decoded; download it again, or leave it out.`);
  }
  return audio;
}

/**
 * The mean of the channels.
 *
 * @param channels - one array a channel, of one length
 * @returns mono samples; the channel itself where there is one
 */
export function toMono(channels: Float32Array[]): Float32Array {
  if (channels.length === 1) return channels[0];
  return channels[0].map((_, i) => channels.reduce((sum, channel) => sum + channel[i], 0) / channels.length);
}

/** MPEG audio by mpg123, compiled to WebAssembly. */
import { MPEGDecoder } from 'mpg123-decoder';
import type { Audio } from './audio.js';

/** Samples of a frame, MPEG-1 layer III. */
const FRAME = 1152;

let decoder: MPEGDecoder | null = null;

/**
 * Decodes an MP3 file; the encoder's delay and padding are cut where the file states them.
 *
 * @param bytes - the whole file
 * @returns samples by channel; mono files give two equal channels, as mpg123 does; no channel when nothing could be decoded
 */
export async function decodeMp3(bytes: Uint8Array): Promise<Audio> {
  decoder ??= new MPEGDecoder({ enableGapless: true });
  await decoder.ready;
  try {
    const { channelData, samplesDecoded, sampleRate, errors } = decoder.decode(bytes);
    // Random bytes hold a frame's sync word now and then: more errors than frames is no audio.
    const usable = samplesDecoded > 0 && errors.length < samplesDecoded / FRAME;
    return { channels: usable ? channelData : [], sampleRate, errors: errors.length };
  } finally {
    await decoder.reset();
  }
}

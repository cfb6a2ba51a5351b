/** MP3 encoding by LAME compiled to WebAssembly, whose bytes are the same on every machine. */
import { createMp3Encoder } from 'wasm-media-encoders';
import { SAMPLE_RATE } from './portable.js';

/** Kilobits a second: MagnaTagATune's own. */
const BITRATE = 32;

/** Turns mono samples at 16 kHz into a whole MP3 file. */
export type EncodeMp3 = (samples: Float32Array) => Uint8Array;

/**
 * Starts the encoder, once for any number of files.
 *
 * @returns a function that encodes samples in [-1, 1] as 32 kbit/s mono; each result is a copy of its own
 */
export async function startMp3Encoder(): Promise<EncodeMp3> {
  const encoder = await createMp3Encoder();
  return (samples) => {
    encoder.configure({ sampleRate: SAMPLE_RATE, channels: 1, bitrate: BITRATE });
    // The encoder hands out views of its own memory, valid until the next call. Feeding it a second at a time
    // keeps that memory small.
    const pieces: Uint8Array[] = [];
    for (let from = 0; from < samples.length; from += SAMPLE_RATE)
      pieces.push(encoder.encode([samples.subarray(from, from + SAMPLE_RATE)]).slice());
    pieces.push(encoder.finalize().slice());
    return Buffer.concat(pieces);
  };
}

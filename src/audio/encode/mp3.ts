/** MP3 encoding by LAME compiled to WebAssembly, whose bytes are the same on every machine. */
import type { createMp3Encoder } from 'wasm-media-encoders';
import { joinBytes } from '../samples.js';

/** How an MP3 file is made. */
export interface Mp3Settings {
  /** In Hz, one that MPEG-1, 2 or 2.5 has. */
  sampleRate: number;
  /** Constant bit rate in kbit/s. */
  bitRate: number;
}

/** The sample rates that the format has, in Hz, in order; LAME would resample any other without saying so. */
export const SAMPLE_RATES = [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000];

/** Largest bit rate in kbit/s: of MPEG-1, and of the lower sample rates of MPEG-2 and 2.5. */
const LARGEST_BIT_RATE = { mpeg1: 320, mpeg2: 160, mpeg25: 64 };

function largestBitRate(sampleRate: number): number {
  if (sampleRate >= 32_000) return LARGEST_BIT_RATE.mpeg1;
  return sampleRate >= 16_000 ? LARGEST_BIT_RATE.mpeg2 : LARGEST_BIT_RATE.mpeg25;
}

/** Whether files of a sample rate in Hz may have a bit rate in kbit/s. */
export const takesBitRate = (sampleRate: number, bitRate: number): boolean =>
  bitRate <= largestBitRate(sampleRate);

type EncoderSettings = Parameters<Awaited<ReturnType<typeof createMp3Encoder>>['configure']>[0];

/** Turns samples in [-1, 1], one array for each of one or two channels, into a whole MP3 file. */
export type EncodeMp3 = (channels: Float32Array[], settings: Mp3Settings) => Uint8Array;

/** Starts the encoder, once for any number of files; encoding throws RangeError for an unsupported rate. */
export async function startMp3Encoder(): Promise<EncodeMp3> {
  const library = await import('wasm-media-encoders');
  const encoder = await library.createMp3Encoder();
  return (channels, { sampleRate, bitRate }) => {
    if (!SAMPLE_RATES.includes(sampleRate) || channels.length > 2 || !takesBitRate(sampleRate, bitRate)) {
      throw new RangeError(
        `MP3 does not support ${channels.length} channels at ${sampleRate} Hz and ${bitRate} kbit/s; resample to 44100 or 16000 Hz, mix to one or two channels, or lower the bit rate.`,
      );
    }
    encoder.configure({ sampleRate, channels: channels.length, bitrate: bitRate } as EncoderSettings);
    // The encoder returns views of its memory, valid until the next call. Feeding it a second at a time
    // keeps that memory small.
    const pieces: Uint8Array[] = [];
    for (let from = 0; from < channels[0].length; from += sampleRate)
      pieces.push(
        encoder.encode(channels.map((channel) => channel.subarray(from, from + sampleRate))).slice(),
      );
    pieces.push(encoder.finalize().slice());
    return joinBytes(pieces);
  };
}

/** Samples in, an audio file out. */
import type { Audio } from '../audio.js';
import { joinBytes } from '../samples.js';
import { startMp3Encoder } from './mp3.js';
import { withInfoFrame } from './mp3-info-frame.js';
import { encodeWav } from './wav.js';

/** How a file is made. */
export interface EncodeOptions {
  /** Of WAV 16, 24 or 32 (floating point), of FLAC 16 or 24. Default: 16. */
  bitDepth?: 16 | 24 | 32;
  /** Of MP3, constant, in kbit/s. Default: 64 per channel, 32 below 16 kHz. */
  bitRate?: number;
  /**
   * Of MP3: whether a first frame states the encoder's delay and padding, so that decoders give exactly the samples that went
   * in, at their times. Default: false.
   */
  gapless?: boolean;
}

type Samples = Pick<Audio, 'channels' | 'sampleRate'>;

/** Where STREAMINFO has the last 32 of the 36 bits of the number of samples. */
const FLAC_LENGTH = 22;

/** Writes the number of samples into the header, which an encoder of a stream leaves at 0: libsndfile reads no such file. */
function writeFlacLength(file: Uint8Array, samples: number): void {
  const view = new DataView(file.buffer, file.byteOffset);
  view.setUint8(FLAC_LENGTH - 1, (view.getUint8(FLAC_LENGTH - 1) & 0xf0) | Math.floor(samples / 2 ** 32));
  view.setUint32(FLAC_LENGTH, samples % 2 ** 32);
}

/** Every encoder by file name ending. */
const encoders = {
  wav: async ({ channels, sampleRate }: Samples, { bitDepth }: EncodeOptions) =>
    encodeWav(channels, sampleRate, bitDepth),
  flac: async ({ channels, sampleRate }: Samples, { bitDepth = 16 }: EncodeOptions) => {
    if (bitDepth === 32) throw new RangeError('FLAC has 16 or 24 bits per sample here, not 32.');
    const { default: createEncoder } = await import('@audio/encode-flac');
    const encoder = await createEncoder({ sampleRate, channels: channels.length, bitDepth });
    try {
      const file = joinBytes([encoder.encode(channels), encoder.flush()]);
      writeFlacLength(file, channels[0].length);
      return file;
    } finally {
      encoder.free();
    }
  },
  mp3: async ({ channels, sampleRate }: Samples, { bitRate, gapless = false }: EncodeOptions) => {
    const usual = (sampleRate < 16_000 ? 32 : 64) * channels.length;
    const file = (await startMp3Encoder())(channels, { sampleRate, bitRate: bitRate ?? usual });
    return gapless ? withInfoFrame(file, channels[0].length, sampleRate) : file;
  },
} satisfies Record<string, (audio: Samples, options: EncodeOptions) => Promise<Uint8Array>>;

/** A format that can be written. */
export type EncodedFormat = keyof typeof encoders;

/** Names of the formats that can be written. */
export const ENCODED_FORMATS = Object.keys(encoders) as EncodedFormat[];

/**
 * Encodes samples (full scale ±1) as `wav`, `flac` (libFLAC) or `mp3` (LAME). Throws RangeError for a rate or depth
 * that the format does not have.
 */
export async function encodeAudio(
  audio: Samples,
  format: EncodedFormat,
  options: EncodeOptions = {},
): Promise<Uint8Array> {
  return encoders[format](audio, options);
}

/** A mono excerpt as the data address of an MP3 file, for a page; `bitRate` in kbit/s. */
export async function mp3Address(
  samples: Float32Array,
  sampleRate: number,
  bitRate: number,
): Promise<string> {
  const file = await encodeAudio({ channels: [samples], sampleRate }, 'mp3', { bitRate });
  return `data:audio/mpeg;base64,${Buffer.from(file).toString('base64')}`;
}

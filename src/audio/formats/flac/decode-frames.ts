/** FLAC frames into samples: by a native decoder where there is one, else by libFLAC, compiled to WebAssembly. */
import type { FLACDecoder } from '@wasm-audio-decoders/flac';
import { joinBytes } from '../../samples.js';
import { type NativeDecoder, viewOf } from '../format.js';
import { BLOCK_HEADER, type FlacFrame, MARK, STREAM_INFO_END, type StreamInfo } from './header.js';

/** Frames decoded at a time. */
const BATCH = { native: 64, wasm: 8 };

/** Smallest and largest number of samples that a frame may have. */
const FRAME_SAMPLES = [16, 65_535];

/** Frames of a stream as a file of their own. */
function fileOf(
  frames: FlacFrame[],
  { sampleRate, channels, bits }: StreamInfo,
  samples: number,
): Uint8Array {
  const head = new Uint8Array(STREAM_INFO_END);
  const view = viewOf(head);
  view.setUint32(0, 0x664c_6143); // "fLaC"
  head[MARK] = 0x80; // STREAMINFO, the last block of metadata
  head[MARK + 3] = STREAM_INFO_END - MARK - BLOCK_HEADER;
  for (const [i, size] of FRAME_SAMPLES.entries()) view.setUint16(MARK + BLOCK_HEADER + 2 * i, size);
  view.setUint32(18, sampleRate * 2 ** 12 + (((channels - 1) << 9) | ((bits - 1) << 4)));
  view.setUint32(22, samples);
  return joinBytes([head, ...frames.map(({ bytes }) => bytes)]);
}

/** Turns frames into samples. */
export class FlacFrames {
  private wasm: FLACDecoder | null = null;

  /** @param native - dropped at the first batch that it does not decode in full. Default: none. */
  constructor(private native: NativeDecoder | null = null) {}

  /** Frames that are decoded at a time. */
  get batch(): number {
    return this.native ? BATCH.native : BATCH.wasm;
  }

  /** The samples of whole frames, and how many frames cannot be decoded. */
  async decode(
    frames: FlacFrame[],
    stream: StreamInfo,
  ): Promise<{ channels: Float32Array[]; errors: number }> {
    const samples = frames.reduce((sum, { header }) => sum + header.samples, 0);
    const { sampleRate, channels } = stream;
    const decoded = this.native?.decode(fileOf(frames, stream, samples), { sampleRate, channels, samples });
    if (decoded) return { channels: decoded, errors: 0 };
    this.native = null;
    return this.decodeByWasm(frames, stream.bits);
  }

  private async decodeByWasm(
    frames: FlacFrame[],
    bits: number,
  ): Promise<{ channels: Float32Array[]; errors: number }> {
    this.wasm ??= new (await import('@wasm-audio-decoders/flac')).FLACDecoder();
    await this.wasm.ready;
    const { channelData, samplesDecoded, errors } = await this.wasm.decodeFrames(
      frames.map(({ bytes }) => bytes),
    );
    const fullScale = 2 ** (bits - 1);
    const channels = channelData.map((channel) => channel.subarray(0, samplesDecoded));
    // The decoder divides by the largest positive integer; full scale is one more, as libsndfile has it.
    for (const channel of channels)
      for (let n = 0; n < channel.length; n++)
        channel[n] = Math.round(channel[n] * (fullScale - 1)) / fullScale;
    return { channels, errors: errors.length };
  }

  /** Forgets the frames so far. */
  restart(): void {
    try {
      this.wasm?.free();
    } catch {
      // Damage that broke the decoder's own memory: all of it goes with the decoder.
    }
    this.wasm = null;
  }
}

/** Frames of layer III decoded in batches by mpg123, compiled to WebAssembly. */
import type { MPEGDecoder } from 'mpg123-decoder';
import type { Damage } from '../../damage.js';
import { joinBytes } from '../../samples.js';
import type { Mp3Frame } from './header.js';

/** Turns the frames of one part into samples, a batch at a time. */
export interface Mp3Batches {
  /** Whether the frames so far have to be decoded before the next is pushed. */
  isDue(next: Mp3Frame): boolean;
  push(frame: Mp3Frame): void;
  /** The samples of the frames since the last call, in blocks of one number of channels. */
  decode(): Promise<Float32Array[][]>;
  /** Forgets the frames so far: another part's frames do not go on from them. */
  restart(): Promise<void>;
  /** Gives the decoder back. */
  free(): Promise<void>;
}

/** Whether a batch ends before a frame: it is full, or the number of channels changes. */
export function endsBatch(batch: Mp3Frame[], size: number, next: Mp3Frame): boolean {
  return batch.length >= size || (batch.length > 0 && batch[0].header.channels !== next.header.channels);
}

/** Frames decoded at a time: half a second to a second of sound. */
export const BLOCK_FRAMES = 32;

/** A layer III decoder is a few thousand samples of state; one is made once and used again. */
const idle: MPEGDecoder[] = [];

async function takeDecoder(): Promise<MPEGDecoder> {
  const decoder = idle.pop() ?? new (await import('mpg123-decoder')).MPEGDecoder({ enableGapless: false });
  await decoder.ready;
  return decoder;
}

/** Decodes by WebAssembly. */
export class WasmBatches implements Mp3Batches {
  private batch: Mp3Frame[] = [];

  private constructor(
    private readonly decoder: MPEGDecoder,
    private readonly damage: Damage,
  ) {}

  /** @param before - frames whose samples are wanted no more, but which the next go on from. Default: none. */
  static async start(damage: Damage, before: Mp3Frame[] = []): Promise<WasmBatches> {
    const decoder = await takeDecoder();
    if (before.length > 0) decoder.decode(joinBytes(before.map((frame) => frame.bytes)));
    return new WasmBatches(decoder, damage);
  }

  isDue(next: Mp3Frame): boolean {
    return endsBatch(this.batch, BLOCK_FRAMES, next);
  }

  push(frame: Mp3Frame): void {
    this.batch.push(frame);
  }

  async decode(): Promise<Float32Array[][]> {
    if (this.batch.length === 0) return [];
    const { channels } = this.batch[0].header;
    const bytes = joinBytes(this.batch.map((frame) => frame.bytes));
    this.batch = [];
    const { channelData, samplesDecoded, errors } = this.decoder.decode(bytes);
    if (errors.length > 0) this.damage.add(errors.length);
    // Of a mono file mpg123 gives the same samples twice.
    return samplesDecoded > 0 ? [channelData.slice(0, channels)] : [];
  }

  async restart(): Promise<void> {
    await this.decoder.reset();
  }

  async free(): Promise<void> {
    // One that damage has broken is not used again.
    await this.decoder.reset().then(
      () => idle.push(this.decoder),
      () => {},
    );
  }
}

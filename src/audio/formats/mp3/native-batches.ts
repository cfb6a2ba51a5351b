/** Frames of layer III decoded in batches by a native decoder, which gets each batch as a file of its own. */
import type { Damage } from '../../damage.js';
import type { NativeDecoder } from '../format.js';
import { BLOCK_FRAMES, endsBatch, type Mp3Batches, WasmBatches } from './batches.js';
import { HEADER_BYTES, type Mp3Frame } from './header.js';

/** Frames decoded at a time: ten seconds of sound, of which those that are decoded twice are a few hundredths. */
const BATCH = 384;

/** Bytes of earlier frames that a frame's sound may lie in (`main_data_begin`, of nine bits). */
const RESERVOIR = 511;

/** Earlier frames that overlap with a frame's sound: by the transform, and by the filter bank's memory. */
const OVERLAP = 2;

/** The frames at the end that the next frame's samples depend on. */
function lastNeeded(frames: Mp3Frame[]): Mp3Frame[] {
  let from = Math.max(0, frames.length - OVERLAP);
  for (let bytes = 0; from > 0 && bytes < RESERVOIR; from--) {
    const { header } = frames[from - 1];
    // A checksum takes two more, so that at worst one frame too many is kept.
    bytes += header.length - HEADER_BYTES - header.sideInfo - 2;
  }
  return frames.slice(from);
}

/**
 * Frames as a file. mpg123 guesses the number of frames by the size of the first, and gives no samples beyond it: zeros
 * behind the frames, which are never decoded, make the guess large enough. (A Xing frame would state the number, but
 * cost the first 529 samples, a decoder's delay.)
 */
function fileOf(frames: Mp3Frame[]): Uint8Array {
  const largest = Math.max(...frames.map(({ bytes }) => bytes.length));
  const file = new Uint8Array(largest * (frames.length + 2));
  let at = 0;
  for (const { bytes } of frames) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

/**
 * Decodes by a native decoder. From the first batch of a part that it does not decode in full, or in which the number
 * of channels changes, WebAssembly decodes the rest of the part and judges its damage.
 */
export class NativeBatches implements Mp3Batches {
  private batch: Mp3Frame[] = [];
  private before: Mp3Frame[] = [];
  private wasm: WasmBatches | null = null;

  constructor(
    private readonly native: NativeDecoder,
    private readonly damage: Damage,
  ) {}

  isDue(next: Mp3Frame): boolean {
    return this.wasm ? this.wasm.isDue(next) : endsBatch(this.batch, BATCH, next);
  }

  push(frame: Mp3Frame): void {
    if (this.wasm) this.wasm.push(frame);
    else this.batch.push(frame);
  }

  async decode(): Promise<Float32Array[][]> {
    if (this.wasm) return this.wasm.decode();
    const frames = this.batch;
    if (frames.length === 0) return [];
    this.batch = [];
    const blocks = this.decodeNative(frames);
    if (blocks) {
      this.before = lastNeeded([...this.before, ...frames]);
      return blocks;
    }
    this.wasm = await WasmBatches.start(this.damage, this.before);
    for (const frame of frames) this.wasm.push(frame);
    return this.wasm.decode();
  }

  async restart(): Promise<void> {
    this.batch = [];
    this.before = [];
    await this.free();
  }

  async free(): Promise<void> {
    await this.wasm?.free();
    this.wasm = null;
  }

  /** The samples of frames in blocks; null where they are not as many as they should be. */
  private decodeNative(frames: Mp3Frame[]): Float32Array[][] | null {
    const { before } = this;
    const { sampleRate, channels, samples } = frames[0].header;
    if (before.some(({ header }) => header.channels !== channels)) return null;
    const all = [...before, ...frames];
    const decoded = this.native.decode(fileOf(all), { sampleRate, channels, samples: all.length * samples });
    if (!decoded) return null;
    const blocks: Float32Array[][] = [];
    const step = BLOCK_FRAMES * samples;
    for (let at = before.length * samples; at < all.length * samples; at += step)
      blocks.push(decoded.map((channel) => channel.subarray(at, at + step)));
    return blocks;
  }
}

/** One encoded part of an MP3 file: usually all of it, but files are joined, each with its own Info tag. */
import type { Damage } from '../../damage.js';
import { joinSamples } from '../../samples.js';
import type { Mp3Frame } from './header.js';
import type { InfoTag } from './info-tag.js';

/** Cuts what the encoder added to a part, and holds the frames that it states against those that came. */
export class Mp3Part {
  private found = 0;
  private bytes: number;
  private toSkip = 0;
  /** Samples at the end to cut, once it is known that it is the end. */
  private atEnd = 0;
  private held: Float32Array[] | null = null;

  /** @param tag - null where the part begins with sound */
  constructor(
    first: Mp3Frame,
    private readonly tag: InfoTag | null,
    private readonly damage: Damage,
  ) {
    this.bytes = first.bytes.length;
    if (!tag) this.found = 1;
    // Without an encoder's figures nothing is cut, as mpg123 does.
    this.toSkip = tag?.skip ?? 0;
    this.atEnd = tag?.cut ?? 0;
  }

  /** Counts a frame of sound. */
  count({ bytes }: Mp3Frame): void {
    this.found++;
    this.bytes += bytes.length;
  }

  /** Whether the part states how many frames it has, and all of them came. */
  get hasAllStated(): boolean {
    const { frames, bytes } = this.tag ?? {};
    if (!frames) return false;
    // Some encoders count their own tag's frame.
    return this.found >= frames || (this.found === frames - 1 && !!bytes && this.bytes >= bytes);
  }

  /** The samples that are final after the next block. */
  *push(block: Float32Array[]): Generator<Float32Array[], void> {
    const from = Math.min(this.toSkip, block[0].length);
    this.toSkip -= from;
    if (this.held && this.held.length !== block.length) {
      yield this.held;
      this.held = null;
    }
    let sound = block.map((channel) => channel.subarray(from));
    if (this.held && sound[0].length < this.atEnd) {
      const { held } = this;
      sound = sound.map((channel, i) => joinSamples([held[i], channel]));
    } else if (this.held && this.held[0].length > 0) yield this.held;
    const certain = Math.max(0, sound[0].length - this.atEnd);
    this.held = sound.map((channel) => channel.slice(certain));
    if (certain > 0) yield sound.map((channel) => channel.subarray(0, certain));
  }

  /** The last samples, without the encoder's padding where the frames are as many as stated. */
  *finish({ samples, sampleRate }: { samples: number; sampleRate: number }): Generator<Float32Array[], void> {
    const isAsStated = this.found === this.tag?.frames;
    if (this.held && this.held[0].length > 0 && !isAsStated) yield this.held;
    if (!this.tag?.frames || this.hasAllStated) return;
    const missing = ((this.tag.frames - this.found) * samples) / sampleRate;
    this.damage.add(this.damage.errors > 0 ? 0 : 1, missing);
  }
}

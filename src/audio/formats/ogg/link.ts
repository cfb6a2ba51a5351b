/** One logical stream of an Ogg file: its pages in, its samples out, cut and counted by the positions they state. */
import { DamagedAudio } from '../../audio.js';
import type { Damage } from '../../damage.js';
import { joinSamples } from '../../samples.js';
import type { OggCodec, PacketDecoder } from './codec.js';
import { PacketAssembler } from './packets.js';
import type { OggPage } from './pages.js';

/** Seconds by which positions may jump without a page being lost: muxers that know milliseconds only round them. */
const POSITION_SLACK = 0.1;

/** Decodes one stream. */
export class OggLink {
  private readonly assembler = new PacketAssembler();
  private readonly headers: Uint8Array[];
  private readonly wanted: number;
  private decoder: PacketDecoder | null = null;
  private isEnded = false;
  /** Of the last page that states one. */
  private position: number | null = null;
  /** Samples decoded since that page. */
  private since = 0;
  private hasLost = false;
  private errorsSince = 0;
  private toSkip = 0;
  /** The last page's samples: the next page, if it is the last, may cut them. */
  private held: Float32Array[] | null = null;

  /** @param page - the stream's first */
  constructor(
    readonly codec: OggCodec,
    page: OggPage,
    private readonly damage: Damage,
  ) {
    const { packets } = this.assembler.push(page);
    this.headers = packets;
    this.wanted = codec.headers(packets[0]);
  }

  /** The samples that are final after the stream's next page. Throws DamagedAudio when its headers cannot be read. */
  async *push(page: OggPage): AsyncGenerator<Float32Array[], void> {
    if (page.isCut) {
      const missing = page.granule - (this.position ?? page.granule) - this.since;
      if (this.decoder) this.damage.add(0, missing / this.decoder.sampleRate);
      return;
    }
    const { packets, isLost } = this.assembler.push(page);
    if (this.isEnded) {
      this.damage.add();
      return;
    }
    if (isLost && this.decoder === null) throw new DamagedAudio('has damaged headers');
    while (this.decoder === null && packets.length > 0 && this.headers.length < this.wanted)
      this.headers.push(packets.shift()!);
    if (this.headers.length < this.wanted) return;
    if (this.decoder === null) {
      this.decoder = await this.codec.start(this.headers);
      this.toSkip = this.decoder.preSkip;
      // The sound begins on a page of its own.
      if (packets.length === 0) return;
    }
    this.isEnded = page.isLast;
    if (isLost) {
      this.hasLost = true;
      await this.decoder.restart();
    }
    const { channels, errors } = await this.decoder.decode(packets);
    this.errorsSince += errors;
    const sound = this.place(channels, page);
    if (sound.length === 0 || sound[0].length === 0) return;
    if (this.held) yield this.held;
    this.held = sound;
    if (this.isEnded) yield* this.finish();
  }

  /** Ends the stream; without its last page something is missing. */
  *finish(): Generator<Float32Array[], void> {
    if (this.held && this.held[0].length > 0) yield this.held;
    this.held = null;
    if (!this.isEnded) this.damage.add(1 + this.errorsSince);
    this.isEnded = true;
    this.decoder?.free();
    this.decoder = null;
  }

  /** Whether sound was expected. */
  get hasBegun(): boolean {
    return this.decoder !== null || this.isEnded;
  }

  /** Holds a page's samples against its position, and cuts what is not sound. */
  private place(channels: Float32Array[], page: OggPage): Float32Array[] {
    const { sampleRate } = this.decoder!;
    let sound = channels;
    const count = sound[0]?.length ?? 0;
    this.since += count;
    if (page.granule >= 0) {
      // The first position tells where the stream begins, which may be later than 0.
      const isFirst = this.position === null;
      const begin =
        this.position ?? (page.isLast || this.hasLost ? 0 : Math.max(0, page.granule - this.since));
      const stated = page.granule - begin;
      const excess = this.since - stated;
      if (page.isLast && excess > 0) sound = this.cutEnd(sound, excess);
      else if (isFirst && excess > 0) this.toSkip += excess;
      const missing = -excess / sampleRate;
      const isHole = this.hasLost || this.errorsSince > 0 ? missing > 0 : missing > POSITION_SLACK;
      if (isHole || this.errorsSince > 0) this.damage.add(Math.max(1, this.errorsSince), missing);
      this.position = page.granule;
      this.since = 0;
      this.hasLost = false;
      this.errorsSince = 0;
    }
    const from = Math.min(this.toSkip, sound[0]?.length ?? 0);
    this.toSkip -= from;
    return from > 0 ? sound.map((channel) => channel.subarray(from)) : sound;
  }

  /** Cuts samples off the end of a page's, and of those before it where they are not enough. */
  private cutEnd(sound: Float32Array[], excess: number): Float32Array[] {
    if (!this.held || (sound[0]?.length ?? 0) >= excess)
      return sound.map((channel) => channel.subarray(0, Math.max(0, channel.length - excess)));
    const both = this.held.map((channel, i) => (sound[i] ? joinSamples([channel, sound[i]]) : channel));
    this.held = null;
    return both.map((channel) => channel.subarray(0, Math.max(0, channel.length - excess)));
  }
}

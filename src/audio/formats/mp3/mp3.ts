/** MP3 by mpg123, compiled to WebAssembly. */
import { MPEGDecoder } from 'mpg123-decoder';
import type { OpenAudio } from '../../audio.js';
import { Damage } from '../../damage.js';
import { joinBytes } from '../../samples.js';
import { type AudioFormat, UnsupportedAudio } from '../format.js';
import { findFrames } from '../frames.js';
import { type Mp3Frame, mp3Kind, readFrameHeader } from './header.js';
import { readInfoTag } from './info-tag.js';
import { Mp3Part } from './part.js';

/** Frames decoded at a time: half a second to a second of sound. */
const BATCH = 32;

/** A layer III decoder is a few thousand samples of state; one is made once and used again. */
const idle: MPEGDecoder[] = [];

async function takeDecoder(): Promise<MPEGDecoder> {
  const decoder = idle.pop() ?? new MPEGDecoder({ enableGapless: false });
  await decoder.ready;
  return decoder;
}

/** Decodes frames in batches of one number of channels. */
class Mp3Batches {
  private batch: Mp3Frame[] = [];

  private constructor(
    private readonly decoder: MPEGDecoder,
    private readonly damage: Damage,
  ) {}

  static async start(damage: Damage): Promise<Mp3Batches> {
    return new Mp3Batches(await takeDecoder(), damage);
  }

  /** The samples of the frames before, where a batch ends. */
  *push(frame: Mp3Frame): Generator<Float32Array[], void> {
    if (this.batch.length > 0 && frame.header.channels !== this.batch[0].header.channels) yield* this.flush();
    this.batch.push(frame);
    if (this.batch.length === BATCH) yield* this.flush();
  }

  /** The samples of all frames so far. */
  *flush(): Generator<Float32Array[], void> {
    if (this.batch.length === 0) return;
    const { channels } = this.batch[0].header;
    const bytes = joinBytes(this.batch.map((frame) => frame.bytes));
    this.batch = [];
    const { channelData, samplesDecoded, errors } = this.decoder.decode(bytes);
    if (errors.length > 0) this.damage.add(errors.length);
    // Of a mono file mpg123 gives the same samples twice.
    if (samplesDecoded > 0) yield channelData.slice(0, channels);
  }

  /** Forgets the frames so far: another part's frames do not go on from them. */
  async restart(): Promise<void> {
    await this.decoder.reset();
  }

  /** Gives the decoder back. */
  async free(): Promise<void> {
    // One that damage has broken is not used again.
    await this.decoder.reset().then(
      () => idle.push(this.decoder),
      () => {},
    );
  }
}

/** What follows the last frame, once it is known; null: nothing but tags. */
interface Tail {
  is: 'a cut frame' | 'unknown' | null;
}

/** The samples of the parts in order. */
async function* samplesOf(
  frames: AsyncGenerator<Mp3Frame, void>,
  first: { frame: Mp3Frame; part: Mp3Part; isSound: boolean; tail: Tail },
  damage: Damage,
): AsyncGenerator<Float32Array[], void> {
  const form = first.frame.header;
  const batches = await Mp3Batches.start(damage);
  let { part } = first;
  const trim = function* (blocks: Iterable<Float32Array[]>): Generator<Float32Array[], void> {
    for (const block of blocks) yield* part.push(block);
  };
  try {
    if (first.isSound) yield* trim(batches.push(first.frame));
    for await (const frame of frames) {
      const tag = readInfoTag(frame);
      if (tag) {
        yield* trim(batches.flush());
        yield* part.finish(form);
        await batches.restart();
        part = new Mp3Part(frame, tag, damage);
        continue;
      }
      part.count(frame);
      yield* trim(batches.push(frame));
    }
    yield* trim(batches.flush());
    // Nothing is missing before junk where all frames that are stated came.
    if (first.tail.is === 'a cut frame' || (first.tail.is && !part.hasAllStated)) damage.add();
    yield* part.finish(form);
  } finally {
    await batches.free();
  }
}

/** MPEG-1, 2 and 2.5, layer III; the encoder's delay and padding are cut where the file states them. */
export const mp3: AudioFormat = {
  name: 'MP3',
  decoder: 'mpg123-decoder 1.0.3, gapless parts',
  matches: (head) => readFrameHeader(head, 0) !== null,
  async open(reader): Promise<OpenAudio> {
    const damage = new Damage();
    const tail: Tail = { is: null };
    const frames = findFrames(reader.rest(), mp3Kind, {
      onGap: () => damage.add(),
      onTail: (isCutFrame) => {
        tail.is = isCutFrame ? 'a cut frame' : 'unknown';
      },
    });
    const { value: first } = await frames.next();
    if (!first) throw new UnsupportedAudio('holds no MP3 frames');
    const { sampleRate, channels, samples } = first.header;
    const tag = readInfoTag(first);
    const part = new Mp3Part(first, tag, damage);
    const length = tag?.frames ? Math.max(0, tag.frames * samples - tag.delay - tag.padding) : null;
    return {
      info: {
        format: mp3.name,
        decoder: mp3.decoder,
        sampleRate,
        channels,
        duration: length === null ? null : length / sampleRate,
      },
      blocks: samplesOf(frames, { frame: first, part, isSound: tag === null, tail }, damage),
      errors: () => damage.errors,
      missing: () => damage.missing,
    };
  },
};

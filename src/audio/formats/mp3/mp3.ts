/** MP3 by mpg123: natively where that is installed, else compiled to WebAssembly. */
import type { OpenAudio } from '../../audio.js';
import { Damage } from '../../damage.js';
import { type AudioFormat, decoderOf, type NativeDecoder, UnsupportedAudio } from '../format.js';
import { findFrames } from '../frames.js';
import { type Mp3Batches, WasmBatches } from './batches.js';
import { HEADER_BYTES, isFreeFormat, type Mp3Frame, mp3Kind, readFrameHeader } from './header.js';
import { readInfoTag } from './info-tag.js';
import { NativeBatches } from './native-batches.js';
import { Mp3Part } from './part.js';

/** What follows the last frame, once it is known; null: nothing but tags. */
interface Tail {
  is: 'a cut frame' | 'unknown' | null;
}

/** The samples of the parts in order. */
async function* samplesOf(
  frames: AsyncGenerator<Mp3Frame, void>,
  first: { frame: Mp3Frame; part: Mp3Part; isSound: boolean; tail: Tail },
  damage: Damage,
  native: NativeDecoder | null,
): AsyncGenerator<Float32Array[], void> {
  const form = first.frame.header;
  const batches: Mp3Batches = native ? new NativeBatches(native, damage) : await WasmBatches.start(damage);
  let { part } = first;
  const trim = function* (blocks: Iterable<Float32Array[]>): Generator<Float32Array[], void> {
    for (const block of blocks) yield* part.push(block);
  };
  try {
    if (first.isSound) batches.push(first.frame);
    for await (const frame of frames) {
      const tag = readInfoTag(frame);
      if (tag) {
        yield* trim(await batches.decode());
        yield* part.finish(form);
        await batches.restart();
        part = new Mp3Part(frame, tag, damage);
        continue;
      }
      part.count(frame);
      if (batches.isDue(frame)) yield* trim(await batches.decode());
      batches.push(frame);
    }
    yield* trim(await batches.decode());
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
  decoder: 'mpg123-decoder 1.0.3, gapless parts, delays as stated',
  hasNative: true,
  matches: (head) => readFrameHeader(head, 0) !== null,
  async open(reader, _source, native = null): Promise<OpenAudio> {
    const damage = new Damage();
    const isFree = isFreeFormat(await reader.peek(HEADER_BYTES));
    const tail: Tail = { is: null };
    const frames = findFrames(reader.rest(), mp3Kind, {
      onGap: () => damage.add(),
      onTail: (isCutFrame) => {
        tail.is = isCutFrame ? 'a cut frame' : 'unknown';
      },
    });
    const { value: first } = await frames.next();
    if (!first)
      throw new UnsupportedAudio(
        isFree ? 'is MP3 of free format, which is not supported' : 'holds no MP3 frames',
      );
    const { sampleRate, channels, samples } = first.header;
    const tag = readInfoTag(first);
    const part = new Mp3Part(first, tag, damage);
    const length = tag?.frames ? Math.max(0, tag.frames * samples - tag.skip - tag.cut) : null;
    return {
      info: {
        format: mp3.name,
        decoder: decoderOf(mp3, native),
        sampleRate,
        channels,
        duration: length === null ? null : length / sampleRate,
      },
      blocks: samplesOf(frames, { frame: first, part, isSound: tag === null, tail }, damage, native),
      errors: () => damage.errors,
      missing: () => damage.missing,
    };
  },
};

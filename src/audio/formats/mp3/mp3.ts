/** MP3 by mpg123, compiled to WebAssembly. */
import { MPEGDecoder } from 'mpg123-decoder';
import { DamagedAudio, type OpenAudio } from '../../audio.js';
import { joinBytes, joinSamples } from '../../samples.js';
import type { AudioFormat } from '../format.js';
import { type Mp3Frame, mp3Frames } from './frames.js';
import { readFrameHeader } from './header.js';
import { DECODER_DELAY, readInfoTag } from './info-tag.js';

/** Frames decoded at a time: half a second to a second of sound. */
const BATCH = 32;

/** A layer III decoder is a few thousand samples of state; one is made once and used again. */
const idle: MPEGDecoder[] = [];

async function takeDecoder(): Promise<MPEGDecoder> {
  const decoder = idle.pop() ?? new MPEGDecoder({ enableGapless: false });
  await decoder.ready;
  return decoder;
}

async function* decodeFrames(
  frames: AsyncIterable<Mp3Frame>,
  channels: number,
  onErrors: (count: number) => void,
): AsyncGenerator<Float32Array[], void> {
  const decoder = await takeDecoder();
  try {
    let batch: Mp3Frame[] = [];
    const decodeBatch = function* (): Generator<Float32Array[], void> {
      if (batch.length === 0) return;
      const { channelData, samplesDecoded, errors } = decoder.decode(
        joinBytes(batch.map(({ bytes }) => bytes)),
      );
      batch = [];
      if (errors.length > 0) onErrors(errors.length);
      // Of a mono file mpg123 gives the same samples twice.
      if (samplesDecoded > 0) yield channelData.slice(0, channels);
    };
    for await (const frame of frames) {
      batch.push(frame);
      if (batch.length === BATCH) yield* decodeBatch();
    }
    yield* decodeBatch();
  } finally {
    // One that damage has broken is not used again.
    await decoder.reset().then(
      () => idle.push(decoder),
      () => {},
    );
  }
}

/**
 * Cuts the first `begin` samples, and the last `end` where the file is as long as it states (nothing was appended to
 * it).
 */
async function* trim(
  blocks: AsyncGenerator<Float32Array[], void>,
  begin: number,
  end: number,
  isAsStated: () => boolean,
): AsyncGenerator<Float32Array[], void> {
  let skip = begin;
  let held: Float32Array[] | null = null;
  for await (const block of blocks) {
    const from = Math.min(skip, block[0].length);
    skip -= from;
    const sound: Float32Array[] = block.map((channel, i) => {
      const rest = channel.subarray(from);
      return held ? joinSamples([held[i], rest]) : rest;
    });
    const certain = Math.max(0, sound[0].length - end);
    held = sound.map((channel) => channel.slice(certain));
    if (certain > 0) yield sound.map((channel) => channel.subarray(0, certain));
  }
  if (held && held[0].length > 0 && !isAsStated()) yield held;
}

/** MPEG-1, 2 and 2.5, layer III; the encoder's delay and padding are cut where the file states them. */
export const mp3: AudioFormat = {
  name: 'MP3',
  decoder: 'mpg123-decoder 1.0.3, gapless',
  matches: (head) => readFrameHeader(head, 0) !== null,
  async open(reader): Promise<OpenAudio> {
    let errors = 0;
    const frames = mp3Frames(reader.rest(), () => errors++);
    const { value: first } = await frames.next();
    if (!first) throw new DamagedAudio('holds no MP3 frames');
    const { sampleRate, channels, samples } = first.header;
    const tag = readInfoTag(first);
    let found = 0;
    const sounding = async function* (): AsyncGenerator<Mp3Frame, void> {
      if (!tag) yield first;
      for await (const frame of frames) {
        found++;
        yield frame;
      }
    };
    const decoded = decodeFrames(sounding(), channels, (count) => {
      errors += count;
    });
    // Without an encoder's figures nothing is cut, as mpg123 does.
    const blocks =
      tag && tag.delay + tag.padding > 0
        ? trim(
            decoded,
            tag.delay + DECODER_DELAY,
            Math.max(0, tag.padding - DECODER_DELAY),
            () => found === tag.frames,
          )
        : decoded;
    const length = tag?.frames ? Math.max(0, tag.frames * samples - tag.delay - tag.padding) : null;
    return {
      info: {
        format: mp3.name,
        decoder: mp3.decoder,
        sampleRate,
        channels,
        duration: length === null ? null : length / sampleRate,
      },
      blocks,
      errors: () => errors,
    };
  },
};

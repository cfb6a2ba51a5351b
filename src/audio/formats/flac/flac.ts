/** FLAC by libFLAC, compiled to WebAssembly. */
import { FLACDecoder } from '@wasm-audio-decoders/flac';
import type { OpenAudio } from '../../audio.js';
import { Damage } from '../../damage.js';
import { type AudioFormat, checkForm, spells } from '../format.js';
import { type FlacPart, flacParts } from './frames.js';
import { type FlacFrameHeader, readStreamInfo, STREAM_INFO_END, type StreamInfo } from './header.js';

/** Frames decoded at a time. */
const BATCH = 8;

/** Turns frames into samples. */
class FlacFrames {
  private decoder = new FLACDecoder();

  /** The samples of whole frames, and those that it cannot decode. */
  async decode(frames: Uint8Array[], bits: number): Promise<{ channels: Float32Array[]; errors: number }> {
    await this.decoder.ready;
    const { channelData, samplesDecoded, errors } = await this.decoder.decodeFrames(frames);
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
    this.free();
    this.decoder = new FLACDecoder();
  }

  free(): void {
    try {
      this.decoder.free();
    } catch {
      // Damage that broke the decoder's own memory: all of it goes with the decoder.
    }
  }
}

/** Decodes streams that follow each other, and holds their positions against what came. */
async function* samplesOf(
  parts: AsyncGenerator<FlacPart, void>,
  first: StreamInfo,
  damage: Damage,
): AsyncGenerator<Float32Array[], void> {
  const decoder = new FlacFrames();
  let stream = first;
  /** Samples of the present stream up to here, those lost included. */
  let position = 0;
  /** Of its first frame, in samples; a stream of one size numbers frames. */
  let size: number | null = null;
  let counted = 0;
  let frames: Uint8Array[] = [];
  let expected = 0;
  const flush = async function* (): AsyncGenerator<Float32Array[], void> {
    if (frames.length === 0) return;
    const batch = frames;
    frames = [];
    const stated = expected;
    expected = 0;
    try {
      const { channels, errors } = await decoder.decode(batch, stream.bits);
      const count = channels[0]?.length ?? 0;
      if (errors > 0 || count !== stated)
        damage.add(Math.max(1, errors), (stated - count) / stream.sampleRate);
      if (count > 0 && stream.sampleRate === first.sampleRate) yield channels;
      else if (count > 0) damage.add(1, count / stream.sampleRate);
    } catch {
      damage.add(batch.length, stated / stream.sampleRate);
      decoder.restart();
    }
  };
  /** Counts what is missing up to a position, which gaps that were met there may have caused. */
  const reach = (next: number): void => {
    if (next > position) damage.add(damage.errors > counted ? 0 : 1, (next - position) / stream.sampleRate);
    position = Math.max(position, next);
    counted = damage.errors;
  };
  try {
    for await (const part of parts) {
      if ('stream' in part) {
        yield* flush();
        if (size !== null) {
          reach(stream.samples);
          decoder.restart();
        }
        stream = part.stream;
        position = 0;
        size = null;
        continue;
      }
      const { header, bytes } = part;
      const at = header.number * (header.hasFixedSize ? (size ?? header.samples) : 1);
      // A part of a broadcast begins anywhere.
      if (size === null && stream.samples === 0) position = at;
      else if (at > position) {
        yield* flush();
        reach(at);
        // libFLAC would put silence in the place of what is lost.
        decoder.restart();
      }
      size ??= header.samples;
      frames.push(bytes);
      expected += header.samples;
      position += header.samples;
      if (frames.length === BATCH) yield* flush();
    }
    yield* flush();
    reach(stream.samples);
  } finally {
    decoder.free();
  }
}

/** Whether bytes are a frame that can be decoded. */
async function isFrame(bytes: Uint8Array, { samples }: FlacFrameHeader): Promise<boolean> {
  const decoder = new FlacFrames();
  try {
    const { channels, errors } = await decoder.decode([bytes], 16);
    return errors === 0 && channels[0]?.length === samples;
  } catch {
    return false;
  } finally {
    decoder.free();
  }
}

/** Free Lossless Audio Codec, in its own container. */
export const flac: AudioFormat = {
  name: 'FLAC',
  decoder: '@wasm-audio-decoders/flac 0.2.11, frames by polytag',
  hasMark: true,
  matches: (head) => spells(head, 0, 'fLaC'),
  async open(reader): Promise<OpenAudio> {
    const stream = readStreamInfo(await reader.peek(STREAM_INFO_END));
    checkForm(stream);
    const { sampleRate, channels, samples } = stream;
    const damage = new Damage();
    const parts = flacParts(reader, { onGap: () => damage.add(), isFrame });
    return {
      info: {
        format: flac.name,
        decoder: flac.decoder,
        sampleRate,
        channels,
        duration: samples === 0 ? null : samples / sampleRate,
      },
      blocks: samplesOf(parts, stream, damage),
      errors: () => damage.errors,
      missing: () => damage.missing,
    };
  },
};

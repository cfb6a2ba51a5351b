/** FLAC by libFLAC: natively where that is installed, else compiled to WebAssembly. */
import type { OpenAudio } from '../../audio.js';
import { Damage } from '../../damage.js';
import { type AudioFormat, checkForm, decoderOf, type NativeDecoder, spells } from '../format.js';
import { FlacFrames } from './decode-frames.js';
import { type FlacPart, flacParts } from './frames.js';
import {
  type FlacFrame,
  type FlacFrameHeader,
  readStreamInfo,
  STREAM_INFO_END,
  type StreamInfo,
} from './header.js';

/** Samples per channel of a block: about a second, so that who takes them works in the processor's cache. */
const BLOCK = 1 << 15;

/** Decodes streams that follow each other, and holds their positions against what came. */
async function* samplesOf(
  parts: AsyncGenerator<FlacPart, void>,
  first: StreamInfo,
  damage: Damage,
  native: NativeDecoder | null,
): AsyncGenerator<Float32Array[], void> {
  const decoder = new FlacFrames(native);
  let stream = first;
  /** Samples of the present stream up to here, those lost included. */
  let position = 0;
  /** Of its first frame, in samples; a stream of one size numbers frames. */
  let size: number | null = null;
  let counted = 0;
  let frames: FlacFrame[] = [];
  let expected = 0;
  const flush = async function* (): AsyncGenerator<Float32Array[], void> {
    if (frames.length === 0) return;
    const batch = frames;
    frames = [];
    const stated = expected;
    expected = 0;
    try {
      const { channels, errors } = await decoder.decode(batch, stream);
      const count = channels[0]?.length ?? 0;
      if (errors > 0 || count !== stated)
        damage.add(Math.max(1, errors), (stated - count) / stream.sampleRate);
      if (count > 0 && stream.sampleRate === first.sampleRate)
        for (let at = 0; at < count; at += BLOCK)
          yield channels.map((channel) => channel.subarray(at, at + BLOCK));
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
      frames.push({ header, bytes });
      expected += header.samples;
      position += header.samples;
      if (frames.length >= decoder.batch) yield* flush();
    }
    yield* flush();
    reach(stream.samples);
  } finally {
    decoder.restart();
  }
}

/** Whether bytes are a frame that can be decoded. */
async function isFrame(bytes: Uint8Array, header: FlacFrameHeader, stream: StreamInfo): Promise<boolean> {
  const decoder = new FlacFrames();
  try {
    const { channels, errors } = await decoder.decode([{ header, bytes }], stream);
    return errors === 0 && channels[0]?.length === header.samples;
  } catch {
    return false;
  } finally {
    decoder.restart();
  }
}

/** Free Lossless Audio Codec, in its own container. */
export const flac: AudioFormat = {
  name: 'FLAC',
  decoder: '@wasm-audio-decoders/flac 0.2.11, frames by polytag',
  hasMark: true,
  hasNative: true,
  matches: (head) => spells(head, 0, 'fLaC'),
  async open(reader, _source, native = null): Promise<OpenAudio> {
    const stream = readStreamInfo(await reader.peek(STREAM_INFO_END));
    checkForm(stream);
    const { sampleRate, channels, samples } = stream;
    const damage = new Damage();
    const parts = flacParts(reader, {
      onGap: () => damage.add(),
      isFrame: (bytes, header) => isFrame(bytes, header, stream),
    });
    return {
      info: {
        format: flac.name,
        decoder: decoderOf(flac, native),
        sampleRate,
        channels,
        duration: samples === 0 ? null : samples / sampleRate,
      },
      blocks: samplesOf(parts, stream, damage, native),
      errors: () => damage.errors,
      missing: () => damage.missing,
    };
  },
};

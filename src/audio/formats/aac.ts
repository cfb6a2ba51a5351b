/** AAC, in MP4 (M4A) or bare (ADTS), by FAAD2 compiled to WebAssembly; Apple Lossless in MP4 too. */
import { DamagedAudio, type OpenAudio } from '../audio.js';
import type { ByteSource } from '../source.js';
import { type AudioFormat, spells, viewOf } from './format.js';

/** Largest table of contents that is looked into for the duration, in bytes: more than 24 hours need. */
const LARGEST_MOOV = 1 << 26;

/** The children of an MP4 box: type, and where the content is. */
function* boxes(bytes: Uint8Array): Generator<{ type: string; content: Uint8Array }, void> {
  const view = viewOf(bytes);
  for (let at = 0; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at);
    if (length < 8) return;
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    yield { type, content: bytes.subarray(at + 8, at + length) };
    at += length;
  }
}

/** The duration that an MP4 file's movie header states, in seconds; null where it cannot be seen. */
async function movieDuration({ read, size = 0 }: ByteSource): Promise<number | null> {
  if (!read) return null;
  for (let at = 0; at + 16 <= size; ) {
    const head = await read(at, 16);
    if (head.length < 16) return null;
    const view = viewOf(head);
    const short = view.getUint32(0);
    const length = short === 1 ? Number(view.getBigUint64(8)) : short;
    if (length < 8) return null;
    if (spells(head, 4, 'moov')) {
      const movie = await read(at + 8, Math.min(length - 8, LARGEST_MOOV));
      for (const { type, content } of boxes(movie)) {
        if (type !== 'mvhd' || content.length < 20) continue;
        const header = viewOf(content);
        const long = header.getUint8(0) === 1 && content.length >= 32;
        const scale = header.getUint32(long ? 20 : 12);
        const duration = long ? Number(header.getBigUint64(24)) : header.getUint32(16);
        return scale > 0 && duration > 0 ? duration / scale : null;
      }
      return null;
    }
    at += length;
  }
  return null;
}

/** The decoder is an optional dependency, because its licence (GPL 2) is not everyone's. */
async function loadDecoder(): Promise<typeof import('@audio/decode-aac')> {
  try {
    return await import('@audio/decode-aac');
  } catch {
    throw new DamagedAudio(
      'is AAC, whose decoder was left out of this installation ("npm install @audio/decode-aac" adds it)',
    );
  }
}

/** A block of samples and what could not be read of it; the package's types leave the second out. */
interface AacBlock {
  channelData: Float32Array[];
  sampleRate: number;
  errors?: number;
}

/** AAC-LC and HE-AAC, priming and padding cut where the container states them. */
export const aac: AudioFormat = {
  name: 'AAC',
  decoder: '@audio/decode-aac 1.6.0',
  matches: (head) =>
    spells(head, 4, 'ftyp') || (head.length > 2 && head[0] === 0xff && (head[1] & 0xf6) === 0xf0),
  async open(reader, source): Promise<OpenAudio> {
    const { decoder: create } = await loadDecoder();
    const decoder = await create();
    let errors = 0;
    const decoded = async function* (): AsyncGenerator<AacBlock, void> {
      let sounded = false;
      try {
        for await (const chunk of reader.rest()) {
          const block: AacBlock = decoder.decode(chunk);
          errors += block.errors ?? 0;
          if (!block.channelData[0]?.length) continue;
          // FAAD2 gives nothing for the first frame, which the package counts as an error.
          if (!sounded && errors > 0) errors--;
          sounded = true;
          yield block;
        }
      } catch (error) {
        if (!sounded) throw new DamagedAudio(`cannot be decoded (${(error as Error).message})`);
        errors++;
      } finally {
        decoder.free();
      }
    };
    const all = decoded();
    // The sample rate is known only once a frame is decoded: HE-AAC doubles what its header states.
    const { value: first } = await all.next();
    if (!first) throw new DamagedAudio('holds no AAC frames');
    const { sampleRate } = first;
    const channels = first.channelData.length;
    const blocks = async function* (): AsyncGenerator<Float32Array[], void> {
      yield first.channelData;
      for await (const block of all) {
        if (block.sampleRate === sampleRate && block.channelData.length === channels) yield block.channelData;
        else errors++;
      }
    };
    const duration = await movieDuration(source);
    return {
      info: { format: aac.name, decoder: aac.decoder, sampleRate, channels, duration },
      blocks: blocks(),
      errors: () => errors,
      missing: () => (errors > 0 ? null : 0),
    };
  },
};

/** RIFF WAVE, read in pieces; full scale as libsndfile has it. */
import { DamagedAudio, type OpenAudio } from '../audio.js';
import { joinBytes } from '../samples.js';
import type { ByteReader } from '../source.js';
import { type AudioFormat, spells, viewOf } from './format.js';

/** Reads one sample. */
type SampleReader = (view: DataView, offset: number) => number;

/** By format tag (1 PCM, 3 IEEE float) and bits per sample. */
const SAMPLE_READERS: Record<string, SampleReader> = {
  '1/8': (view, at) => (view.getUint8(at) - 128) / 128,
  '1/16': (view, at) => view.getInt16(at, true) / 32_768,
  '1/24': (view, at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 65_536) / 8_388_608,
  '1/32': (view, at) => view.getInt32(at, true) / 2_147_483_648,
  '3/32': (view, at) => view.getFloat32(at, true),
  '3/64': (view, at) => view.getFloat64(at, true),
};

/** The tag whose real format stands in its extension. */
const EXTENSIBLE = 0xfffe;

/** Data lengths that programs write when they stream and cannot know the length. */
const UNKNOWN_LENGTHS = [0, 0xffffffff];

/** Content of the header. */
interface WavHeader {
  channels: number;
  sampleRate: number;
  bytesPerSample: number;
  read: SampleReader;
  /** Bytes of sound that it states; infinite where it states none. */
  dataBytes: number;
}

function readFormat(bytes: Uint8Array): Omit<WavHeader, 'dataBytes'> {
  if (bytes.length < 16) throw new DamagedAudio('has a format chunk that is too short');
  const view = viewOf(bytes);
  const stated = view.getUint16(0, true);
  const tag = stated === EXTENSIBLE && bytes.length >= 26 ? view.getUint16(24, true) : stated;
  const bits = view.getUint16(14, true);
  const read = SAMPLE_READERS[`${tag}/${bits}`];
  const [channels, sampleRate] = [view.getUint16(2, true), view.getUint32(4, true)];
  if (!read)
    throw new DamagedAudio(`holds samples of WAVE format ${tag} with ${bits} bits, which is not supported`);
  if (channels < 1 || channels > 64 || sampleRate < 100 || sampleRate > 1_000_000) {
    throw new DamagedAudio(`states ${channels} channels at ${sampleRate} Hz, which cannot be`);
  }
  return { channels, sampleRate, bytesPerSample: bits / 8, read };
}

/** Walks the chunks up to the data. */
async function readHeader(reader: ByteReader, size: number): Promise<WavHeader> {
  await reader.skip(12);
  let left = size - 12;
  let format: Omit<WavHeader, 'dataBytes'> | null = null;
  for (;;) {
    const head = await reader.peek(8);
    if (head.length < 8) throw new DamagedAudio('ends before its data chunk');
    const length = viewOf(head).getUint32(4, true);
    const isData = spells(head, 0, 'data');
    const isFormat = spells(head, 0, 'fmt ');
    await reader.skip(8);
    left -= 8;
    if (isData) {
      if (!format) throw new DamagedAudio('has no format chunk before its data');
      const dataBytes = UNKNOWN_LENGTHS.includes(length) ? Number.POSITIVE_INFINITY : length;
      return { ...format, dataBytes };
    }
    if (isFormat) format = readFormat(await reader.peek(Math.min(length, 40)));
    if (length > left) {
      const name = String.fromCharCode(...head.subarray(0, 4));
      throw new DamagedAudio(`has a chunk (${name}) whose length reaches beyond the end of the file`);
    }
    const padded = length + (length % 2); // chunks begin at even bytes
    await reader.skip(padded);
    left -= padded;
  }
}

function decodeBlock(bytes: Uint8Array, { channels, bytesPerSample, read }: WavHeader): Float32Array[] {
  const view = viewOf(bytes);
  const length = bytes.length / (channels * bytesPerSample);
  return Array.from({ length: channels }, (_, channel) => {
    const samples = new Float32Array(length);
    let at = channel * bytesPerSample;
    for (let n = 0; n < length; n++, at += channels * bytesPerSample) samples[n] = read(view, at);
    return samples;
  });
}

/** PCM of 8, 16, 24 and 32 bits, floating point of 32 and 64; a file that ends early gives what it holds. */
export const wav: AudioFormat = {
  name: 'WAV',
  decoder: 'polytag wav 1',
  matches: (head) => spells(head, 0, 'RIFF') && spells(head, 8, 'WAVE'),
  async open(reader, source): Promise<OpenAudio> {
    const header = await readHeader(reader, source.size ?? Number.POSITIVE_INFINITY);
    const frameBytes = header.channels * header.bytesPerSample;
    let errors = 0;
    const blocks = async function* (): AsyncGenerator<Float32Array[], void> {
      let left = header.dataBytes;
      let rest: Uint8Array = new Uint8Array(0);
      for await (const chunk of reader.rest()) {
        const part = chunk.subarray(0, left);
        left -= part.length;
        const bytes = joinBytes([rest, part]);
        const whole = bytes.length - (bytes.length % frameBytes);
        rest = bytes.subarray(whole);
        if (whole > 0) yield decodeBlock(bytes.subarray(0, whole), header);
        if (left === 0) break;
      }
      if (Number.isFinite(left) && left > 0) errors++;
    };
    // A length beyond the file's end is not a length.
    const known = Math.min(header.dataBytes, source.size ?? header.dataBytes);
    const { channels, sampleRate } = header;
    return {
      info: {
        format: wav.name,
        decoder: wav.decoder,
        sampleRate,
        channels,
        duration: Number.isFinite(known) ? Math.floor(known / frameBytes) / sampleRate : null,
      },
      blocks: blocks(),
      errors: () => errors,
      missing: () => (errors > 0 ? null : 0),
    };
  },
};

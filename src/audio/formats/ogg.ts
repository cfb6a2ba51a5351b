/** Ogg Vorbis and Ogg Opus, by libvorbis and libopus compiled to WebAssembly. */
import { OggVorbisDecoder } from '@wasm-audio-decoders/ogg-vorbis';
import { OggOpusDecoder } from 'ogg-opus-decoder';
import { DamagedAudio, type OpenAudio } from '../audio.js';
import type { ByteReader, ByteSource } from '../source.js';
import { type AudioFormat, HEAD_BYTES, spells, viewOf } from './format.js';
import { decodeByWasm, type WasmDecoder } from './wasm-decoder.js';

/** Where the first packet begins: after a page header with one segment. */
const PACKET = 28;

/** Bytes from the end within which the last page begins. */
const LAST_PAGE = 1 << 16;

/** Content of the first packet. */
interface Identification {
  channels: number;
  sampleRate: number;
  /** Samples at the beginning that are no sound. */
  preSkip: number;
}

/** The position that the last page states, in samples from the beginning; null where it cannot be seen. */
async function lastPosition(source: ByteSource): Promise<number | null> {
  if (!source.read || source.size === undefined) return null;
  const offset = Math.max(0, source.size - LAST_PAGE);
  const tail = await source.read(offset, LAST_PAGE);
  for (let at = tail.length - 14; at >= 0; at--) {
    if (!spells(tail, at, 'OggS')) continue;
    const position = viewOf(tail).getBigInt64(at + 6, true);
    if (position > 0) return Number(position);
  }
  return null;
}

function oggFormat(
  format: { name: string; decoder: string; mark: string },
  create: () => WasmDecoder,
  identify: (packet: DataView) => Identification,
): AudioFormat {
  const { name, decoder, mark } = format;
  return {
    name,
    decoder,
    matches: (head) => spells(head, 0, 'OggS') && spells(head, PACKET, mark),
    async open(reader: ByteReader, source: ByteSource): Promise<OpenAudio> {
      const head = await reader.peek(HEAD_BYTES);
      if (head.length < PACKET + 19) throw new DamagedAudio('ends within its header');
      const { channels, sampleRate, preSkip } = identify(viewOf(head.subarray(PACKET)));
      if (channels === 0 || sampleRate === 0)
        throw new DamagedAudio(`states ${channels} channels at ${sampleRate} Hz, which cannot be`);
      const position = await lastPosition(source);
      let errors = 0;
      const blocks = decodeByWasm(create, reader.rest(), { sampleRate, channels }, (count) => {
        errors += count;
      });
      const duration = position === null ? null : Math.max(0, position - preSkip) / sampleRate;
      return {
        info: { format: name, decoder, sampleRate, channels, duration },
        blocks,
        errors: () => errors,
      };
    },
  };
}

/** Ogg Vorbis. */
export const vorbis: AudioFormat = oggFormat(
  { name: 'Ogg Vorbis', decoder: '@wasm-audio-decoders/ogg-vorbis 0.1.20', mark: '\x01vorbis' },
  () => new OggVorbisDecoder(),
  (packet) => ({ channels: packet.getUint8(11), sampleRate: packet.getUint32(12, true), preSkip: 0 }),
);

/** Ogg Opus; always decoded at 48 kHz. */
export const opus: AudioFormat = oggFormat(
  { name: 'Ogg Opus', decoder: 'ogg-opus-decoder 1.7.5', mark: 'OpusHead' },
  () => new OggOpusDecoder(),
  (packet) => ({
    channels: packet.getUint8(9),
    sampleRate: 48_000,
    preSkip: packet.getUint16(10, true),
  }),
);

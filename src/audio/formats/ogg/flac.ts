/** FLAC in Ogg (RFC 9639, section 10.1): a frame in each packet, by libFLAC compiled to WebAssembly. */
import { DamagedAudio } from '../../audio.js';
import { FlacFrames } from '../flac/decode-frames.js';
import { type FlacFrame, readFlacHeader, readStreamInfo, type StreamInfo } from '../flac/header.js';
import { spells } from '../format.js';
import type { OggCodec, PacketDecoder } from './codec.js';

/** Where the number of header packets after the first stands, and FLAC's own mark. */
const COUNT = 7;
const NATIVE_MARK = 9;

function streamOf(first: Uint8Array): StreamInfo {
  if (!spells(first, NATIVE_MARK, 'fLaC')) throw new DamagedAudio('ends within its header');
  return readStreamInfo(first.subarray(NATIVE_MARK));
}

/** Ogg FLAC. */
export const flacCodec: OggCodec = {
  name: 'Ogg FLAC',
  decoder: '@wasm-audio-decoders/flac 0.2.11, pages by polytag',
  matches: (packet) => spells(packet, 0, '\x7fFLAC'),
  // A comment follows always; 0 says that nobody counted.
  headers: (first) => 1 + Math.max(1, first[COUNT] * 256 + first[COUNT + 1]),
  identify(first) {
    const { channels, sampleRate } = streamOf(first);
    return { channels, sampleRate, preSkip: 0 };
  },
  async start([first]): Promise<PacketDecoder> {
    const stream = streamOf(first);
    const decoder = new FlacFrames();
    return {
      ...flacCodec.identify(first),
      async decode(packets) {
        const frames = packets.flatMap((bytes): FlacFrame[] => {
          const header = readFlacHeader(bytes, 0);
          return header ? [{ header, bytes }] : [];
        });
        // Metadata that nobody counted begins with its kind.
        const bad = packets.filter((bytes) => bytes[0] === 0xff && !readFlacHeader(bytes, 0)).length;
        if (frames.length === 0) return { channels: [], errors: bad };
        try {
          const { channels, errors } = await decoder.decode(frames, stream);
          return { channels, errors: bad + errors };
        } catch {
          decoder.restart();
          return { channels: [], errors: bad + frames.length };
        }
      },
      restart: async () => decoder.restart(),
      free: () => decoder.restart(),
    };
  },
};

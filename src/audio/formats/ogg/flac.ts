/** FLAC in Ogg (RFC 9639, section 10.1): a frame is a packet. */
import { DamagedAudio } from '../../audio.js';
import { FlacFrames } from '../flac/decode-frames.js';
import { flac } from '../flac/flac.js';
import { type FlacFrame, readFlacHeader, readStreamInfo } from '../flac/header.js';
import { spells } from '../format.js';
import type { OggCodec, PacketDecoder } from './codec.js';

/** Where a FLAC file's mark and STREAMINFO lie in the first packet. */
const STREAM_BEGIN = 9;

/** Whether a packet is to be a frame: blocks of metadata begin otherwise, and the last page may hold an empty packet. */
const isSound = (packet: Uint8Array): boolean => packet[0] === 0xff;

/** Ogg FLAC. */
export const flacCodec: OggCodec = {
  name: 'Ogg FLAC',
  decoder: flac.decoder,
  matches: (packet) => spells(packet, 0, '\x7fFLAC') && packet[5] === 1,
  headers: () => 2,
  identify(first) {
    const { sampleRate, channels } = readStreamInfo(first.subarray(STREAM_BEGIN));
    return { sampleRate, channels, preSkip: 0 };
  },
  async start([first]): Promise<PacketDecoder> {
    const stream = readStreamInfo(first.subarray(STREAM_BEGIN));
    const decoder = new FlacFrames();
    return {
      ...flacCodec.identify(first),
      async decode(packets) {
        const sound = packets.filter(isSound);
        const frames = sound.flatMap((bytes): FlacFrame[] => {
          const header = readFlacHeader(bytes, 0);
          return header?.channels === stream.channels ? [{ header, bytes }] : [];
        });
        const bad = sound.length - frames.length;
        if (frames.length === 0) return { channels: [], errors: bad };
        try {
          const { channels, errors } = await decoder.decode(frames, stream);
          return { channels, errors: bad + errors };
        } catch (error) {
          decoder.restart();
          throw new DamagedAudio(`cannot be decoded (${(error as Error).message})`);
        }
      },
      restart: async () => decoder.restart(),
      free: () => decoder.restart(),
    };
  },
};

/** Vorbis in Ogg, by libvorbis compiled to WebAssembly. */
import type { OggVorbisDecoder } from '@wasm-audio-decoders/ogg-vorbis';
import { DamagedAudio } from '../../audio.js';
import { spells, viewOf } from '../format.js';
import { inWaveOrder, type OggCodec, type PacketDecoder } from './codec.js';

/** Bytes that the decoder has room for. */
const LARGEST_PACKET = 128 * 1024;

/** The decoder's own pages, of which it reads these members alone. */
type VorbisPage = Parameters<OggVorbisDecoder['decodeOggPages']>[0][number];

const pageOf = (content: object): VorbisPage => content as VorbisPage;

/** Starts a decoder; it takes the setup with its first packet of sound. */
async function startDecoder(identification: Uint8Array): Promise<OggVorbisDecoder> {
  const library = await import('@wasm-audio-decoders/ogg-vorbis');
  const decoder = new library.OggVorbisDecoder();
  await decoder.ready;
  await decoder.decodeOggPages([pageOf({ data: identification, codecFrames: [] })]);
  return decoder;
}

/** Ogg Vorbis. */
export const vorbisCodec: OggCodec = {
  name: 'Ogg Vorbis',
  decoder: '@wasm-audio-decoders/ogg-vorbis 0.1.20, pages by polytag',
  matches: (packet) => spells(packet, 0, '\x01vorbis'),
  headers: () => 3,
  identify(first) {
    if (first.length < 30) throw new DamagedAudio('ends within its header');
    return { channels: first[11], sampleRate: viewOf(first).getUint32(12, true), preSkip: 0 };
  },
  async start([first, , vorbisSetup]): Promise<PacketDecoder> {
    if (!spells(vorbisSetup, 0, '\x05vorbis') || vorbisSetup.length > LARGEST_PACKET)
      throw new DamagedAudio('has no Vorbis setup header');
    let decoder = await startDecoder(first);
    return {
      ...vorbisCodec.identify(first),
      async decode(packets) {
        // Empty packets are allowed and hold no sound; those of sound have a first bit of 0.
        const full = packets.filter(({ length }) => length > 0);
        const good = full.filter((packet) => packet.length <= LARGEST_PACKET && (packet[0] & 1) === 0);
        const bad = full.length - good.length;
        if (good.length === 0) return { channels: [], errors: bad };
        const codecFrames = good.map((data) => ({ data, header: { vorbisSetup } }));
        const decoded = await decoder.decodeOggPages([pageOf({ data: good[0], codecFrames })]);
        const { channelData, samplesDecoded, errors } = decoded;
        const sound = channelData.map((channel) => channel.subarray(0, samplesDecoded));
        return { channels: inWaveOrder(sound), errors: bad + errors.length };
      },
      async restart() {
        decoder.free();
        decoder = await startDecoder(first);
      },
      free: () => decoder.free(),
    };
  },
};

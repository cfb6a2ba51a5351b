/** Opus in Ogg (RFC 7845), by libopus compiled to WebAssembly. */
import { DamagedAudio } from '../../audio.js';
import { spells, viewOf } from '../format.js';
import { inWaveOrder, type OggCodec, type PacketDecoder } from './codec.js';

/** Opus is always decoded at this rate, and positions are in its samples. */
const SAMPLE_RATE = 48_000;

/** Bytes that the decoder has room for, by channel. */
const LARGEST_PACKET = 32_000 * 0.12;

/** Content of the first packet. */
interface OpusHead {
  channels: number;
  preSkip: number;
  /** Factor of the samples. */
  gain: number;
  streams: number;
  coupled: number;
  mapping: number[];
  /** Whether the channels stand in Vorbis's order. */
  isSurround: boolean;
}

function readHead(packet: Uint8Array): OpusHead {
  if (packet.length < 19) throw new DamagedAudio('ends within its header');
  const view = viewOf(packet);
  const channels = packet[9];
  const family = packet[18];
  const head = {
    channels,
    preSkip: view.getUint16(10, true),
    gain: 10 ** (view.getInt16(16, true) / 256 / 20),
    isSurround: family === 1,
  };
  if (family === 0) {
    if (channels !== 1 && channels !== 2)
      throw new DamagedAudio(`states ${channels} channels, where one or two are possible`);
    return { ...head, streams: 1, coupled: channels - 1, mapping: channels === 2 ? [0, 1] : [0] };
  }
  if (family !== 1 && family !== 255)
    throw new DamagedAudio(`has Opus channels of mapping family ${family}, which is not supported`);
  const [streams, coupled] = [packet[19] ?? 0, packet[20] ?? 0];
  const mapping = [...packet.subarray(21, 21 + channels)];
  const isPossible =
    channels > 0 &&
    (family === 255 || channels <= 8) &&
    streams > 0 &&
    coupled <= streams &&
    mapping.length === channels &&
    mapping.every((stream) => stream === 255 || stream < streams + coupled);
  if (!isPossible) throw new DamagedAudio('states a layout of channels that cannot be');
  return { ...head, streams, coupled, mapping };
}

/** Ogg Opus, with the gain that its header states. */
export const opusCodec: OggCodec = {
  name: 'Ogg Opus',
  decoder: 'opus-decoder 0.7.12, gain',
  matches: (packet) => spells(packet, 0, 'OpusHead') && (packet[8] & 0xf0) === 0,
  headers: () => 2,
  identify: (first) => ({ ...readHead(first), sampleRate: SAMPLE_RATE }),
  async start([first]): Promise<PacketDecoder> {
    const { channels, preSkip, gain, streams, coupled, mapping, isSurround } = readHead(first);
    const { OpusDecoder } = await import('opus-decoder');
    const decoder = new OpusDecoder({
      channels,
      streamCount: streams,
      coupledStreamCount: coupled,
      channelMappingTable: mapping,
      preSkip: 0,
    });
    await decoder.ready;
    return {
      channels,
      sampleRate: SAMPLE_RATE,
      preSkip,
      async decode(packets) {
        // An empty packet would be concealed, which is sound that nobody recorded.
        const good = packets.filter(({ length }) => length > 0 && length <= LARGEST_PACKET * channels);
        const { channelData, samplesDecoded, errors } = decoder.decodeFrames(good);
        const sound = channelData.map((channel) => channel.subarray(0, samplesDecoded));
        if (gain !== 1)
          for (const channel of sound) for (let n = 0; n < channel.length; n++) channel[n] *= gain;
        return {
          channels: isSurround ? inWaveOrder(sound) : sound,
          errors: packets.length - good.length + errors.length,
        };
      },
      restart: async () => {},
      free: () => decoder.free(),
    };
  },
};

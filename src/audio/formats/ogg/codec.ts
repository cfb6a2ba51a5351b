/** The interface that every codec in Ogg has. */

/** Decodes the packets of one stream. */
export interface PacketDecoder {
  channels: number;
  /** In Hz; positions are in samples of it. */
  sampleRate: number;
  /** Samples at the beginning that are not sound. */
  preSkip: number;
  /** The samples of the next packets, perhaps none, and how many of the packets cannot be decoded. */
  decode(packets: Uint8Array[]): Promise<{ channels: Float32Array[]; errors: number }>;
  /** Forgets the packets so far, after a loss. */
  restart(): Promise<void>;
  free(): void;
}

/** Reads one codec. */
export interface OggCodec {
  /** Name of the format, such as `Ogg Vorbis`. */
  name: string;
  /** Name and version of the decoder, and what else changes its samples. */
  decoder: string;
  /** Whether a stream's first packet is this codec's. */
  matches(packet: Uint8Array): boolean;
  /** Packets before the sound. */
  headers(first: Uint8Array): number;
  /** Channels, rate and samples to skip, which the first packet states. Throws DamagedAudio when they cannot be. */
  identify(first: Uint8Array): Pick<PacketDecoder, 'channels' | 'sampleRate' | 'preSkip'>;
  /** Starts a decoder with the header packets. */
  start(headers: Uint8Array[]): Promise<PacketDecoder>;
}

/** For each number of channels, the places of Xiph's order in which WAVE's channels stand (L R C LFE, back, side). */
const WAVE_ORDER: Record<number, number[]> = {
  3: [0, 2, 1],
  5: [0, 2, 1, 3, 4],
  6: [0, 2, 1, 5, 3, 4],
  7: [0, 2, 1, 6, 5, 3, 4],
  8: [0, 2, 1, 7, 5, 6, 3, 4],
};

/** Channels in the order of Vorbis and Opus, in the order of WAVE. */
export function inWaveOrder(channels: Float32Array[]): Float32Array[] {
  return WAVE_ORDER[channels.length]?.map((place) => channels[place]) ?? channels;
}

/** Bare AAC: frames with headers of their own (ADTS, ISO/IEC 13818-7). */
import { DamagedAudio, type OpenAudio } from '../../audio.js';
import { Damage } from '../../damage.js';
import { type AudioFormat, UnsupportedAudio } from '../format.js';
import { type Frame, type FrameKind, findFrames } from '../frames.js';
import { makeConfig } from './config.js';
import { AAC_DECODER, startUnits, type UnitDecoder } from './decoder.js';

/** Content of a frame header. */
interface AdtsHeader {
  /** Bytes of the frame, its header included. */
  length: number;
  /** Bytes of the header. */
  headerLength: number;
  objectType: number;
  rateIndex: number;
  layout: number;
  /** Access units in the frame. */
  units: number;
}

const HEADER_BYTES = 7;
const CHECKSUM_BYTES = 2;

/** Samples of an access unit. */
const UNIT = 1024;

/** Units that are looked at before the first is decoded, and that are decoded at a time. */
const AHEAD = 50;
const BATCH = 16;

function readHeader(bytes: Uint8Array, at: number): AdtsHeader | null {
  if (at + HEADER_BYTES > bytes.length || bytes[at] !== 0xff || (bytes[at + 1] & 0xf6) !== 0xf0) return null;
  const headerLength = HEADER_BYTES + (bytes[at + 1] & 1 ? 0 : CHECKSUM_BYTES);
  const rateIndex = (bytes[at + 2] >> 2) & 15;
  const length = ((bytes[at + 3] & 3) << 11) | (bytes[at + 4] << 3) | (bytes[at + 5] >> 5);
  if (rateIndex > 12 || length <= headerLength) return null;
  return {
    length,
    headerLength,
    objectType: (bytes[at + 2] >> 6) + 1,
    rateIndex,
    layout: ((bytes[at + 2] & 1) << 2) | (bytes[at + 3] >> 6),
    units: (bytes[at + 6] & 3) + 1,
  };
}

const adtsKind: FrameKind<AdtsHeader> = {
  headerBytes: HEADER_BYTES,
  readHeader,
  isLike: (header, first) =>
    header.rateIndex === first.rateIndex &&
    header.objectType === first.objectType &&
    header.layout === first.layout,
};

const unitOf = ({ header, bytes }: Frame<AdtsHeader>): Uint8Array => bytes.subarray(header.headerLength);

async function* samplesOf(
  decoder: UnitDecoder,
  first: Frame<AdtsHeader>[],
  rest: AsyncGenerator<Frame<AdtsHeader>, void>,
  damage: Damage,
): AsyncGenerator<Float32Array[], void> {
  let units: Uint8Array[] = first.map(unitOf);
  const flush = function* (): Generator<Float32Array[], void> {
    const { channels, errors } = decoder.decode(units);
    if (errors > 0) damage.add(errors, (errors * UNIT) / decoder.sampleRate);
    units = [];
    if (channels[0]?.length) yield channels;
  };
  try {
    yield* flush();
    for await (const frame of rest) {
      units.push(unitOf(frame));
      if (units.length === BATCH) yield* flush();
    }
    if (units.length > 0) yield* flush();
  } catch (error) {
    if (!(error instanceof DamagedAudio)) throw error;
    damage.add();
  } finally {
    decoder.free();
  }
}

/** AAC-LC and HE-AAC without a container. */
export const adts: AudioFormat = {
  name: 'AAC (ADTS)',
  decoder: AAC_DECODER,
  matches: (head) => readHeader(head, 0) !== null,
  async open(reader): Promise<OpenAudio> {
    const damage = new Damage();
    const frames = findFrames(reader.rest(), adtsKind, {
      onGap: () => damage.add(),
      onTail: () => damage.add(),
    });
    const ahead: Frame<AdtsHeader>[] = [];
    while (ahead.length < AHEAD) {
      const { value } = await frames.next();
      if (!value) break;
      ahead.push(value);
    }
    if (ahead.length === 0) throw new DamagedAudio('holds no AAC frames');
    const { objectType, rateIndex, layout } = ahead[0].header;
    if (ahead.some(({ header }) => header.units > 1))
      throw new UnsupportedAudio('has ADTS frames of several units each, which is not supported');
    const config = makeConfig(objectType, rateIndex, layout);
    const decoder = await startUnits({ asc: config }, ahead.map(unitOf));
    const { sampleRate, channels } = decoder;
    return {
      info: { format: adts.name, decoder: adts.decoder, sampleRate, channels, duration: null },
      blocks: samplesOf(decoder, ahead, frames, damage),
      errors: () => damage.errors,
      missing: () => damage.missing,
    };
  },
};

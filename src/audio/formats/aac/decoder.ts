/** Access units of AAC and Apple Lossless in, samples out: FAAD2 compiled to WebAssembly. */
import { DamagedAudio } from '../../audio.js';
import { UnsupportedAudio } from '../format.js';
import { mayHaveSbr, readConfig, silentFrame, withoutSbr, withSbr } from './config.js';

/** Name and version of the decoder. */
export const AAC_DECODER = '@audio/decode-aac 1.6.0, units and edits by polytag';

/** Samples by which the filters of SBR make the sound late. */
const SBR_DELAY = 962;

/** Access units at the core's rate by which a stream is taken for one without SBR. */
const PLAIN_UNITS = 4;

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
interface Decoded {
  channelData: Float32Array[];
  sampleRate: number;
  errors?: number;
}

/** For each number of channels, the places of Apple Lossless's order in which WAVE's channels stand. */
const ALAC_ORDER: Record<number, number[]> = {
  3: [1, 2, 0],
  4: [1, 2, 0, 3],
  5: [1, 2, 0, 3, 4],
  6: [1, 2, 0, 5, 3, 4],
  7: [1, 2, 0, 6, 5, 3, 4],
  8: [3, 4, 0, 7, 5, 6, 1, 2],
};

/** Names of object types that the decoder does not know. */
const OBJECT_TYPES: Record<number, string> = { 39: 'AAC-ELD', 42: 'xHE-AAC' };

/** What a stream is, for a message. */
function kindOf(codec: UnitCodec): string {
  if ('alac' in codec) return 'Apple Lossless of an unknown form';
  const { objectType, sampleRate } = readConfig(codec.asc);
  const name = OBJECT_TYPES[objectType] ?? `AAC of object type ${objectType}`;
  return sampleRate > 0 ? `${name} at ${sampleRate} Hz` : name;
}

/** Decodes access units in order. */
export interface UnitDecoder {
  /** In Hz, of the samples. */
  sampleRate: number;
  channels: number;
  /** Samples before the first access unit's. */
  delay: number;
  /** Throws DamagedAudio when a unit breaks the decoder. */
  decode(units: Uint8Array[]): { channels: Float32Array[]; errors: number };
  /** The samples that `delay` holds back behind the last unit, and more; none where it holds back none. */
  finish(): Float32Array[];
  free(): void;
}

/** Codec and configuration of a stream: of AAC an AudioSpecificConfig, of Apple Lossless its cookie. */
export type UnitCodec = { asc: Uint8Array } | { alac: Uint8Array };

/**
 * Starts a decoder. FAAD2 gives nothing for the first unit it gets, so that a silent one goes before; and it takes a
 * stream of a low rate whose configuration says nothing for one with SBR, so that the first units tell: of one that is
 * said to have none, units with SBR come out at twice the rate all the same, as long as nothing silent went before.
 *
 * @param first - the stream's first units, for finding out whether SBR is in them
 */
export async function startUnits(codec: UnitCodec, first: Uint8Array[]): Promise<UnitDecoder> {
  const { decoder: create } = await loadDecoder();
  const start = async (raw: UnitCodec) => {
    try {
      return await create(raw);
    } catch {
      throw new UnsupportedAudio(`holds ${kindOf(codec)}, which is not supported`);
    }
  };
  if ('alac' in codec) {
    const decoder = await start(codec);
    const form = codec.alac.subarray(codec.alac.length - 24);
    const sampleRate = ((form[20] << 24) | (form[21] << 16) | (form[22] << 8) | form[23]) >>> 0;
    return {
      ...unitDecoder(decoder, { order: ALAC_ORDER[form[9]] }),
      sampleRate,
      channels: form[9],
      delay: 0,
      finish: () => [],
    };
  }
  let { asc } = codec;
  const { layout, sampleRate: coreRate } = readConfig(asc);
  const silence = silentFrame(layout);
  const open = async (config: Uint8Array) => {
    const decoder = await start({ asc: config });
    if (silence) decoder.decode([silence]);
    return decoder;
  };
  if (mayHaveSbr(asc)) {
    const trial = await start({ asc: withoutSbr(asc) });
    let plain = 0;
    let hasSbr = false;
    try {
      for (const unit of first) {
        const { channelData, sampleRate } = trial.decode([unit]);
        if (!channelData[0]?.length) continue;
        hasSbr = sampleRate > 1.5 * coreRate;
        if (hasSbr || ++plain === PLAIN_UNITS) break;
      }
    } catch {
      // A unit that breaks the decoder has told nothing.
    } finally {
      trial.free();
    }
    asc = hasSbr ? withSbr(asc) : withoutSbr(asc);
  }
  const probe = await open(asc);
  let form: { sampleRate: number; channels: number } | null = null;
  try {
    for (const unit of first) {
      const { channelData, sampleRate } = probe.decode([unit]);
      if (!channelData[0]?.length) continue;
      form = { sampleRate, channels: channelData.length };
      break;
    }
  } catch (error) {
    throw new DamagedAudio(`cannot be decoded (${(error as Error).message})`);
  } finally {
    probe.free();
  }
  if (!form) throw new DamagedAudio('holds no AAC that can be decoded');
  const factor = coreRate > 0 && form.sampleRate > 1.5 * coreRate ? 2 : 1;
  const lost = silence ? 0 : 1024 * factor;
  const decoder = unitDecoder(await open(asc), { isFirstSilent: silence === null });
  const delay = (factor === 2 ? SBR_DELAY : 0) - lost;
  return {
    ...decoder,
    ...form,
    delay,
    finish: () => (silence && delay > 0 ? decoder.decode([silence]).channels : []),
  };
}

function unitDecoder(
  decoder: Awaited<ReturnType<typeof import('@audio/decode-aac')['decoder']>>,
  { isFirstSilent = false, order }: { isFirstSilent?: boolean; order?: number[] },
): Pick<UnitDecoder, 'decode' | 'free'> {
  // The silence in the place of the first unit is not an error.
  let allowance = isFirstSilent ? 1 : 0;
  return {
    decode(units) {
      try {
        const { channelData, errors = 0 }: Decoded = decoder.decode(units);
        const counted = Math.max(0, errors - allowance);
        allowance = 0;
        return { channels: order?.map((place) => channelData[place]) ?? channelData, errors: counted };
      } catch (error) {
        throw new DamagedAudio(`cannot be decoded (${(error as Error).message})`);
      }
    },
    free: () => decoder.free(),
  };
}

/**
 * Seconds of the media that iTunes' own tag says are played; null where there is no such tag.
 *
 * @param ilst - content of the box of that name
 */
export async function taggedWindow(
  ilst: Uint8Array,
  codec: UnitCodec,
): Promise<{ start: number; duration?: number } | null> {
  const { gapless } = await loadDecoder();
  return gapless({ ilst, ...codec });
}

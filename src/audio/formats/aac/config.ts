/** The configuration of an AAC stream (AudioSpecificConfig, ISO/IEC 14496-3), read and made. */

/** By the index of four bits, in Hz; 15: 24 bits behind state it. */
const RATES = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350,
];

/** Object type of AAC-LC. */
const LOW_COMPLEXITY = 2;

/** Highest core rate in Hz of a stream whose upper half may be made by SBR without a word in its configuration. */
const LARGEST_SBR_CORE = 48_000;

/** "No SBR": the mark of an extension (11 bits), object type 5 (5 bits), and a bit that is 0. */
const NO_SBR = [0x56, 0xe5, 0x00];

/** What a configuration states. */
export interface AacConfig {
  objectType: number;
  /** Of the core, in Hz; 0 where it is not one of the list. */
  sampleRate: number;
  /** Number of the layout of channels; 0: stated elsewhere. */
  layout: number;
}

/** Object type that says that six more bits state it. */
const ESCAPE = 31;

/** Reads a configuration's beginning. */
export function readConfig(bytes: Uint8Array): AacConfig {
  const index = ((bytes[0] & 7) << 1) | (bytes[1] >> 7);
  const short = bytes[0] >> 3;
  if (short === ESCAPE)
    return { objectType: 32 + (((bytes[0] & 7) << 3) | (bytes[1] >> 5)), sampleRate: 0, layout: 0 };
  return { objectType: short, sampleRate: RATES[index] ?? 0, layout: (bytes[1] >> 3) & 15 };
}

/** The configuration of AAC-LC at an index of the list of rates; what the object types 1 to 4 share. */
export function makeConfig(objectType: number, rateIndex: number, layout: number): Uint8Array {
  return Uint8Array.of((objectType << 3) | (rateIndex >> 1), ((rateIndex & 1) << 7) | (layout << 3));
}

/** Whether SBR may be in the stream though the configuration does not tell. */
export function mayHaveSbr(bytes: Uint8Array): boolean {
  const { objectType, sampleRate } = readConfig(bytes);
  return (
    objectType === LOW_COMPLEXITY && sampleRate <= LARGEST_SBR_CORE && sampleRate > 0 && bytes.length < 5
  );
}

/** The configuration with the word that there is no SBR, so that the decoder gives the core's rate. */
export function withoutSbr(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([...bytes.subarray(0, 2), ...NO_SBR]);
}

/** The configuration with the word that SBR doubles the rate; as it is where twice the rate is not one of the list. */
export function withSbr(bytes: Uint8Array): Uint8Array {
  const index = RATES.indexOf(2 * readConfig(bytes).sampleRate);
  if (index < 0) return bytes;
  return Uint8Array.from([...bytes.subarray(0, 2), ...NO_SBR.slice(0, 2), 0x80 | (index << 3)]);
}

/** Syntactic elements of each layout in order, by their numbers: one channel, two, and low frequencies. */
const SINGLE = 0;
const PAIR = 1;
const LOW_FREQUENCIES = 3;
const LAYOUTS: Record<number, number[]> = {
  1: [SINGLE],
  2: [PAIR],
  3: [SINGLE, PAIR],
  4: [SINGLE, PAIR, SINGLE],
  5: [SINGLE, PAIR, PAIR],
  6: [SINGLE, PAIR, PAIR, LOW_FREQUENCIES],
  7: [SINGLE, PAIR, PAIR, PAIR, LOW_FREQUENCIES],
};

/** A frame of silence in a layout; null where the layout is not one of the list. */
export function silentFrame(layout: number): Uint8Array | null {
  const elements = LAYOUTS[layout];
  if (!elements) return null;
  const bits: number[] = [];
  const put = (value: number, count: number): void => {
    for (let bit = count - 1; bit >= 0; bit--) bits.push((value >> bit) & 1);
  };
  const window = (): void => put(0, 1 + 2 + 1 + 6 + 1); // one long sine window without a band
  const nothing = (): void => put(0, 3); // no pulses, no noise shaping, no gain control
  const count: Record<number, number> = {};
  for (const element of elements) {
    put(element, 3);
    count[element] = (count[element] ?? -1) + 1;
    put(count[element], 4);
    if (element === PAIR) {
      put(1, 1);
      window();
      put(0, 2);
      put(0, 8); // gain
      nothing();
      put(0, 8);
      nothing();
    } else {
      put(0, 8);
      window();
      nothing();
    }
  }
  put(7, 3);
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  for (const [i, bit] of bits.entries()) bytes[i >> 3] |= bit << (7 - (i & 7));
  return bytes;
}

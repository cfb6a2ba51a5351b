/** Samples as integers, floating point numbers or by a law of telephony, at full scale ±1 as libsndfile has it. */
import { viewOf } from '../format.js';

/** How samples lie in a file. */
export interface SampleForm {
  /** `unsigned` is of 8 bits. */
  kind: 'integer' | 'unsigned' | 'float' | 'alaw' | 'ulaw';
  channels: number;
  /** Bits that a sample has, at most those of its bytes. */
  bits: number;
  /** Bytes that a sample takes: 1 to 4 or 8. */
  bytes: number;
  isLittleEndian: boolean;
}

/** Reads one sample. */
type SampleReader = (view: DataView, at: number) => number;

function integerReader(bytes: number, little: boolean): SampleReader {
  switch (bytes) {
    case 1:
      return (view, at) => view.getInt8(at) / 2 ** 7;
    case 2:
      return (view, at) => view.getInt16(at, little) / 2 ** 15;
    case 3:
      return little
        ? (view, at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 65_536) / 2 ** 23
        : (view, at) => (view.getInt8(at) * 65_536 + view.getUint16(at + 1)) / 2 ** 23;
    case 4:
      return (view, at) => view.getInt32(at, little) / 2 ** 31;
    default:
      return (view, at) => Number(view.getBigInt64(at, little)) / 2 ** 63;
  }
}

/** ITU-T G.711. */
function muLaw(code: number): number {
  const bits = ~code;
  const magnitude = ((((bits & 15) << 3) + 132) << ((bits >> 4) & 7)) - 132;
  return (bits & 0x80 ? -magnitude : magnitude) / 2 ** 15;
}

/** ITU-T G.711. */
function aLaw(code: number): number {
  const bits = code ^ 0x55;
  const exponent = (bits >> 4) & 7;
  const mantissa = ((bits & 15) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 256) << (exponent - 1);
  return (bits & 0x80 ? magnitude : -magnitude) / 2 ** 15;
}

/** The reader of a form; null where there is none. */
function readerFor({ kind, bits, bytes, isLittleEndian: little }: SampleForm): SampleReader | null {
  if (kind === 'integer')
    return [1, 2, 3, 4, 8].includes(bytes) && bits >= 1 && bits <= 8 * bytes
      ? integerReader(bytes, little)
      : null;
  if (kind === 'float') {
    if (bytes === 4) return (view, at) => view.getFloat32(at, little);
    return bytes === 8 ? (view, at) => view.getFloat64(at, little) : null;
  }
  if (bytes !== 1) return null;
  if (kind === 'unsigned') return (view, at) => (view.getUint8(at) - 128) / 128;
  const law = kind === 'alaw' ? aLaw : muLaw;
  const table = Float32Array.from({ length: 256 }, (_, code) => law(code));
  return (view, at) => table[view.getUint8(at)];
}

/**
 * Turns whole frames of bytes into one array per channel; null where the form is not supported. `isLow`: integers that
 * have fewer bits than their bytes stand in the low bits, not in the high ones.
 */
export function sampleDecoder(
  form: SampleForm,
  isLow: boolean,
): ((bytes: Uint8Array) => Float32Array[]) | null {
  const read = readerFor(form);
  if (!read) return null;
  const { channels, bits, bytes: size } = form;
  // Low bits are scaled up; what stands above them is their sign, or nothing.
  const unused = 8 * size - bits;
  const sample: SampleReader = !isLow
    ? read
    : (view, at) => {
        const value = read(view, at) * 2 ** unused;
        return value - 2 * Math.floor((value + 1) / 2);
      };
  return (bytes) => {
    const view = viewOf(bytes);
    const length = bytes.length / (channels * size);
    return Array.from({ length: channels }, (_, channel) => {
      const samples = new Float32Array(length);
      let at = channel * size;
      for (let n = 0; n < length; n++, at += channels * size) samples[n] = sample(view, at);
      return samples;
    });
  };
}

/** Whether integers stand in the low bits of their bytes, as arecord writes them: then the lowest bits are used. */
export function usesLowBits(bytes: Uint8Array, form: SampleForm): boolean {
  const { kind, bits, bytes: size, isLittleEndian } = form;
  const unused = Math.floor((8 * size - bits) / 8);
  if (kind !== 'integer' || unused === 0) return false;
  for (let at = 0; at + size <= bytes.length; at += size) {
    for (let i = 0; i < unused; i++)
      if (bytes[isLittleEndian ? at + i : at + size - 1 - i] !== 0) return true;
  }
  return false;
}

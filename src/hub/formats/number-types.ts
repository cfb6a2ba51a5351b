/** Little-endian numbers of other widths as 32-bit floats. */

type Convert = (view: DataView, count: number) => Float32Array;

const each =
  (width: number, at: (view: DataView, offset: number) => number): Convert =>
  (view, count) =>
    Float32Array.from({ length: count }, (_, i) => at(view, i * width));

/** Half precision, IEEE 754: 1 bit of sign, 5 of exponent, 10 of fraction. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The upper half of a 32-bit float. */
function bfloat(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits * 0x10000);
  return view.getFloat32(0);
}

/** Every type that can be read: its width in bytes, and how. */
const TYPES = {
  float64: [8, each(8, (view, at) => view.getFloat64(at, true))],
  // Copied as bytes, which keeps every bit.
  float32: [4, (view, count) => new Float32Array(copyBytes(view, 4 * count))],
  float16: [2, each(2, (view, at) => half(view.getUint16(at, true)))],
  bfloat16: [2, each(2, (view, at) => bfloat(view.getUint16(at, true)))],
  int64: [8, each(8, (view, at) => Number(view.getBigInt64(at, true)))],
  int32: [4, each(4, (view, at) => view.getInt32(at, true))],
  int16: [2, each(2, (view, at) => view.getInt16(at, true))],
  int8: [1, each(1, (view, at) => view.getInt8(at))],
  uint8: [1, each(1, (view, at) => view.getUint8(at))],
  bool: [1, each(1, (view, at) => view.getUint8(at))],
} satisfies Record<string, [number, Convert]>;

export type NumberType = keyof typeof TYPES;

function copyBytes(view: DataView, length: number): ArrayBuffer {
  const bytes = new Uint8Array(length);
  bytes.set(new Uint8Array(view.buffer, view.byteOffset, length));
  return bytes.buffer;
}

export function byteLength(type: NumberType, shape: readonly number[]): number {
  return TYPES[type][0] * shape.reduce((product, n) => product * n, 1);
}

/** Reads little-endian numbers as the nearest 32-bit floats; float32 keeps its bits. */
export function toFloat32(bytes: Uint8Array, type: NumberType): Float32Array {
  const [width, convert] = TYPES[type];
  return convert(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), bytes.length / width);
}

/** An array of numbers in a file; it is read, and its checksum verified if there is one, on demand. */
export interface StoredWeight {
  shape: number[];
  /** The numbers in C order as 32-bit floats. Throws an Error in a few words when they are damaged or not numeric. */
  read(): Float32Array;
}

export type StoredWeights = Map<string, StoredWeight>;

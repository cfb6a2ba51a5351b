/** The safetensors format (Hugging Face): length of the header, JSON header, raw little-endian values. */
import { z } from 'zod';
import { parseJson } from '../base/json.js';
import type { WeightValues } from './parameters.js';

/** An array as the header describes it. */
export interface SafetensorsEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

const count = z.number().int().nonnegative();

const headerSchema = z
  .object({ __metadata__: z.record(z.string(), z.string()).optional() })
  .catchall(z.object({ dtype: z.string(), shape: z.array(count), data_offsets: z.tuple([count, count]) }));

/** A longer header is not a header. */
const LONGEST_HEADER = 100 * 2 ** 20;

/** Writes named float32 weights. */
export function encodeSafetensors(
  weights: ReadonlyMap<string, WeightValues>,
  metadata: Record<string, string> = {},
): Uint8Array {
  const header: Record<string, SafetensorsEntry | Record<string, string>> = { __metadata__: metadata };
  let end = 0;
  for (const [name, { shape, values }] of weights) {
    header[name] = { dtype: 'F32', shape, data_offsets: [end, end + values.byteLength] };
    end += values.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + end).fill(0x20, 8, 8 + headerLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(text, 8);
  let at = 8 + headerLength;
  for (const { values } of weights.values()) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes;
}

/**
 * Reads the header: type, shape and place of each array by name, the bytes that the places are in, and the header's
 * texts. Throws Error in a few words for other bytes.
 */
export function readSafetensorsHeader(bytes: Uint8Array): {
  entries: [string, SafetensorsEntry][];
  data: Uint8Array;
  metadata: Record<string, string>;
} {
  if (bytes.length < 8) throw new Error('the file is shorter than a header');
  const headerLength = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (headerLength > LONGEST_HEADER || 8 + headerLength > bytes.length)
    throw new Error('the header is longer than the file');
  const text = new TextDecoder().decode(bytes.subarray(8, 8 + headerLength));
  const { __metadata__: metadata = {}, ...entries } = parseJson(text, headerSchema) as Record<
    string,
    SafetensorsEntry
  > & { __metadata__?: Record<string, string> };
  // A plain array even when `bytes` is a Node buffer, whose own `slice` would share memory in place of copying.
  const data = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length).subarray(8 + headerLength);
  return { entries: Object.entries(entries), data, metadata };
}

/** Reads float32 weights by name, and the header's texts. Throws Error in a few words for other bytes. */
export function decodeSafetensors(bytes: Uint8Array): {
  weights: Map<string, WeightValues>;
  metadata: Record<string, string>;
} {
  const { entries, data, metadata } = readSafetensorsHeader(bytes);
  const weights = new Map<string, WeightValues>();
  for (const [name, { dtype, shape, data_offsets }] of entries) {
    const [begin, end] = data_offsets;
    if (dtype !== 'F32') throw new Error(`${name} is ${dtype}, not F32`);
    const size = shape.reduce((product, n) => product * n, 1);
    if (!(begin >= 0 && end <= data.length && end - begin === 4 * size))
      throw new Error(`${name} does not lie inside the file`);
    weights.set(name, { shape, values: new Float32Array(data.slice(begin, end).buffer) });
  }
  return { weights, metadata };
}

/** Throws Error in a few words when a weight is not a finite number: such a model predicts nothing. */
export function requireFinite(weights: ReadonlyMap<string, WeightValues>): void {
  for (const [name, { values }] of weights) {
    const wrong = values.find((value) => !Number.isFinite(value));
    if (wrong !== undefined) throw new Error(`${name} holds ${wrong}, not a number`);
  }
}

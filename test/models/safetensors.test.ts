import { describe, expect, it } from 'vitest';
import type { WeightValues } from '../../src/models/parameters.js';
import { decodeSafetensors, encodeSafetensors } from '../../src/models/safetensors.js';
import fc from '../fast-check.js';

const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });
const weight: fc.Arbitrary<WeightValues> = shapes.chain((shape) => {
  const size = shape.reduce((product, n) => product * n, 1);
  return fc
    .float32Array({ minLength: size, maxLength: size })
    .map((values): WeightValues => ({ shape, values }));
});
const names = fc.stringMatching(/^[a-z_]{1,8}(\/[a-z0-9_é音:]{1,8}){0,3}$/u);
const weights = fc
  .uniqueArray(fc.tuple(names, weight), { selector: ([name]) => name, maxLength: 8 })
  .map((entries) => new Map(entries));
const metadata = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.string({ unit: 'grapheme' }), {
  noNullPrototype: true,
});

/** What decoding comes to: the weights, or an Error; anything else that is thrown fails the test. */
function decodeOrError(bytes: Uint8Array): ReturnType<typeof decodeSafetensors> | Error {
  try {
    return decodeSafetensors(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).not.toBe('');
    return error as Error;
  }
}

describe('safetensors', () => {
  it('come back to the bit, with their names, shapes, order and texts', () => {
    fc.assert(
      fc.property(weights, metadata, (tensors, texts) => {
        const read = decodeSafetensors(encodeSafetensors(tensors, texts));
        expect([...read.weights.keys()]).toEqual([...tensors.keys()]);
        expect(read.weights).toEqual(tensors);
        expect(read.metadata).toEqual(texts);
      }),
    );
  });

  it('come back from a buffer of Node and from a part of a larger array, as copies of their own', () => {
    const tensors = new Map([
      ['a', { shape: [2], values: Float32Array.of(1, 2) }],
      ['b', { shape: [], values: Float32Array.of(3) }],
    ]);
    const bytes = encodeSafetensors(tensors);
    const larger = new Uint8Array(bytes.length + 30).fill(7);
    larger.set(bytes, 13);
    const part = larger.subarray(13, 13 + bytes.length);
    for (const form of [Buffer.from(bytes), Buffer.from(larger.buffer, 13, bytes.length), part]) {
      const { weights: read } = decodeSafetensors(form);
      expect(read).toEqual(tensors);
      form.fill(0);
      expect(read).toEqual(tensors);
      larger.set(bytes, 13);
    }
  });

  it('lie as the format says: header length, JSON padded to eight bytes, values', () => {
    const bytes = encodeSafetensors(new Map([['w', { shape: [1], values: Float32Array.of(1) }]]), { k: 'v' });
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
      __metadata__: { k: 'v' },
      w: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
    });
    expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 128, 63]);
  });

  it('throw an Error and nothing else for any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void decodeOrError(bytes)));
  });

  it('throw an Error and nothing else for any JSON as a header', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.uint8Array({ maxLength: 16 }), (value, data) => {
        const header = new TextEncoder().encode(JSON.stringify(value));
        const bytes = new Uint8Array(8 + header.length + data.length);
        new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
        bytes.set(header, 8);
        bytes.set(data, 8 + header.length);
        decodeOrError(bytes);
      }),
    );
  });

  it('are refused when they were cut anywhere', () => {
    const tensors = new Map([['w', { shape: [5], values: Float32Array.of(1, 2, 3, 4, 5) }]]);
    const bytes = encodeSafetensors(tensors, { k: 'v' });
    for (let length = 0; length < bytes.length; length++)
      expect([length, decodeOrError(bytes.subarray(0, length))]).toEqual([length, expect.any(Error)]);
  });

  it.each([
    [{ w: { dtype: 'F16', shape: [2], data_offsets: [0, 4] } }, /w is F16, not F32/],
    [{ w: { dtype: 'F32', shape: [2], data_offsets: [0, 4] } }, /w does not lie inside the file/],
    [{ w: { dtype: 'F32', shape: [9], data_offsets: [0, 36] } }, /w does not lie inside the file/],
    [{ w: { dtype: 'F32', shape: [1], data_offsets: [-4, 0] } }, /w\.data_offsets\.0: /],
  ])('are refused in words for the header %j', (header, message) => {
    const text = new TextEncoder().encode(JSON.stringify(header));
    const bytes = new Uint8Array(8 + text.length + 8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
    bytes.set(text, 8);
    expect(() => decodeSafetensors(bytes)).toThrow(message);
  });
});

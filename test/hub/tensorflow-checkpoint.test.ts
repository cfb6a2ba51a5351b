import { describe, expect, it } from 'vitest';
import { readTensorflowCheckpoint } from '../../src/hub/formats/tensorflow-checkpoint.js';
import fc from '../fast-check.js';
import { checkpointOf, tableOf, type Variable } from './checkpoint.js';

const variable: fc.Arbitrary<Variable> = fc
  .array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 })
  .chain((shape) => {
    const size = shape.reduce((product, n) => product * n, 1);
    return fc.record({
      shape: fc.constant(shape),
      values: fc.float32Array({ minLength: size, maxLength: size }),
    });
  });
const variables = fc
  .uniqueArray(fc.tuple(fc.stringMatching(/^[a-z]{1,6}(\/[a-z_1é]{1,6}){0,2}$/u), variable), {
    selector: ([name]) => name,
    minLength: 1,
    maxLength: 9,
  })
  .map((entries) => new Map(entries));

const EXAMPLE = new Map<string, Variable>([
  ['dense/bias', { shape: [2], values: Float32Array.of(1, -2) }],
  ['dense/kernel', { shape: [3, 2], values: Float32Array.of(1, 2, 3, 4, 5, 6) }],
  ['dense/kernel/Adam', { shape: [3, 2], values: new Float32Array(6) }],
  ['step', { shape: [], values: Float32Array.of(7) }],
]);

/** Everything that a checkpoint holds, read. */
function readAll(index: Uint8Array, data: Uint8Array): Map<string, Variable> {
  const read = readTensorflowCheckpoint(index, data);
  return new Map([...read].map(([name, weight]) => [name, { shape: weight.shape, values: weight.read() }]));
}

/** What reading comes to: an Error in words, or the variables. */
function outcome(index: Uint8Array, data: Uint8Array): Map<string, Variable> | string {
  try {
    return readAll(index, data);
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    return (error as Error).message;
  }
}

const sorted = (map: ReadonlyMap<string, Variable>): [string, Variable][] =>
  [...map].sort(([a], [b]) => (a < b ? -1 : 1));

describe('a TensorFlow checkpoint', () => {
  it('comes back to the bit, however the index is cut into blocks', () => {
    fc.assert(
      fc.property(variables, fc.integer({ min: 1, max: 12 }), (stored, blockEntries) => {
        const { index, data } = checkpointOf(stored, { blockEntries });
        expect(sorted(readAll(index, data))).toEqual(sorted(stored));
      }),
    );
  });

  it('comes back from parts of larger arrays', () => {
    const { index, data } = checkpointOf(EXAMPLE);
    const larger = (bytes: Uint8Array): Uint8Array => {
      const room = new Uint8Array(bytes.length + 9).fill(7);
      room.set(bytes, 3);
      return room.subarray(3, 3 + bytes.length);
    };
    expect(sorted(readAll(larger(index), larger(data)))).toEqual(sorted(EXAMPLE));
  });

  it('is refused when its index was cut anywhere', () => {
    const { index, data } = checkpointOf(EXAMPLE);
    for (let length = 0; length < index.length; length++)
      expect([length, outcome(index.subarray(0, length), data)]).toEqual([length, expect.any(String)]);
  });

  it('is refused when its values were cut, naming the first that is missing', () => {
    const { index, data } = checkpointOf(EXAMPLE);
    expect(outcome(index, data.subarray(0, data.length - 1))).toBe(
      'step lies outside of the values, which were cut',
    );
    expect(outcome(index, data.subarray(0, 8))).toMatch(/^dense\/kernel lies outside/);
  });

  it('never gives other numbers when a bit of it is flipped', () => {
    const files = checkpointOf(EXAMPLE);
    for (const which of ['index', 'data'] as const) {
      for (let bit = 0; bit < 8 * files[which].length; bit++) {
        const flipped = Uint8Array.from(files[which]);
        flipped[bit >> 3] ^= 1 << (bit & 7);
        const result = outcome(
          which === 'index' ? flipped : files.index,
          which === 'data' ? flipped : files.data,
        );
        // Padding of the footer is not protected and decides nothing.
        if (typeof result !== 'string')
          expect([which, bit, sorted(result)]).toEqual([which, bit, sorted(EXAMPLE)]);
      }
    }
  });

  it('names the variable whose values are damaged', () => {
    const { index, data } = checkpointOf(EXAMPLE);
    const damaged = Uint8Array.from(data);
    damaged[9] ^= 1;
    expect(outcome(index, damaged)).toBe('the checksum of dense/kernel is wrong; the file is damaged');
  });

  it.each<[string, Uint8Array, string | RegExp]>([
    [
      'compressed blocks',
      checkpointOf(EXAMPLE, { compression: 1 }).index,
      /^a block is compressed \(kind 1\)/,
    ],
    ['several files of values', checkpointOf(EXAMPLE, { shards: 3 }).index, /lie in 3 files, and only one/],
    ['big-endian values', checkpointOf(EXAMPLE, { bigEndian: true }).index, 'it is big-endian'],
    ['no header', tableOf([['a', Uint8Array.of(8, 1)]]), 'the index has no header'],
    ['another file', new TextEncoder().encode('a text '.repeat(20)), /it is another file, or was cut/],
  ])('is refused for %s', (_, index, message) => {
    expect(outcome(index, checkpointOf(EXAMPLE).data)).toEqual(
      typeof message === 'string' ? message : expect.stringMatching(message),
    );
  });

  it('throws an Error and nothing else for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const footer = checkpointOf(EXAMPLE).index.subarray(-48);
        expect(outcome(Buffer.concat([bytes, footer]), bytes)).toBeTypeOf('string');
      }),
    );
  });
});

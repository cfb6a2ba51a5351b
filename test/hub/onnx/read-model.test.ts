/** ONNX files that are damaged, hostile, or want what polytag does not do. */

import protobuf from 'protobufjs/minimal.js';
import { beforeAll, expect, it } from 'vitest';
import { loadEngine } from '../../../src/engine/engine.js';
import { OnnxModel } from '../../../src/hub/onnx/onnx-model.js';
import { readOnnx } from '../../../src/hub/onnx/read-model.js';
import fc from '../../fast-check.js';
import { readGoldenJson } from '../../golden/read.js';

beforeAll(async () => {
  await loadEngine('wasm');
});

const { cases } = readGoldenJson<{ cases: { op: string; file: string }[] }>('onnx');
const conv = Buffer.from(cases.find(({ op }) => op === 'Conv')!.file, 'base64');

/** A message of fields: numbers, texts, or other messages. */
function message(fields: [field: number, value: number | string | Uint8Array][]): Uint8Array {
  const writer = protobuf.Writer.create();
  for (const [field, value] of fields) {
    if (typeof value === 'number') writer.uint32(field << 3).int64(value);
    else if (typeof value === 'string') writer.uint32((field << 3) | 2).string(value);
    else writer.uint32((field << 3) | 2).bytes(value);
  }
  return writer.finish();
}

const node = (op: string, inputs: string[], outputs: string[]): Uint8Array =>
  message([
    ...inputs.map((name): [number, string] => [1, name]),
    ...outputs.map((name): [number, string] => [2, name]),
    [4, op],
  ]);
const port = (name: string): Uint8Array => message([[1, name]]);
const model = (...fields: [number, Uint8Array][]): Uint8Array => message([[7, message(fields)]]);

it('reads the inputs, outputs, nodes and weights of a file', () => {
  const { opset, nodes, constants, inputs, outputs } = readOnnx(conv);
  expect([opset, nodes.map(({ op }) => op), inputs.map(({ name }) => name)]).toEqual([18, ['Conv'], ['x0']]);
  expect(inputs[0].shape).toEqual(['x0_0', 'x0_1', 'x0_2', 'x0_3']);
  expect([...constants.keys()]).toEqual(['x1', 'x2']);
  expect(constants.get('x1')!.shape).toEqual([3, 2, 3, 3]);
  expect(nodes[0].attributes.pads).toEqual([1, 1, 1, 1]);
  expect(outputs.map(({ name }) => name)).toEqual(['y']);
});

it.each<[string, Uint8Array, RegExp]>([
  ['nothing', new Uint8Array(0), /it holds no network/],
  ['text', Buffer.from('not a network at all'), /damaged|network|beyond|wire/],
  [
    'an operation nobody has',
    model([1, node('Frobnicate', ['x'], ['y'])], [11, port('x')], [12, port('y')]),
    /the operation Frobnicate, which polytag does not know/,
  ],
  [
    'a name from Object',
    model([1, node('constructor', ['x'], ['y'])], [11, port('x')], [12, port('y')]),
    /constructor/,
  ],
  [
    'a cycle',
    model([1, node('Add', ['y', 'x'], ['y'])], [11, port('x')], [12, port('y')]),
    /Add y needs y, which nothing before it gives/,
  ],
  [
    'an output of nothing',
    model([1, node('Relu', ['x'], ['y'])], [11, port('x')], [12, port('z')]),
    /nothing gives its output z/,
  ],
  [
    'weights elsewhere',
    model(
      [1, node('Relu', ['x'], ['y'])],
      [
        5,
        message([
          [2, 1],
          [8, 'w'],
          [14, 1],
        ]),
      ],
    ),
    /the numbers of w are in another file/,
  ],
  [
    'a huge tensor',
    model(
      [1, node('Relu', ['w'], ['y'])],
      [
        5,
        message([
          [1, 1 << 30],
          [1, 1 << 20],
          [2, 1],
          [8, 'w'],
        ]),
      ],
      [12, port('y')],
    ),
    /a value of \[1073741824, 1048576\] would not fit in memory/,
  ],
  [
    'a negative size',
    model(
      [1, node('Relu', ['w'], ['y'])],
      [
        5,
        message([
          [1, -3],
          [2, 1],
          [8, 'w'],
        ]),
      ],
    ),
    /is not a shape/,
  ],
  [
    'a graph within a node',
    model([
      1,
      message([
        [2, 'y'],
        [4, 'If'],
        [
          5,
          message([
            [1, 'then'],
            [6, new Uint8Array(0)],
          ]),
        ],
      ]),
    ]),
    /branches or loops/,
  ],
])('says what is wrong with %s', (_, file, sentence) => {
  expect(() => new OnnxModel(file)).toThrow(sentence);
});

it('says which input is missing or of another shape, and which node does not run', () => {
  const graph = new OnnxModel(conv);
  expect(() => graph.run({})).toThrow('its input x0 is missing');
  expect(() => graph.run({ x0: { type: 'float', shape: [2], values: new Float32Array(2) } })).toThrow(
    'its input x0 is [x0_0, x0_1, x0_2, x0_3], not [2]',
  );
  expect(() =>
    graph.run({ x0: { type: 'float', shape: [1, 5, 4, 4], values: new Float32Array(80) } }),
  ).toThrow('Conv y cannot be run: 5 channels, and weights for 2');
  graph.dispose();
});

it('reads a damaged file or says in a few words that it is one', () => {
  fc.assert(
    fc.property(fc.nat(conv.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
      const damaged = Uint8Array.from(cut ? conv.subarray(0, at) : conv);
      if (!cut) damaged[at] = byte;
      try {
        new OnnxModel(damaged).dispose();
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
        expect(error).not.toBeInstanceOf(TypeError);
        expect(error).not.toBeInstanceOf(RangeError);
      }
    }),
    { numRuns: 300 },
  );
});

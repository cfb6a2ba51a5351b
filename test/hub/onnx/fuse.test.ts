/** Convolutions that take over the operation behind them. */
import { expect, it } from 'vitest';
import { fuseActivations } from '../../../src/hub/onnx/fuse.js';
import type { OnnxGraph, OnnxNode } from '../../../src/hub/onnx/read-model.js';

const node = (op: string, inputs: string[], output: string): OnnxNode => ({
  ...{ op, name: output, inputs, outputs: [output], attributes: {} },
});

const graph = (nodes: OnnxNode[], ...outputs: string[]): OnnxGraph => ({
  ...{ opset: 18, nodes, constants: new Map(), inputs: [{ name: 'x', shape: [1, 1, 4, 4] }] },
  outputs: outputs.map((name) => ({ name, shape: [] })),
});

it('a Relu behind a convolution becomes a part of it', () => {
  const { nodes } = fuseActivations(
    graph([node('Conv', ['x', 'w'], 'a'), node('Relu', ['a'], 'b'), node('Sqrt', ['b'], 'y')], 'y'),
  );
  expect(nodes.map(({ op, inputs, outputs }) => [op, inputs, outputs])).toEqual([
    ['Conv', ['x', 'w'], ['b']],
    ['Sqrt', ['b'], ['y']],
  ]);
  expect(nodes[0].attributes).toEqual({ activation: 'Relu' });
});

it('stays apart where something else needs the convolution’s own result', () => {
  const pair = [node('Conv', ['x', 'w'], 'a'), node('Relu', ['a'], 'b')];
  for (const one of [
    graph(pair, 'a', 'b'),
    graph([...pair, node('Add', ['a', 'b'], 'y')], 'y'),
    graph([node('Sqrt', ['x'], 'a'), node('Relu', ['a'], 'y')], 'y'),
  ])
    expect(fuseActivations(one)).toEqual(one);
});

/** Convolutions that do the next operation's work. */
import type { OnnxGraph, OnnxNode } from './read-model.js';

/**
 * The same graph, in which a `Relu` that alone uses a convolution's result is an attribute of the convolution, as
 * onnxruntime's `FusedConv` has it (`activation`): one pass over the numbers less, with the same result.
 */
export function fuseActivations(graph: OnnxGraph): OnnxGraph {
  const uses = new Map<string, OnnxNode[]>();
  for (const node of graph.nodes)
    for (const name of node.inputs) uses.set(name, [...(uses.get(name) ?? []), node]);
  const kept = new Set(graph.outputs.map(({ name }) => name));
  const fused = new Set<OnnxNode>();
  const nodes = graph.nodes.map((node) => {
    if (node.op !== 'Conv' || node.outputs.length !== 1) return node;
    const [output] = node.outputs;
    const [next, ...others] = uses.get(output) ?? [];
    if (next?.op !== 'Relu' || next.inputs.length !== 1 || others.length > 0 || kept.has(output)) return node;
    fused.add(next);
    return { ...node, outputs: next.outputs, attributes: { ...node.attributes, activation: next.op } };
  });
  return { ...graph, nodes: nodes.filter((node) => !fused.has(node)) };
}

/** The input of a graph, and runs of as many windows as there are. */
import { UsageError } from '../../base/errors.js';
import type { InputSize } from '../../inputs/kind.js';
import type { OnnxPort, OnnxTensor } from '../onnx/read-model.js';
import { type Arrangement, arrangement } from './arrangement.js';
import type { GraphRunner } from './runner.js';

/** An input or output of a graph. Throws UsageError that names those there are. */
export function portOf(ports: readonly OnnxPort[], name: string): OnnxPort {
  const found = ports.find((port) => port.name === name);
  if (!found)
    throw new UsageError(`The graph has no ${name}; it has ${ports.map((port) => port.name).join(', ')}.`);
  return found;
}

/** The one input of a graph, for windows or embeddings of some size. */
export class GraphInput {
  private readonly arrangement: Arrangement;

  /** Throws UsageError where the graph has no such input, or it does not take that size. */
  constructor(
    private readonly runner: GraphRunner,
    private readonly name: string,
    size: InputSize,
  ) {
    this.arrangement = arrangement(portOf(runner.inputs, name), size);
  }

  /**
   * The graph's outputs by name. Where it takes a fixed number at once, in as many runs as it takes, the last filled up with
   * zeros; then there are more rows than windows.
   */
  run(windows: Float32Array, count: number): Record<string, OnnxTensor> {
    const { batch, shape, arrange } = this.arrangement;
    const runOf = (part: Float32Array, rows: number): Record<string, OnnxTensor> =>
      this.runner.run({
        [this.name]: { type: 'float', shape: [rows, ...shape], values: arrange(part, rows) },
      });
    if (batch === null || batch === count) return runOf(windows, count);
    const size = windows.length / count;
    const parts: Record<string, OnnxTensor>[] = [];
    for (let from = 0; from < count; from += batch) {
      const part = new Float32Array(batch * size);
      part.set(windows.subarray(from * size, Math.min(count, from + batch) * size));
      parts.push(runOf(part, batch));
    }
    return joined(parts);
  }
}

/** Outputs of several runs, one behind the other. */
function joined(parts: readonly Record<string, OnnxTensor>[]): Record<string, OnnxTensor> {
  if (parts.length === 1) return parts[0];
  return Object.fromEntries(
    Object.entries(parts[0]).map(([name, { type, shape }]): [string, OnnxTensor] => {
      const all = parts.map((part) => part[name]);
      const values = new Float32Array(all.reduce((sum, one) => sum + one.values.length, 0));
      let at = 0;
      for (const one of all) {
        values.set(one.values, at);
        at += one.values.length;
      }
      return [
        name,
        { type, shape: [all.reduce((sum, one) => sum + one.shape[0], 0), ...shape.slice(1)], values },
      ];
    }),
  );
}

/** Writers of operations that are the same in every format of graphs. */
import { isNumber, type Size } from './batch-sizes.js';
import { namesOf, type OperationToWrite } from './operation.js';

/** What these writers need of a graph; each method returns the name of a value. */
interface Graph {
  node(op: string, inputs: readonly string[]): string;
  sizes(sizes: readonly Size[]): string;
  integers(values: readonly number[]): string;
}

/** Operations of one name and no attributes. */
export const same =
  (op: string) =>
  (operation: OperationToWrite<Graph>): string[] => [operation.graph.node(op, namesOf(operation))];

export const reshape = ({
  graph,
  operands: { x },
  outputs: [{ sizes }],
}: OperationToWrite<Graph>): string[] => {
  const growing = sizes.filter((size) => !isNumber(size)).length;
  const target =
    growing > 1 ? graph.sizes(sizes) : graph.integers(sizes.map((size) => (isNumber(size) ? size : -1)));
  return [graph.node('Reshape', [x.name(), target])];
};

/**
 * A plain network as bytes, with everything that training needs to go on: how it is built, steps made, weights, running
 * averages and the optimiser's mean squares. A line of JSON, then the numbers as 64-bit floats, little endian.
 */
import { PlainNetwork, type PlainNetworkSpec } from './network.js';

const FORMAT = 'polytag-plain/1';

/** Every array that changes in training, in a fixed order. */
const arraysOf = ({ layers, optimizer }: PlainNetwork): Float64Array[] => [
  ...layers.flatMap(({ weights }) => weights.map(({ values }) => values)),
  ...layers.flatMap(({ state }) => Object.values(state)),
  ...optimizer.squares,
];

/** The network as bytes. */
export function savePlainNetwork(network: PlainNetwork): Uint8Array {
  const arrays = arraysOf(network);
  const { spec, steps } = network;
  const lengths = arrays.map(({ length }) => length);
  const head = new TextEncoder().encode(`${JSON.stringify({ format: FORMAT, spec, steps, lengths })}\n`);
  const bytes = new Uint8Array(head.length + 8 * lengths.reduce((a, b) => a + b, 0));
  bytes.set(head);
  const view = new DataView(bytes.buffer, head.length);
  let at = 0;
  for (const array of arrays) for (const value of array) view.setFloat64(8 * at++, value, true);
  return bytes;
}

/** The network that was saved; training goes on to the same bits as without a stop. Throws Error for other bytes. */
export function loadPlainNetwork(bytes: Uint8Array): PlainNetwork {
  const end = bytes.indexOf(10);
  const head = readHead(bytes.subarray(0, Math.max(0, end)));
  if (head === null) throw new Error(`The bytes are not a network of the format ${FORMAT}.`);
  const network = new PlainNetwork(head.spec);
  network.steps = head.steps;
  const arrays = arraysOf(network);
  const view = new DataView(bytes.buffer, bytes.byteOffset + end + 1, bytes.byteLength - end - 1);
  const count = arrays.reduce((sum, { length }) => sum + length, 0);
  if (view.byteLength !== 8 * count || head.lengths.join() !== arrays.map(({ length }) => length).join())
    throw new Error(`The network's file has ${view.byteLength} bytes of numbers and needs ${8 * count}.`);
  let at = 0;
  for (const array of arrays) for (const i of array.keys()) array[i] = view.getFloat64(8 * at++, true);
  return network;
}

interface Head {
  format: string;
  spec: PlainNetworkSpec;
  steps: number;
  lengths: number[];
}

function readHead(bytes: Uint8Array): Head | null {
  try {
    const head = JSON.parse(new TextDecoder().decode(bytes)) as Head;
    return head.format === FORMAT ? head : null;
  } catch {
    return null;
  }
}

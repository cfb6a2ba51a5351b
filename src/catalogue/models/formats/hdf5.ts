/** HDF5 files (.h5), in which Keras keeps weights. Node only. */
import type { Dataset, Group } from 'h5wasm';
import type { StoredWeights } from './weights.js';

/** HDF5's names of types that are numbers: byte order, kind, bytes. */
const NUMBERS = /^[<>|=]?[fiub]\d+$/i;

/**
 * Reads a file's arrays of numbers.
 *
 * @param path - the file
 * @returns every data set by its path without the first slash: `model_weights/dense/dense/kernel:0`
 * @throws Error in a few words when it is damaged or another file
 */
export async function readHdf5(path: string): Promise<StoredWeights> {
  // 4 MB of WebAssembly, which only a caller with such a file waits for.
  const { default: h5 } = await import('h5wasm/node');
  await h5.ready;
  const file = new h5.File(path, 'r');
  try {
    const weights: StoredWeights = new Map();
    const visit = (group: Group, above: string[]): void => {
      for (const name of group.keys()) {
        const entity = group.get(name);
        if (entity instanceof h5.Group) visit(entity, [...above, name]);
        else if (entity instanceof h5.Dataset) take([...above, name].join('/'), entity, weights);
      }
    };
    visit(file, []);
    if (weights.size === 0) throw new Error('it holds no arrays of numbers');
    return weights;
  } finally {
    file.close();
  }
}

/** Reads at once, because the file is closed when somebody asks. */
function take(name: string, { dtype, shape, value }: Dataset, weights: StoredWeights): void {
  if (shape === null || typeof dtype !== 'string' || !NUMBERS.test(dtype)) return;
  const numbers = Float32Array.from([value].flat() as Iterable<number>, Number);
  weights.set(name, { shape, read: () => numbers });
}

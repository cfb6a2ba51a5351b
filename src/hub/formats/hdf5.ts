/** HDF5 files (.h5), in which Keras keeps weights. */
import type { Dataset, Group } from 'h5wasm';
import type { StoredWeights } from './number-types.js';

/** The reader's names of types of numbers: byte order, then a letter as in Python's struct. */
const NUMBERS = /^[<>|=]?[bBhHiIlLqQefd?]$/;

/**
 * Reads a file's arrays by path without the first slash, as in `model_weights/dense/dense/kernel:0`. Throws an Error in
 * a few words when it is damaged or another file.
 */
export async function readHdf5(path: string): Promise<StoredWeights> {
  // 4 MB of WebAssembly, loaded only for such a file.
  const { default: h5 } = await import('h5wasm/node');
  const library = await h5.ready;
  // Else the library prints an error and continues with a file that is not HDF5.
  library.activate_throwing_error_handler();
  const weights: StoredWeights = new Map();
  const visit = (group: Group, above: string[]): void => {
    for (const name of group.keys()) {
      const entity = group.get(name);
      if (entity instanceof h5.Group) visit(entity, [...above, name]);
      else if (entity instanceof h5.Dataset) take([...above, name].join('/'), entity, weights);
    }
  };
  try {
    const file = new h5.File(path, 'r');
    visit(file, []);
    file.close();
  } catch {
    // The library's message is many lines about its own source.
    throw new Error('it is not an HDF5 file, or damaged');
  }
  return weights;
}

/** Reads at once, because the file is closed when somebody asks. */
function take(name: string, dataset: Dataset, weights: StoredWeights): void {
  const { dtype, shape } = dataset;
  if (shape === null || typeof dtype !== 'string' || !NUMBERS.test(dtype)) return;
  let values: Float32Array | null = null;
  try {
    const { value } = dataset;
    // A number where the data set has no axes, else a typed array.
    const numbers = (ArrayBuffer.isView(value) ? value : [value]) as Iterable<number | bigint>;
    values = Float32Array.from(numbers, Number);
  } catch {
    // A type without a typed array in this Node, or damage, matters only when the weight is read.
  }
  weights.set(name, {
    shape,
    read() {
      if (!values) throw new Error(`${name} is damaged, or of a type that cannot be read (${dtype})`);
      return values;
    },
  });
}

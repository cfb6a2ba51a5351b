/** Arrays in TensorFlow.js's form: their values in sequence, cut into files, and the manifest of their places. */

/** Bytes of a file, so that browsers can cache each. */
const SHARD_BYTES = 4 * 2 ** 20;

/** An array by name, with values of its type. */
export interface NamedArray {
  name: string;
  shape: readonly number[];
  dtype: 'float32' | 'int32' | 'bool';
  values: Float32Array | Int32Array | Uint8Array;
}

/** An entry of TensorFlow.js's manifest: arrays, and the files that they are in. */
export interface WeightsGroup {
  paths: string[];
  weights: { name: string; shape: readonly number[]; dtype: string }[];
}

/** The files of arrays by name, and their manifest. */
export function shardsOf(arrays: readonly NamedArray[]): {
  files: Record<string, Uint8Array>;
  manifest: WeightsGroup[];
} {
  const values = Buffer.concat(
    arrays.map(({ values: v }) => new Uint8Array(v.buffer, v.byteOffset, v.byteLength)),
  );
  const count = Math.max(1, Math.ceil(values.length / SHARD_BYTES));
  const paths = Array.from({ length: count }, (_, i) => `group1-shard${i + 1}of${count}.bin`);
  return {
    files: Object.fromEntries(
      paths.map((path, i) => [path, values.subarray(i * SHARD_BYTES, (i + 1) * SHARD_BYTES)]),
    ),
    manifest: [{ paths, weights: arrays.map(({ name, shape, dtype }) => ({ name, shape, dtype })) }],
  };
}

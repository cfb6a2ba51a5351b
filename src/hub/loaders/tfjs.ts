/**
 * Runs the graph model in TensorFlow.js and prints the scores: node load.ts [INPUT=FILE.npy …]
 *
 * Needs Node 22.18 or later and @tensorflow/tfjs. A file has the windows of an input, [batch, …], as float32 or int32; what is
 * not given is random. In a page, tf.loadGraphModel('graph/model.json') opens the same files by their address.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';

const read = (file: string) => readFileSync(fileURLToPath(new URL(`graph/${file}`, import.meta.url)));

/** An array of NumPy's format. */
function readNpy(file: string): tf.Tensor {
  const bytes = readFileSync(file);
  const end = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, end);
  const [, type] = /'descr': '<(f4|i4)', 'fortran_order': False/.exec(header) ?? [];
  if (!type) throw new Error(`${file} is not an array of float32 or int32 in C order.`);
  const shape = [.../\(([^)]*)\)/.exec(header)![1].matchAll(/\d+/g)].map(Number);
  const { buffer } = Uint8Array.from(bytes.subarray(end));
  if (type === 'i4') return tf.tensor(new Int32Array(buffer), shape, 'int32');
  return tf.tensor(new Float32Array(buffer), shape, 'float32');
}

const stored = JSON.parse(read('model.json').toString());
const [{ paths, weights }] = stored.weightsManifest;
const weightData = Uint8Array.from(Buffer.concat(paths.map(read))).buffer;
const model = await tf.loadGraphModel({
  load: async () => ({ ...stored, weightSpecs: weights, weightData }),
});

const { labels, inputs } = stored.userDefinedMetadata;
const given = Object.fromEntries(process.argv.slice(2).map((argument) => argument.split('=')));
const arrays = Object.fromEntries(Object.entries(given).map(([name, file]) => [name, readNpy(file)]));
const batch = Object.values(arrays)[0]?.shape[0] ?? 1;
const feeds: Record<string, tf.Tensor> = {};
type Port = { dtype: string; tensorShape: { dim: { size: string }[] } };
for (const [name, { dtype, tensorShape }] of Object.entries<Port>(stored.signature.inputs)) {
  const shape = [batch, ...tensorShape.dim.slice(1).map(({ size }) => Number(size))];
  feeds[name] =
    arrays[name] ??
    (dtype === 'DT_INT32'
      ? tf.randomUniformInt(shape, 0, inputs.inputs[name].vocabulary)
      : tf.randomUniform(shape, -1, 1));
}
const scores = model.execute(feeds, 'scores') as tf.Tensor;
if (scores.rank > 2) console.log('scores', scores.shape);
else for (const [j, mean] of scores.mean(0).dataSync().entries()) console.log(mean.toFixed(6), labels[j]);

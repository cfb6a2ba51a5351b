/**
 * Runs model.onnx in ONNX Runtime and prints the scores: node load.ts [INPUT=FILE.npy …]
 *
 * Needs Node 22.18 or later and onnxruntime-web (onnxruntime-node has the same interface). A file has the windows of an
 * input, [batch, …], as float32 or int32; what is not given is random.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as ort from 'onnxruntime-web';

const read = (file: string) => readFileSync(fileURLToPath(new URL(file, import.meta.url)));

/** An array of NumPy's format. */
function readNpy(file: string): ort.Tensor {
  const bytes = readFileSync(file);
  const end = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, end);
  const [, type] = /'descr': '<(f4|i4)', 'fortran_order': False/.exec(header) ?? [];
  if (!type) throw new Error(`${file} is not an array of float32 or int32 in C order.`);
  const shape = [.../\(([^)]*)\)/.exec(header)![1].matchAll(/\d+/g)].map(Number);
  const { buffer } = Uint8Array.from(bytes.subarray(end));
  if (type === 'i4') return new ort.Tensor('int32', new Int32Array(buffer), shape);
  return new ort.Tensor('float32', new Float32Array(buffer), shape);
}

const { classes, schema, inference } = JSON.parse(read('essentia.json').toString());
const given = Object.fromEntries(process.argv.slice(2).map((argument) => argument.split('=')));
const arrays = Object.fromEntries(Object.entries(given).map(([name, file]) => [name, readNpy(file)]));
const batch = Object.values(arrays)[0]?.dims[0] ?? 1;
const feeds: Record<string, ort.Tensor> = {};
for (const { name, type, shape } of schema.inputs) {
  const sizes = [batch, ...shape.slice(1)];
  const length = sizes.reduce((product, size) => product * size, 1);
  const words = inference.settings.inputs[name]?.vocabulary;
  feeds[name] =
    arrays[name] ??
    (type === 'int32'
      ? new ort.Tensor(
          'int32',
          Int32Array.from({ length }, () => Math.floor(Math.random() * words)),
          sizes,
        )
      : new ort.Tensor(
          'float32',
          Float32Array.from({ length }, () => 2 * Math.random() - 1),
          sizes,
        ));
}
const session = await ort.InferenceSession.create(read('model.onnx'));
const { scores } = await session.run(feeds);
const values = scores.data as Float32Array;
if (scores.dims.length > 2) console.log('scores', scores.dims);
else
  for (const [j, label] of classes.entries()) {
    let mean = 0;
    for (let i = 0; i < batch; i++) mean += values[i * classes.length + j] / batch;
    console.log(mean.toFixed(6), label);
  }

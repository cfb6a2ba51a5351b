/** Files as Keras 1 wrote them, with weights of our own. */
import h5 from 'h5wasm/node';
import { randomGenerator } from '../../src/base/random.js';

/** Backends of Keras 1. */
export type Backend = 'theano' | 'tensorflow';

/** Blocks' shapes, [out, in, mel, time]. */
const KERNELS = [1, 32, 32, 32, 32].map((inputs) => [32, inputs, 3, 3]);

/**
 * The same network from either backend: TensorFlow's kernels are Theano's mirrored, and only Theano's has the output,
 * where another array may be.
 */
export async function writeCompactCnn(path: string, backend: Backend, another?: string): Promise<void> {
  await h5.ready;
  const file = new h5.File(path, 'w');
  const end = backend === 'tensorflow' ? ':0' : '';
  const random = randomGenerator(5, 'keras');
  const numbers = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());
  const blocks = file.create_group('ConvBNEluDr');
  const put = (group: typeof blocks, name: string, shape: number[], data: Float32Array): void => {
    group.create_dataset({ name, data, shape, dtype: '<f4' });
  };
  for (const [i, shape] of KERNELS.entries()) {
    const size = shape.reduce((product, n) => product * n, 1);
    const kernel = numbers(size);
    // Mirrored in both directions: each plane of nine backwards.
    const mirrored = kernel.map((_, at) => kernel[at - (at % 9) + 8 - (at % 9)]);
    put(blocks, `convolution2d_${i + 1}_W${end}`, shape, backend === 'theano' ? kernel : mirrored);
    put(blocks, `convolution2d_${i + 1}_b${end}`, [32], numbers(32));
    for (const part of ['gamma', 'beta', 'running_mean', 'running_std'])
      put(blocks, `batchnormalization_${i + 1}_${part}${end}`, [32], numbers(32));
  }
  if (backend === 'theano') {
    const output = file.create_group('dense_1');
    put(output, 'dense_1_W', [32, 50], numbers(32 * 50));
    put(output, 'dense_1_b', [50], numbers(50));
    if (another) put(output, another, [1], numbers(1));
  }
  file.close();
}

import { glorotUniform } from '../initializers.js';
import { kept, type NumberArray, type PlainLayerKind, weightOf, withoutWeights, zeros } from './layer.js';

/** Options of a convolution. */
export interface Conv2dOptions {
  filters: number;
  /** Height and width of the kernel. */
  size: readonly [number, number];
  /** same: zeros around keep the size, one more at the end where their number is odd; valid: none. Default: same. */
  padding?: 'same' | 'valid';
}

/**
 * A 2D convolution of stride 1 with a bias: [batch, height, width, channels] to [batch, height', width', filters]. Every
 * pair of an output cell and an input cell under the kernel is one term: forward adds x · w to y, backward adds x · dy to
 * dw and w · dy to dx. Kernel [height, width, channels, filters] after Glorot and Bengio (2010), bias [filters] zeros.
 */
export const conv2d: PlainLayerKind<Conv2dOptions> = (options, [height, width, channels], random) => {
  const { filters, size, padding = 'same' } = options;
  const [rows, columns] = size;
  const kernel = weightOf('kernel', glorotUniform([rows, columns, channels, filters], random));
  const bias = weightOf('bias', new Float64Array(filters));
  const isSame = padding === 'same';
  const [top, left] = isSame ? [(rows - 1) >> 1, (columns - 1) >> 1] : [0, 0];
  const [outHeight, outWidth] = isSame ? [height, width] : [height - rows + 1, width - columns + 1];
  if (outHeight < 1 || outWidth < 1)
    throw new Error(
      `A kernel of ${rows} × ${columns} does not fit into ${height} × ${width}; pad with "same".`,
    );
  let seen: NumberArray | null = null;

  /** Calls `term` with the offsets of the channels in x, of the filters in y, and of the kernel's cell. */
  function eachTerm(batch: number, term: (x: number, y: number, w: number) => void): void {
    for (let n = 0; n < batch; n++)
      for (let i = 0; i < outHeight; i++)
        for (let j = 0; j < outWidth; j++) {
          const y = ((n * outHeight + i) * outWidth + j) * filters;
          for (let r = 0; r < rows; r++) {
            const line = i + r - top;
            if (line < 0 || line >= height) continue;
            for (let c = 0; c < columns; c++) {
              const place = j + c - left;
              if (place < 0 || place >= width) continue;
              term(
                ((n * height + line) * width + place) * channels,
                y,
                (r * columns + c) * channels * filters,
              );
            }
          }
        }
  }

  return {
    ...withoutWeights,
    shape: [outHeight, outWidth, filters],
    weights: [kernel, bias],
    forward(x) {
      seen = x;
      const y = zeros([x.shape[0], outHeight, outWidth, filters]);
      for (let k = 0; k < y.values.length; k++) y.values[k] = bias.values[k % filters];
      eachTerm(x.shape[0], (xAt, yAt, wAt) => {
        for (let c = 0; c < channels; c++) {
          const value = x.values[xAt + c];
          for (let f = 0; f < filters; f++) y.values[yAt + f] += value * kernel.values[wAt + c * filters + f];
        }
      });
      return y;
    },
    backward(dy) {
      const x = kept(seen);
      const dx = zeros(x.shape);
      kernel.gradient.fill(0);
      bias.gradient.fill(0);
      for (let k = 0; k < dy.values.length; k++) bias.gradient[k % filters] += dy.values[k];
      eachTerm(x.shape[0], (xAt, yAt, wAt) => {
        for (let c = 0; c < channels; c++) {
          const value = x.values[xAt + c];
          let sum = 0;
          for (let f = 0; f < filters; f++) {
            const d = dy.values[yAt + f];
            kernel.gradient[wAt + c * filters + f] += value * d;
            sum += d * kernel.values[wAt + c * filters + f];
          }
          dx.values[xAt + c] += sum;
        }
      });
      return dx;
    },
  };
};

import { kept, type PlainLayerKind, withoutWeights, zeros } from './layer.js';

/**
 * The largest of each window of `size` [height, width], side by side; a rest that fills no window is left out: [batch,
 * height, width, channels] to [batch, ⌊height / size⌋, ⌊width / size⌋, channels]. Backward gives each gradient to the cell
 * that was the largest, the first one of equals. Throws Error where nothing would be left.
 */
export const maxPool: PlainLayerKind<{ size: readonly [number, number] }> = (
  { size: [rows, columns] },
  [height, width, channels],
) => {
  const [outHeight, outWidth] = [Math.floor(height / rows), Math.floor(width / columns)];
  if (outHeight < 1 || outWidth < 1)
    throw new Error(`A pooling of ${rows} × ${columns} leaves nothing of ${height} × ${width}; pool less.`);
  /** Of the last batch: for each output cell, which input cell it came from. */
  let from: { shape: readonly number[]; cells: Int32Array } | null = null;
  return {
    ...withoutWeights,
    shape: [outHeight, outWidth, channels],
    forward(x) {
      const [batch] = x.shape;
      const y = zeros([batch, outHeight, outWidth, channels]);
      const cells = new Int32Array(y.values.length);
      let at = 0;
      for (let n = 0; n < batch; n++)
        for (let i = 0; i < outHeight; i++)
          for (let j = 0; j < outWidth; j++)
            for (let c = 0; c < channels; c++, at++) {
              let best = -1;
              for (let r = 0; r < rows; r++)
                for (let s = 0; s < columns; s++) {
                  const line = n * height + i * rows + r;
                  const cell = (line * width + j * columns + s) * channels + c;
                  if (best < 0 || x.values[cell] > x.values[best]) best = cell;
                }
              cells[at] = best;
              y.values[at] = x.values[best];
            }
      from = { shape: x.shape, cells };
      return y;
    },
    backward(dy) {
      const { shape, cells } = kept(from);
      const dx = zeros(shape);
      for (const [at, cell] of cells.entries()) dx.values[cell] += dy.values[at];
      return dx;
    },
  };
};

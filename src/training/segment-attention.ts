/** Attention on segments of different lengths, drawn on an even grid of time. */

/**
 * Spreads the weight of each segment evenly over the time that it covers.
 *
 * @param weights - row-major [heads × segments]; empty segments are padding and have none
 * @param segments - begin and end of each segment in frames, row-major [segments × 2]
 * @param frames - frames of the chunk
 * @param cells - cells of the grid, at least 1 and evenly over the frames
 * @returns row-major [heads × cells], each head's sum as before
 */
export function spreadOverTime(
  weights: Float32Array,
  segments: Float32Array,
  frames: number,
  cells: number,
): Float32Array {
  const count = segments.length / 2;
  const heads = weights.length / count;
  const framesPerCell = frames / cells;
  const spread = new Float32Array(heads * cells);
  for (let segment = 0; segment < count; segment++) {
    const [begin, end] = segments.subarray(2 * segment, 2 * segment + 2);
    const last = Math.min(cells, Math.ceil(end / framesPerCell));
    for (let cell = Math.floor(begin / framesPerCell); cell < last; cell++) {
      const overlap = Math.min(end, (cell + 1) * framesPerCell) - Math.max(begin, cell * framesPerCell);
      for (let head = 0; head < heads; head++)
        spread[head * cells + cell] += (weights[head * count + segment] * overlap) / (end - begin);
    }
  }
  return spread;
}

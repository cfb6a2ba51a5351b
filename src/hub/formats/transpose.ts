/** NumPy's transpose of values in C order: `axes` gives, for each axis of the result, which axis it was. */
export function transpose(
  values: Float32Array,
  shape: readonly number[],
  axes: readonly number[],
): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, n) => product * n, 1));
  return gather(values, {
    shape: axes.map((axis) => shape[axis]),
    strides: axes.map((axis) => strides[axis]),
    offset: 0,
  });
}

/** NumPy's flip of values in C order: the order along each of `axes` is reversed. */
export function flip(values: Float32Array, shape: readonly number[], axes: readonly number[]): Float32Array {
  const sizes = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, n) => product * n, 1));
  return gather(values, {
    shape,
    strides: sizes.map((size, axis) => (axes.includes(axis) ? -size : size)),
    offset: axes.reduce((sum, axis) => sum + (shape[axis] - 1) * sizes[axis], 0),
  });
}

/** An array inside of other numbers. */
export interface StridedView {
  shape: readonly number[];
  /** Steps from one place of an axis to the next, in numbers. */
  strides: readonly number[];
  /** Where the first number lies. */
  offset: number;
}

/** Copies a strided array into C order. */
export function gather(values: Float32Array, { shape, strides, offset }: StridedView): Float32Array {
  const index = new Int32Array(shape.length);
  const result = new Float32Array(shape.reduce((product, n) => product * n, 1));
  let from = offset;
  for (let to = 0; to < result.length; to++) {
    result[to] = values[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return result;
}

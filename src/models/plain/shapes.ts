/** Layers that change no number: the input, which checks its shape, and flattening. */
import { type NumberArray, type PlainLayerKind, sizeOf, withoutWeights } from './layer.js';

/** Checks that a batch has the shape that the network was built for. Throws Error where it has not. */
export const input: PlainLayerKind<unknown> = (_options, shape) => ({
  ...withoutWeights,
  shape,
  forward(batch) {
    const given = batch.shape.slice(1);
    if (given.join() !== shape.join() || batch.values.length !== sizeOf(batch.shape))
      throw new Error(`The network takes examples of shape [${shape}], not [${given}].`);
    return batch;
  },
  backward: (gradient) => gradient,
});

/** [batch, …] to [batch, numbers of an example]. */
export const flatten: PlainLayerKind<unknown> = (_options, shape) => {
  const to = (array: NumberArray, rest: readonly number[]): NumberArray => ({
    shape: [array.shape[0], ...rest],
    values: array.values,
  });
  return {
    ...withoutWeights,
    shape: [sizeOf(shape)],
    forward: (batch) => to(batch, [sizeOf(shape)]),
    backward: (gradient) => to(gradient, shape),
  };
};

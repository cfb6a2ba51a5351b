/** The scale of numbers that a network predicts: it sees each target minus its mean, over its standard deviation. */
import * as tf from '@tensorflow/tfjs-core';

/** Mean and standard deviation of each target over the training split, in the target's own unit. */
export interface TargetScale {
  means: number[];
  deviations: number[];
}

/**
 * Measures row-major [rows × targets], NaN where a value is missing. A target that does not vary gets the deviation 1,
 * one without any value the mean 0.
 */
export function measureScale(values: ArrayLike<number>, targets: number): TargetScale {
  const scale: TargetScale = { means: [], deviations: [] };
  for (let column = 0; column < targets; column++) {
    const own: number[] = [];
    for (let i = column; i < values.length; i += targets) if (!Number.isNaN(values[i])) own.push(values[i]);
    const count = Math.max(1, own.length);
    const mean = own.reduce((sum, value) => sum + value, 0) / count;
    const square = own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
    scale.means.push(mean);
    scale.deviations.push(square > 1e-24 * mean ** 2 ? Math.sqrt(square) : 1);
  }
  return scale;
}

/** Targets [rows, targets] as the network sees them; NaN stays NaN. */
export const standardised = (targets: tf.Tensor2D, { means, deviations }: TargetScale): tf.Tensor2D =>
  tf.div(tf.sub(targets, tf.tensor1d(means)), tf.tensor1d(deviations));

/** What the network says, [rows, targets], in the targets' own units. */
export const inOwnUnits = (outputs: tf.Tensor2D, { means, deviations }: TargetScale): tf.Tensor2D =>
  tf.add(tf.mul(outputs, tf.tensor1d(deviations)), tf.tensor1d(means));

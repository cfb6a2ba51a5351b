/** Means of a sequence over segments of different lengths. */
import * as tf from '@tensorflow/tfjs-core';
import type { Sequence } from '../branches/branch.js';

/**
 * Mean of [batch, steps, features] over each segment, [batch, segments, features], with a mask that is 0 for padding; a
 * step that a segment covers in part counts in part. Step i stands for the frames from i · framesPerStep on, the last
 * one for all that are left. Segments: begin and end in frames, [batch, segments, 2]; an empty one is padding.
 */
export function meanOverSegments(
  values: tf.Tensor3D,
  segments: tf.Tensor3D,
  framesPerStep: number,
): Sequence & { mask: tf.Tensor2D } {
  const steps = values.shape[1];
  const stepBegin = Float32Array.from({ length: steps }, (_, i) => i * framesPerStep);
  const stepEnd = stepBegin.map((begin, i) =>
    i === steps - 1 ? Number.POSITIVE_INFINITY : begin + framesPerStep,
  );
  const [begin, end] = tf.split(segments, 2, 2); // [batch, segments, 1] each
  const overlap = tf.relu(
    tf.sub(
      tf.minimum(end, tf.tensor3d(stepEnd, [1, 1, steps])),
      tf.maximum(begin, tf.tensor3d(stepBegin, [1, 1, steps])),
    ),
  ); // [batch, segments, steps]
  const covered = tf.sum(overlap, 2, true); // [batch, segments, 1]
  const weights = tf.div(overlap, tf.maximum(covered, 1)) as tf.Tensor3D;
  return {
    values: tf.matMul(weights, values) as tf.Tensor3D,
    mask: tf.cast(tf.greater(tf.squeeze(covered, [2]), 0), 'float32') as tf.Tensor2D,
  };
}

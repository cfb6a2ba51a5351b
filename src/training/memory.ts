/** What a training step needs of memory, said before the system ends a process that asked for too much. */
import { totalmem } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import { Failure, messageOf } from '../base/errors.js';
import { randomGenerator } from '../base/random.js';
import type { Chunk } from './batches.js';
import { partsOf, type StepJob } from './step.js';

/** What engines and JavaScript say when there is no memory left. */
const OUT_OF_MEMORY =
  /\bOOM\b|out of memory|allocation failed|Invalid (typed )?array length|memory access out of bounds/i;

/**
 * Bytes that the forward pass of training keeps for the gradients, of one example: every step needs that many times the
 * examples that it computes at once, and more. Weights and running averages stay as they are.
 */
export function bytesPerExample({ model, tensors, batches }: StepJob, chunk: Chunk): number {
  const { parameters } = model;
  const usual = parameters.momentum;
  let bytes = 0;
  // Moments of this example change no running average.
  parameters.momentum = 0;
  try {
    tf.tidy(() => {
      const before = tf.memory().numBytes;
      const inputs = tensors(batches.windows([chunk]));
      const variables = parameters.trainableVariables().map(([, variable]) => variable);
      tf.variableGrads(() => {
        const { logits } = model.forward(inputs, { training: true, random: randomGenerator(0, 'memory') });
        bytes = tf.memory().numBytes - before;
        return tf.sum<tf.Scalar>(logits);
      }, variables);
    });
  } finally {
    parameters.momentum = usual;
  }
  return bytes;
}

/** The memory of this machine, or what this process may have of it, in bytes. */
export function memoryLimit(): number {
  // 0, or more than there is, without a limit.
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toPrecision(2)} GB`;

/** The sentence of a batch of `size` examples, `count` at once, of which `fitting` fit. */
function doesNotFit(why: string, size: number, count: number, fitting: number): Failure {
  const parts = Math.ceil(size / Math.max(1, fitting));
  const advice =
    fitting < 1
      ? 'Not even one example fits: shorten inputs.chunk_seconds, or make the network smaller.'
      : `Try training.batch_size: ${Math.min(size, fitting)}, or training.accumulate: ${parts}, which computes the same batch in ${parts} parts.`;
  return new Failure(
    `A step of ${count} examples (training.batch_size: ${size}) does not fit into memory: ${why}. ${advice}`,
  );
}

/**
 * Refuses a batch whose forward pass alone needs more memory than there is.
 *
 * @param limit - bytes. Default: `memoryLimit()`.
 * @throws Failure with a batch size to try
 */
export function requireMemory(job: StepJob, chunks: readonly Chunk[], limit = memoryLimit()): void {
  const [part] = partsOf(chunks, job.config.training.accumulate);
  if (part.length < 2) return;
  const each = bytesPerExample(job, part[0]);
  const needed = part.length * each;
  if (needed <= limit) return;
  throw doesNotFit(
    `its layers' outputs take ${gigabytes(needed)}, and there are ${gigabytes(limit)}`,
    chunks.length,
    part.length,
    // Half for the gradients, which take about as much again.
    Math.floor(limit / (2 * each)),
  );
}

/** The error of a step: with a batch size to try where memory ran out, else as it is. */
export function explainStepError(error: unknown, size: number, accumulate: number): unknown {
  const message = messageOf(error);
  if (error instanceof Failure || !OUT_OF_MEMORY.test(message)) return error;
  const count = Math.ceil(size / accumulate);
  return doesNotFit(message.split('\n')[0].replace(/\.$/, ''), size, count, Math.floor(count / 2));
}

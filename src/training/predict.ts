/** What a model says of whole recordings. */
import * as tf from '@tensorflow/tfjs-core';
import { Interrupted } from '../base/errors.js';
import { silentProgress, startProgress } from '../base/progress.js';
import type { Example } from '../data/dataset.js';
import type { Predictions } from '../eval/predictions.js';
import { withTruth } from '../eval/with-truth.js';
import type { BranchName } from '../models/branches/index.js';
import { INFERENCE } from '../models/layers/mode.js';
import type { TaggingModel } from '../models/model.js';
import type { Task } from '../models/task.js';
import type { Batches, Chunk } from './batches.js';
import type { Loss } from './loss.js';
import { spreadOverTime } from './segment-attention.js';

/** Cells a chunk that attention on adaptive segments is drawn on, at most. */
const TIME_CELLS = 64;

/** Scores of a part of a data set, and the mean loss over its chunks. */
export interface Evaluation {
  predictions: Predictions;
  loss: number;
}

/**
 * Scores recordings: the mean probability over all chunks of each.
 *
 * @param model - the network
 * @param batches - reads the chunks
 * @param examples - the recordings
 * @param options - task, label names, chunks a batch, the loss, a signal that stops the work, and the label of a
 *   progress report; none without it
 * @returns scores [examples × labels] with the truth, and the mean loss
 * @throws Interrupted when the signal stops it
 */
export async function predict(
  model: TaggingModel,
  batches: Batches,
  examples: readonly Example[],
  options: {
    task: Task;
    labels: string[];
    batchSize: number;
    loss: Loss;
    signal?: AbortSignal;
    progressLabel?: string;
  },
): Promise<Evaluation> {
  const { task, labels, batchSize, loss, signal, progressLabel } = options;
  const width = labels.length;
  const rowOf = new Map(examples.map(({ id }, row) => [id, row]));
  const sums = new Float64Array(examples.length * width);
  const counts = new Uint32Array(examples.length);
  const chunks = examples.flatMap((example) => batches.chunksOf(example));
  const progress = progressLabel ? startProgress(progressLabel, chunks.length, 'chunks') : silentProgress;
  let lossSum = 0;
  for (let begin = 0; begin < chunks.length; begin += batchSize) {
    // Gives signals and the progress bar a turn.
    await new Promise((resolve) => setImmediate(resolve));
    if (signal?.aborted) {
      progress.stop();
      throw new Interrupted(
        'Stopped in the evaluation; what was trained is kept, and "polytag run" goes on from it with --resume.',
      );
    }
    const batch = chunks.slice(begin, begin + batchSize);
    const { scores, batchLoss } = scoreChunks(model, batches, batch, loss);
    lossSum += batchLoss * batch.length;
    for (const [i, { example }] of batch.entries()) {
      const row = rowOf.get(example.id)!;
      counts[row]++;
      for (let label = 0; label < width; label++) sums[row * width + label] += scores[i * width + label];
    }
    progress.update(begin + batch.length);
  }
  progress.stop();
  const scores = Float32Array.from(sums, (sum, i) => sum / counts[Math.floor(i / width)]);
  return { predictions: withTruth(examples, task, labels, scores), loss: lossSum / chunks.length };
}

function scoreChunks(
  model: TaggingModel,
  batches: Batches,
  chunks: Chunk[],
  loss: Loss,
): { scores: Float32Array; batchLoss: number } {
  return tf.tidy(() => {
    const { logits } = model.forward(batches.inputs(chunks), INFERENCE);
    return {
      scores: model.probabilities(logits).dataSync<'float32'>(),
      batchLoss: loss(batches.targets(chunks), logits).dataSync()[0],
    };
  });
}

/** Attention over a whole recording, branch by branch. */
export interface ClipAttention {
  branch: BranchName;
  heads: number;
  steps: number;
  /** Row-major [heads × steps]; a head's weights over all branches sum to 1. */
  weights: Float32Array;
  /** What the steps cover evenly, in chunk lengths from the recording's start; 1 for lyrics. */
  chunks: number;
}

/**
 * Where the heads look in one recording: the attention of its chunks, each at its place in time; where two chunks
 * overlap, the mean of both.
 *
 * @param model - the network
 * @param batches - reads the chunks
 * @param example - the recording
 * @returns attention by branch; the lyrics' is the mean over the chunks; empty when the fusion has none
 */
export function attentionOf(model: TaggingModel, batches: Batches, example: Example): ClipAttention[] {
  return tf.tidy(() => {
    const chunks = batches.chunksOf(example);
    const inputs = batches.inputs(chunks);
    const { attention, segments } = model.forward(inputs, INFERENCE);
    if (!attention) return [];
    const [count, heads, joint] = attention.shape;
    const values = attention.dataSync();
    const lastChunk = chunks[count - 1].start / batches.framesPerChunk;
    const edges = inputs.melSegments?.dataSync<'float32'>();
    const overTime = (part: Float32Array, allEdges: Float32Array, chunk: number): Float32Array => {
      const width = allEdges.length / count;
      const ofChunk = allEdges.subarray(chunk * width, (chunk + 1) * width);
      const frames = batches.framesPerChunk;
      return spreadOverTime(part, ofChunk, frames, Math.min(TIME_CELLS, frames));
    };
    let offset = 0;
    return segments.map(({ branch, steps: branchSteps }) => {
      const ofChunks = chunks.map((_, chunk) => {
        const part = new Float32Array(heads * branchSteps);
        for (let head = 0; head < heads; head++) {
          const from = (chunk * heads + head) * joint + offset;
          part.set(values.subarray(from, from + branchSteps), head * branchSteps);
        }
        return branch === 'mel' && edges ? overTime(part, edges, chunk) : part;
      });
      offset += branchSteps;
      const steps = ofChunks[0].length / heads;
      const inTime = branch !== 'lyrics';
      const total = inTime ? Math.round(lastChunk * steps) + steps : steps;
      const weights = new Float32Array(heads * total);
      const covered = new Uint32Array(total);
      const mass = new Float64Array(heads);
      for (const [chunk, { start }] of chunks.entries()) {
        const base = inTime ? Math.round((start / batches.framesPerChunk) * steps) : 0;
        for (let step = 0; step < steps; step++) covered[base + step]++;
        for (let head = 0; head < heads; head++) {
          for (let step = 0; step < steps; step++) {
            const weight = ofChunks[chunk][head * steps + step] / count;
            weights[head * total + base + step] += weight;
            mass[head] += weight;
          }
        }
      }
      levelOverlaps(weights, covered, mass);
      return { branch, heads, steps: total, weights, chunks: total / steps };
    });
  });
}

/** Takes the mean where several chunks cover a step, and gives each head its whole weight on the branch back. */
function levelOverlaps(weights: Float32Array, covered: Uint32Array, mass: Float64Array): void {
  const total = covered.length;
  for (let head = 0; head < mass.length; head++) {
    const row = weights.subarray(head * total, (head + 1) * total);
    for (let step = 0; step < total; step++) row[step] /= Math.max(1, covered[step]);
    const sum = row.reduce((a, b) => a + b, 0);
    for (let step = 0; step < total; step++) row[step] *= sum > 0 ? mass[head] / sum : 0;
  }
}

/** A network's predictions for whole recordings of a data set. */
import * as tf from '@tensorflow/tfjs-core';
import { Interrupted } from '../base/errors.js';
import { silentProgress, startProgress } from '../base/progress.js';
import type { Example } from '../data/dataset.js';
import type { AnyPredictions } from '../eval/predictions.js';
import { withTruth } from '../eval/with-truth.js';
import type { Task } from '../models/heads/index.js';
import { INFERENCE } from '../models/layers/training.js';
import type { TaggingModel } from '../models/model.js';
import type { ToTensors } from '../models/predictor.js';
import type { Batches, Chunk } from './batches.js';
import type { Loss } from './losses/index.js';
import { type ChunkPitch, joinPitch } from './predict-pitch.js';

/** Scores of a split of a data set, and the mean loss over its chunks. */
export interface Evaluation {
  predictions: AnyPredictions;
  loss: number;
}

/** A network with its way from windows to tensors: a predictor, or a network in training. */
export interface ScoringNetwork {
  model: TaggingModel;
  tensors: ToTensors;
}

/**
 * Scores recordings by the mean probability, or predicted number, over all chunks of each, with the truth and the mean loss. `label`: of a
 * progress report. Throws Interrupted when the signal stops it.
 */
export async function predict(
  network: ScoringNetwork,
  batches: Batches,
  examples: readonly Example[],
  options: {
    task: Task;
    labels: string[];
    batchSize: number;
    loss: Loss;
    signal?: AbortSignal;
    progressLabel?: string;
    /** Whether the predictions have the mean embedding of each recording. Default: false. */
    embeddings?: boolean;
  },
): Promise<Evaluation> {
  const { task, labels, batchSize, loss, signal, progressLabel, embeddings = false } = options;
  const { steps } = network.model;
  const framewise: ChunkPitch[] = [];
  const width = labels.length;
  const rowOf = new Map(examples.map(({ id }, row) => [id, row]));
  const sums = new Float64Array(examples.length * width);
  const counts = new Uint32Array(examples.length);
  const size = embeddings ? network.model.embedding! : 0;
  const embeddingSums = new Float64Array(examples.length * size);
  const chunks = examples.flatMap((example) => batches.chunksOf(example));
  const slices = task === 'classification' && {
    rows: Uint32Array.from(chunks, ({ example }) => rowOf.get(example.id)!),
    values: new Float32Array(chunks.length * width),
  };
  const progress = progressLabel ? startProgress(progressLabel, chunks.length, 'chunks') : silentProgress;
  let lossSum = 0;
  for (let begin = 0; begin < chunks.length; begin += batchSize) {
    // Gives signals and the progress bar a turn.
    await new Promise((resolve) => setImmediate(resolve));
    if (signal?.aborted) {
      progress.stop();
      throw new Interrupted(
        'Stopped in the evaluation; what was trained is kept, and "polytag run" continues from it with --resume.',
      );
    }
    const batch = chunks.slice(begin, begin + batchSize);
    const { scores, batchLoss, embedding } = scoreChunks(network, batches, batch, loss, embeddings);
    lossSum += batchLoss * batch.length;
    if (steps) {
      for (const [i, chunk] of batch.entries())
        framewise.push({
          ...{ chunk, times: batches.timesOf(chunk, steps) },
          scores: scores.slice(2 * i * steps.count, 2 * (i + 1) * steps.count),
        });
      progress.update(begin + batch.length);
      continue;
    }
    if (slices) slices.values.set(scores, begin * width);
    for (const [i, { example }] of batch.entries()) {
      const row = rowOf.get(example.id)!;
      counts[row]++;
      for (let label = 0; label < width; label++) sums[row * width + label] += scores[i * width + label];
      for (let j = 0; j < size; j++) embeddingSums[row * size + j] += embedding![i * size + j];
    }
    progress.update(begin + batch.length);
  }
  progress.stop();
  if (task === 'pitch')
    return {
      predictions: joinPitch(framewise, (example) => batches.secondsOf(example)),
      loss: lossSum / chunks.length,
    };
  const scores = Float32Array.from(sums, (sum, i) => sum / counts[Math.floor(i / width)]);
  const predictions = withTruth(examples, task, labels, scores, {
    ...(slices && { slices }),
    ...(embeddings && {
      embeddings: {
        values: Float32Array.from(embeddingSums, (sum, i) => sum / counts[Math.floor(i / size)]),
        width: size,
      },
    }),
  });
  return { predictions, loss: lossSum / chunks.length };
}

function scoreChunks(
  { model, tensors }: ScoringNetwork,
  batches: Batches,
  chunks: Chunk[],
  loss: Loss,
  embeddings: boolean,
): { scores: Float32Array; batchLoss: number; embedding: Float32Array | undefined } {
  return tf.tidy(() => {
    const { logits, embedding } = model.forward(tensors(batches.windows(chunks)), INFERENCE);
    return {
      scores: model.scores(logits).dataSync<'float32'>(),
      batchLoss: loss(batches.targets(chunks, model.steps), logits).dataSync()[0],
      embedding: embeddings ? embedding!.dataSync<'float32'>() : undefined,
    };
  });
}

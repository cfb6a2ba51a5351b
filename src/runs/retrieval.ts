/** Retrieval with a run's embeddings: the training split is the database, the scored split asks. */
import { UsageError } from '../base/errors.js';
import type { Config } from '../config/schema.js';
import { type Dataset, examplesOf } from '../data/dataset.js';
import type { RetrievalRecord } from '../eval/metrics.js';
import type { AnyPredictions, Predictions } from '../eval/predictions.js';
import { type EmbeddedRows, fitRankings, measureRankings } from '../eval/retrieval/rankings.js';
import type { Hasher } from '../models/hashing/index.js';
import type { Score } from './conditions.js';

/** How well the embeddings of a split find what shares their labels. */
export type Retrieve = (predictions: Predictions) => RetrievalRecord;

/** Throws UsageError where a config asks for retrieval by a model that has no embedding, or with numbers for labels. */
export function requireRetrieval({ evaluation }: Pick<Config, 'evaluation'>, embedding: number | null): void {
  if (evaluation.retrieval && embedding === null)
    throw new UsageError(
      'evaluation.retrieval: the model has no embedding to search by; take a network with a fusion that has one, or remove the key.',
    );
}

/**
 * Scores the training split and fits the config's hash learners to its embeddings; undefined where the config asks for
 * no retrieval. Throws UsageError for a regression, Interrupted when stopped.
 */
export async function fitRetrieval(
  { seed, evaluation }: Pick<Config, 'seed' | 'evaluation'>,
  dataset: Dataset,
  score: (examples: ReturnType<typeof examplesOf>) => ReturnType<Score>,
  network: Hasher | undefined,
): Promise<Retrieve | undefined> {
  const { retrieval, bootstrap_samples: samples } = evaluation;
  if (!retrieval) return undefined;
  const database = await score(examplesOf(dataset, 'train'));
  const fitted = fitRankings(embedded(database), { ...retrieval, seed, network });
  return (predictions) =>
    measureRankings(
      fitted,
      { ...embedded(predictions), groups: predictions.groups },
      { names: predictions.labels, samples, seed },
    );
}

function embedded(predictions: AnyPredictions): EmbeddedRows {
  const { task, ids, labels, targets, embeddings } = predictions;
  if (task === 'regression' || task === 'pitch')
    throw new UsageError(
      `evaluation.retrieval: recordings are alike when they share a label, and the data set has ${task === 'pitch' ? 'pitch' : 'numbers'}; remove the key.`,
    );
  const { values, width } = embeddings!;
  return { ids, labels: { targets, count: labels.length }, embeddings: values, width };
}

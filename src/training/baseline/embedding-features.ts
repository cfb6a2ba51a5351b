/** Embeddings of recordings by a frozen network: the features of a linear probe. */
import { startProgress } from '../../base/progress.js';
import type { Dataset, Example } from '../../data/dataset.js';
import { standardisation, standardisedRows } from '../../models/baselines/standardisation.js';
import { Batches } from '../batches.js';
import { openConfigStore } from '../features.js';
import type { Experiment } from '../schema.js';
import type { ExampleWindows, FeatureOptions, FeatureSource } from './feature-source.js';

/** Windows that the network takes at once. */
const BATCH = 32;

/**
 * Embeds a data set with the network of the options. A classifier is fitted to the mean embedding of each recording, as
 * `polytag tag --embedding` gives it; a recording's scores are the mean of those of its windows. Throws as the feature
 * store does; Interrupted when stopped.
 */
export async function loadEmbeddings(
  config: Experiment,
  dataset: Dataset,
  { network, signal, onNote, yieldToEventLoop }: FeatureOptions,
): Promise<FeatureSource> {
  const { inputs, description, embedding } = network!;
  const columns = embedding!;
  const { store: root, damaged_audio } = config.inputs;
  const store = await openConfigStore(
    {
      inputs: { ...description.inputs, store: root, damaged_audio },
      training: { augment: undefined },
      evaluation: { conditions: [] },
    },
    dataset,
    { signal, onNote },
  );
  const batches = new Batches({ inputs, store, tokenIds: {} }, config.seed);
  const usable = dataset.examples.filter(({ id }) => store!.has(id));
  const windows = function* (examples: readonly Example[]): Generator<ExampleWindows> {
    const chunks = examples.flatMap((example, row) =>
      batches.chunksOf(example).map((chunk) => ({ chunk, row })),
    );
    for (let from = 0; from < chunks.length; from += BATCH) {
      const some = chunks.slice(from, from + BATCH);
      yield { ...batches.windows(some.map(({ chunk }) => chunk)), rows: some.map(({ row }) => row) };
    }
  };
  const embeddings = new Float64Array(usable.length * columns);
  const counts = new Uint32Array(usable.length);
  const progress = startProgress('Embedding', usable.length, 'recordings');
  try {
    for (const { rows, ...batch } of windows(usable)) {
      await yieldToEventLoop();
      const { embedding: values } = network!.predict(batch);
      for (let i = 0; i < rows.length; i++) {
        counts[rows[i]]++;
        for (let c = 0; c < columns; c++) embeddings[rows[i] * columns + c] += values![i * columns + c];
      }
      progress.update(rows[rows.length - 1]);
    }
  } catch (error) {
    store!.close();
    throw error;
  } finally {
    progress.stop();
  }
  const rowOf = new Map(usable.map(({ id }, row) => [id, row]));
  const means = (examples: readonly Example[]): Float32Array => {
    const all = new Float32Array(examples.length * columns);
    for (const [i, { id }] of examples.entries()) {
      const row = rowOf.get(id)!;
      for (let c = 0; c < columns; c++) all[i * columns + c] = embeddings[row * columns + c] / counts[row];
    }
    return all;
  };
  return {
    dataset: { ...dataset, examples: usable },
    segmenter: null,
    dictionary: null,
    close: () => store!.close(),
    fit: (train) => ({ terms: null, arrays: standardisation(means(train), columns) }),
    windows: (_fitted, examples) => windows(examples),
    rows: ({ arrays }, examples) => standardisedRows(arrays, means(examples)),
  };
}

/** The rows that a baseline is fitted to: TF-IDF of lyrics, statistics of the sound, or embeddings of it. */

import type { Dataset, Example } from '../../data/dataset.js';
import { bindInputs } from '../../inputs/window.js';
import { type BaselineFeatureName, stored } from '../../models/baselines/classifier.js';
import type { FittedFeatures } from '../../models/baselines/predictor.js';
import { denseValues } from '../../models/baselines/rows.js';
import type { BaselineSpec } from '../../models/baselines/spec.js';
import { standardisation, standardisedRows } from '../../models/baselines/standardisation.js';
import { BASELINE_INPUTS } from '../../models/spec-parts.js';
import { countKnownTerms, frequentTerms, ngrams } from '../../text/ngrams.js';
import type { SparseMatrix } from '../../text/term-counts.js';
import { inverseDocumentFrequency, weighCounts } from '../../text/tfidf.js';
import { lyricsGivers } from '../conditions/lyrics.js';
import { openConfigStore } from '../features.js';
import type { Experiment } from '../schema.js';
import { tokenizeLyrics } from '../texts.js';
import { loadEmbeddings } from './embedding-features.js';
import { type FeatureOptions, type FeatureSource, oneWindowEach } from './feature-source.js';

const { tfidf: TEXT } = BASELINE_INPUTS;

type Source<Kind extends BaselineFeatureName> = (
  spec: Extract<BaselineSpec['features'], { kind: Kind }>,
  config: Experiment,
  dataset: Dataset,
  options: FeatureOptions,
) => Promise<FeatureSource>;

const sources: { [Kind in BaselineFeatureName]: Source<Kind> } = {
  tfidf: readTexts,
  mfcc: loadStatistics,
  'mel-statistics': loadStatistics,
  embedding: (_, config, dataset, options) => loadEmbeddings(config, dataset, options),
};

/** Loads the features of a data set. Throws UsageError when audio files are missing; Interrupted when stopped. */
export function loadFeatures(
  features: BaselineSpec['features'],
  config: Experiment,
  dataset: Dataset,
  options: FeatureOptions,
): Promise<FeatureSource> {
  const load = sources[features.kind] as (
    spec: BaselineSpec['features'],
    config: Experiment,
    dataset: Dataset,
    options: FeatureOptions,
  ) => Promise<FeatureSource>;
  return load(features, config, dataset, options);
}

async function readTexts(
  spec: Parameters<Source<'tfidf'>>[0],
  config: Experiment,
  dataset: Dataset,
  { onNote, yieldToEventLoop, dictionary: kept }: FeatureOptions,
): Promise<FeatureSource> {
  const settings = config.inputs.lyrics!;
  const { tokens, segmenter, dictionary } = await tokenizeLyrics(settings, dataset.examples, {
    key: 'inputs.lyrics',
    onNote,
    yieldToEventLoop,
    dictionary: kept,
  });
  const silent = [...tokens.values()].filter(({ length }) => length === 0).length;
  const termsOf = new Map([...tokens].map(([id, own]) => [id, ngrams(own, spec.ngrams, settings.unit)]));
  if (settings.shuffled) {
    onNote('inputs.lyrics.shuffled: every clip gets the lyrics of another song; this is the control.');
    exchangeWords(termsOf, dataset, config.seed);
  }
  if (silent > 0)
    onNote(
      `${silent} of ${dataset.examples.length} examples have no lyrics${silent === dataset.examples.length ? ': the baseline has no features' : ''}.`,
    );
  const documents = (examples: readonly Example[]): string[][] => examples.map(({ id }) => termsOf.get(id)!);
  const counts = ({ terms }: FittedFeatures, examples: readonly Example[]): SparseMatrix =>
    countKnownTerms(documents(examples), new Map(terms!.map((term, column) => [term, column])));
  return {
    dataset,
    segmenter,
    dictionary,
    close: () => {},
    fit(train) {
      const { terms, documentFrequency } = frequentTerms(
        documents(train),
        settings.vocabulary,
        settings.min_count,
      );
      const idf = inverseDocumentFrequency(documentFrequency, train.length, true);
      return { terms, arrays: new Map(spec.idf ? [['idf', stored([terms.length], idf)]] : []) };
    },
    windows: (fitted, examples) =>
      oneWindowEach(examples, (some) => ({ [TEXT]: Int32Array.from(denseValues(counts(fitted, some))) })),
    rows: (fitted, examples) =>
      weighCounts(counts(fitted, examples), fitted.arrays.get('idf')?.values ?? null, {
        termFrequency: spec.term_frequency,
        norm: spec.norm,
      }),
  };
}

/** Gives each example that has words those of another song of its split, per fold that it is tested in. */
function exchangeWords(termsOf: Map<string, string[]>, { examples, folds }: Dataset, seed: number): void {
  const worded = examples.filter(({ id }) => termsOf.get(id)!.length > 0);
  const parts = folds
    ? folds.map((parts) =>
        worded.flatMap((e): Example[] => (parts.get(e.id) === 'test' ? [{ ...e, split: 'test' }] : [])),
      )
    : [worded];
  const own = new Map(termsOf);
  for (const part of parts)
    for (const [id, giver] of lyricsGivers(part, seed)) termsOf.set(id, own.get(giver.id)!);
}

async function loadStatistics(
  { kind }: { kind: 'mfcc' | 'mel-statistics' },
  config: Experiment,
  dataset: Dataset,
  options: FeatureOptions,
): Promise<FeatureSource> {
  const store = (await openConfigStore(config, dataset, options))!;
  const [{ name, size }] = bindInputs(config.inputs, [BASELINE_INPUTS[kind]]).list;
  const columns = size.width;
  const rowOf = new Map<string, Float32Array>();
  try {
    for (const { id } of dataset.examples) {
      if (!store.has(id)) continue;
      const row = new Float32Array(columns);
      store.read(name, id, 0, row);
      rowOf.set(id, row);
    }
  } finally {
    store.close();
  }
  const values = (examples: readonly Example[]): Float32Array => {
    const all = new Float32Array(examples.length * columns);
    for (const [i, { id }] of examples.entries()) all.set(rowOf.get(id)!, i * columns);
    return all;
  };
  return {
    dataset: { ...dataset, examples: dataset.examples.filter(({ id }) => rowOf.has(id)) },
    segmenter: null,
    dictionary: null,
    close: () => {},
    fit: (train) => ({ terms: null, arrays: standardisation(values(train), columns) }),
    windows: (_fitted, examples) => oneWindowEach(examples, (some) => ({ [name]: values(some) })),
    rows: ({ arrays }, examples) => standardisedRows(arrays, values(examples)),
  };
}

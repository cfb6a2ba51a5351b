/** The part of a config that describes a classical classifier: `model.baseline`. */
import { z } from 'zod';
import { unionOfOptions } from '../../base/registry.js';
import { TERM_FREQUENCIES } from '../../text/tfidf.js';
import type { BaselineFeatureName, ClassifierKind } from './classifier.js';
import { gaussianMixture } from './gaussian-mixture.js';
import { type GridPoint, gridOf } from './grid.js';
import { linearSvm } from './linear-svm.js';
import { logisticRegression } from './logistic-regression.js';
import { mean } from './mean.js';
import { multinomialNb } from './multinomial-nb.js';
import { nearestNeighbours } from './nearest-neighbours.js';
import { rbfSvm } from './rbf-svm.js';
import { ridge } from './ridge.js';

export const classifiers = {
  'logistic-regression': logisticRegression,
  'linear-svm': linearSvm,
  'multinomial-nb': multinomialNb,
  'svm-rbf': rbfSvm,
  'k-nn': nearestNeighbours,
  'gaussian-mixture': gaussianMixture,
  ridge,
  mean,
};

/** Name of a classifier. */
export type ClassifierName = keyof typeof classifiers;

const featureOptions = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z
      .literal('tfidf')
      .describe('TF-IDF of the whole lyrics; inputs.lyrics sets the tokens and the number of terms.'),
    ngrams: z
      .tuple([z.int().positive(), z.int().positive()])
      .refine(
        ([shortest, longest]) => shortest <= longest,
        'must be the shortest and the longest, as in [1, 2]',
      )
      .default([1, 1])
      .describe('Shortest and longest run of tokens that is a term.'),
    term_frequency: z
      .enum(TERM_FREQUENCIES)
      .default('raw')
      .describe('raw: f; log: 1 + ln f; max: f over that of the most frequent term.'),
    idf: z.boolean().default(true).describe('Whether terms of few training lyrics weigh more.'),
    norm: z.enum(['l2', 'l1']).nullable().default('l2').describe('Length that every row is brought to.'),
  }),
  z.strictObject({
    kind: z
      .literal('mfcc')
      .describe(
        'Mean and standard deviation of each MFCC (inputs.mfcc), standardised on the training split.',
      ),
  }),
  z.strictObject({
    kind: z
      .literal('mel-statistics')
      .describe(
        'Mean and standard deviation of each mel band (inputs.mel-statistics, by default as inputs.mel), standardised on the training split.',
      ),
  }),
  z.strictObject({
    kind: z
      .literal('embedding')
      .describe(
        'Mean embedding by a frozen network or ONNX graph of its windows, standardised on the training split.',
      ),
    model: z.string().describe('Name of a published or imported model, or folder of a run.'),
  }),
]);

const classifierOptions = unionOfOptions('kind', classifiers);

export const baselineSchema = z
  .strictObject({
    features: featureOptions.prefault({ kind: 'tfidf' }).describe('What the classifier is fitted to.'),
    classifier: classifierOptions
      .prefault({ kind: 'logistic-regression' })
      .describe('The classifier; of several values of an option, the validation split chooses.'),
    refit: z
      .boolean()
      .default(false)
      .describe('Whether the chosen setting is fitted again to the training and validation splits together.'),
  })
  .superRefine(({ features, classifier }, context) => {
    const takes: readonly string[] = classifiers[classifier.kind].features;
    if (!takes.includes(features.kind))
      context.addIssue({
        code: 'custom',
        path: ['classifier', 'kind'],
        message: `${classifier.kind} takes ${takes.join(' or ')}, not ${features.kind}`,
      });
  });

/** A classical classifier and what it is fitted to, every option written out. */
export type BaselineSpec = z.output<typeof baselineSchema>;

/** The classifier of a config, and every combination of its options' values. */
export function classifierOf({ classifier }: BaselineSpec): { kind: ClassifierKind; grid: GridPoint[] } {
  const { kind, ...options } = classifier;
  return { kind: classifiers[kind] as unknown as ClassifierKind, grid: gridOf(options) };
}

/** Features in words. */
const FEATURE_TITLES: Record<BaselineFeatureName, string> = {
  tfidf: 'TF-IDF of lyrics',
  mfcc: 'MFCC means and deviations',
  'mel-statistics': 'mel means and deviations',
  embedding: 'embeddings',
};

/** A baseline in a few words: `logistic regression on TF-IDF of lyrics`. */
export function describeBaseline({ features, classifier }: BaselineSpec): string {
  const by = features.kind === 'embedding' ? ` by ${features.model}` : '';
  return `${classifiers[classifier.kind].title} on ${FEATURE_TITLES[features.kind]}${by}`;
}

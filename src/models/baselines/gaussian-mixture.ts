/** A Gaussian mixture for each class, or for the tracks with and without each tag, and Bayes' rule. */
import { z } from 'zod';
import { randomGenerator } from '../../base/random.js';
import { type ClassifierKind, type Fitted, type Labels, SOUND_FEATURES, stored } from './classifier.js';
import { oneOrMore } from './grid.js';
import { kMeans } from './k-means.js';
import { fitMixture, logLikelihoods, type Mixture } from './mixture.js';
import { softmaxRows } from './outputs.js';
import { denseValues } from './rows.js';

const options = z.strictObject({
  kind: z.literal('gaussian-mixture').describe('A mixture of Gaussians per class.'),
  components: oneOrMore(z.int().positive(), [1, 2, 4]).describe(
    'Gaussians of each class, with diagonal covariances; the best of several by the validation split.',
  ),
});

export const gaussianMixture: ClassifierKind<typeof options, { components: number }> = {
  options,
  title: 'Gaussian mixtures',
  features: SOUND_FEATURES,
  async fit({ x, targets, count, exclusive, seed, onNote, yieldToEventLoop }, { components }) {
    const values = denseValues(x);
    const { columns } = x;
    const answers = exclusive ? [1] : [0, 1];
    const classes = count * answers.length;
    const logWeights = new Float64Array(classes * components).fill(-Infinity);
    const means = new Float64Array(classes * components * columns);
    const variances = new Float64Array(classes * components * columns).fill(1);
    const priors = new Float64Array(classes);
    let fewer = 0;
    for (let label = 0; label < count; label++) {
      for (const [a, answer] of answers.entries()) {
        await yieldToEventLoop();
        const own = label * answers.length + a;
        const members = Array.from({ length: x.rows }, (_, row) => row).filter(
          (row) => targets[row * count + label] === answer,
        );
        priors[own] = Math.log(members.length / x.rows);
        if (members.length === 0) continue;
        const used = Math.min(components, members.length);
        if (used < components) fewer++;
        const rows = Float64Array.from(
          members.flatMap((row) => [...values.subarray(row * columns, (row + 1) * columns)]),
        );
        const clusters = kMeans(rows, columns, used, randomGenerator(seed, 'mixture', label, answer));
        const mixture = fitMixture(rows, columns, used, clusters);
        logWeights.set(mixture.logWeights, own * components);
        means.set(mixture.means, own * components * columns);
        variances.set(mixture.variances, own * components * columns);
      }
    }
    if (fewer > 0)
      onNote(
        `Gaussian mixtures with fewer than ${components} training examples: ${fewer}; they have one component per example.`,
      );
    return new Map([
      ['log_weights', stored([classes, components], logWeights)],
      ['means', stored([classes, components, columns], means)],
      ['variances', stored([classes, components, columns], variances)],
      ['log_priors', stored([classes], priors)],
    ]);
  },
  scores(fitted, x, labels) {
    const joint = jointLogLikelihoods(fitted, denseValues(x), x.columns, labels);
    if (labels.exclusive) return softmaxRows(joint, labels.count);
    const both = softmaxRows(joint, 2);
    return Float64Array.from({ length: both.length / 2 }, (_, i) => both[2 * i + 1]);
  },
};

/** log P(class) + log p(row | class), row-major [rows × classes]. */
function jointLogLikelihoods(
  fitted: Fitted,
  values: Float32Array,
  columns: number,
  { count, exclusive }: Labels,
): Float64Array {
  const classes = exclusive ? count : 2 * count;
  const logWeights = fitted.get('log_weights')!;
  const components = logWeights.shape[1];
  const part = (name: string, own: number, size: number): Float64Array =>
    Float64Array.from(fitted.get(name)!.values.subarray(own * size, (own + 1) * size));
  const rows = values.length / columns;
  const joint = new Float64Array(rows * classes);
  for (let own = 0; own < classes; own++) {
    const mixture: Mixture = {
      components,
      logWeights: part('log_weights', own, components),
      means: part('means', own, components * columns),
      variances: part('variances', own, components * columns),
    };
    const [prior] = part('log_priors', own, 1);
    // A class without training examples is never predicted.
    for (const [row, log] of logLikelihoods(values, columns, mixture).entries())
      joint[row * classes + own] = prior === -Infinity ? -Infinity : prior + log;
  }
  return joint;
}

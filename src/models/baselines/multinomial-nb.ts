/** Multinomial naive Bayes (McCallum and Nigam 1998) on counts or TF-IDF, as scikit-learn's MultinomialNB. */
import { z } from 'zod';
import type { SparseMatrix } from '../../text/term-counts.js';
import { type ClassifierKind, type Fitted, type Labels, stored, type TrainingRows } from './classifier.js';
import { oneOrMore } from './grid.js';
import { softmaxRows } from './outputs.js';
import { addRowTimes } from './rows.js';

const options = z.strictObject({
  kind: z.literal('multinomial-nb').describe('Multinomial naive Bayes.'),
  alpha: oneOrMore(z.number().positive(), [0.01, 0.1, 1]).describe(
    'Added to every count (Lidstone); the best of several by the validation split.',
  ),
});

export const multinomialNb: ClassifierKind<typeof options, { alpha: number }> = {
  options,
  title: 'multinomial naive Bayes',
  features: ['tfidf'],
  async fit(rows, { alpha }) {
    const { x, yieldToEventLoop } = rows;
    await yieldToEventLoop();
    const { classes, classOf } = classesOf(rows);
    const counts = new Float64Array(x.columns * classes);
    const members = new Float64Array(classes);
    for (let row = 0; row < x.rows; row++) {
      for (let label = 0; label < rows.count; label++) {
        const own = classOf(row, label);
        if (own === null) continue;
        members[own]++;
        for (let i = x.indptr[row]; i < x.indptr[row + 1]; i++)
          counts[x.indices[i] * classes + own] += x.data[i];
      }
    }
    const totals = new Float64Array(classes).fill(alpha * x.columns);
    for (let i = 0; i < counts.length; i++) totals[i % classes] += counts[i];
    const logs = counts.map((count, i) => Math.log(count + alpha) - Math.log(totals[i % classes]));
    const priors = members.map((count) => Math.log(count / x.rows));
    return new Map([
      ['feature_log_probabilities', stored([x.columns, classes], logs)],
      ['log_priors', stored([classes], priors)],
    ]);
  },
  scores(fitted, x, labels) {
    const joint = jointLogLikelihoods(fitted, x);
    if (labels.exclusive) return softmaxRows(joint, labels.count);
    const both = softmaxRows(joint, 2);
    return Float64Array.from({ length: both.length / 2 }, (_, i) => both[2 * i + 1]);
  },
  weights(fitted, labels) {
    const { shape, values } = fitted.get('feature_log_probabilities')!;
    return labels.exclusive ? againstOthers(values, shape[0], labels) : againstNot(values);
  },
};

/** Each tag is two classes: tracks without it and tracks with it. */
function classesOf({ count, exclusive, targets }: TrainingRows): {
  classes: number;
  classOf: (row: number, label: number) => number | null;
} {
  return exclusive
    ? { classes: count, classOf: (row, label) => (targets[row * count + label] === 1 ? label : null) }
    : { classes: 2 * count, classOf: (row, label) => 2 * label + targets[row * count + label] };
}

/** The joint log-likelihood log P(class) + Σ x log P(column | class), row-major [rows × classes]. */
export function jointLogLikelihoods(fitted: Fitted, x: SparseMatrix): Float64Array {
  const logs = fitted.get('feature_log_probabilities')!.values;
  const priors = fitted.get('log_priors')!.values;
  const classes = priors.length;
  const joint = new Float64Array(x.rows * classes);
  for (let row = 0; row < x.rows; row++) {
    const own = joint.subarray(row * classes, (row + 1) * classes);
    own.set(priors);
    addRowTimes(x, row, logs, classes, own);
  }
  return joint;
}

/** How much likelier a column is in a class than in the others on average. */
function againstOthers(logs: Float32Array, columns: number, { count }: Labels): Float64Array {
  const weights = new Float64Array(logs.length);
  for (let c = 0; c < columns; c++) {
    const own = logs.subarray(c * count, (c + 1) * count);
    const sum = own.reduce((total, log) => total + log, 0);
    for (let k = 0; k < count; k++) weights[c * count + k] = own[k] - (sum - own[k]) / (count - 1);
  }
  return weights;
}

const againstNot = (logs: Float32Array): Float64Array =>
  Float64Array.from({ length: logs.length / 2 }, (_, i) => logs[2 * i + 1] - logs[2 * i]);

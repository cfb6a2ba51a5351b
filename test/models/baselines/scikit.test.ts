import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ClassifierKind, Fitted, TrainingRows } from '../../../src/models/baselines/classifier.js';
import type { GridPoint } from '../../../src/models/baselines/grid.js';
import { kernelRows, scaledGamma } from '../../../src/models/baselines/kernel.js';
import { linearOutputs } from '../../../src/models/baselines/linear.js';
import { fitMixture, logLikelihoods } from '../../../src/models/baselines/mixture.js';
import { decisionValues } from '../../../src/models/baselines/rbf-svm.js';
import { fullRows } from '../../../src/models/baselines/rows.js';
import { solveSmo } from '../../../src/models/baselines/smo.js';
import { classifiers } from '../../../src/models/baselines/spec.js';
import type { SparseMatrix } from '../../../src/text/term-counts.js';

interface Rows {
  columns: number;
  train: number[];
  test: number[];
  classes: number[];
}

/** Made by make-scikit-reference.py beside this file. */
const reference = JSON.parse(readFileSync(new URL('./scikit-reference.json', import.meta.url), 'utf8')) as {
  text: Rows;
  sound: Rows;
  logistic_regression: Record<string, { classes: number[]; tag: number[] }>;
  linear_svm: Record<string, { classes: number[] }>;
  multinomial_nb: Record<string, { classes: number[]; tag: number[] }>;
  svm_rbf: Record<string, number[]>;
  k_nn: Record<string, number[]>;
  gaussian_mixture: {
    iterations: number;
    lower_bound: number;
    weights: number[];
    means: number[];
    variances: number[];
    log_likelihoods: number[];
  };
  one_gaussian_a_class: number[];
};

/** Without the zeros, as text is. */
function sparse(values: number[], columns: number): SparseMatrix {
  const rows = values.length / columns;
  const kept = values.flatMap((value, i) => (value === 0 ? [] : [{ value, i }]));
  return {
    rows,
    columns,
    indptr: Int32Array.from(
      { length: rows + 1 },
      (_, row) => kept.filter(({ i }) => i < row * columns).length,
    ),
    indices: Int32Array.from(kept, ({ i }) => i % columns),
    data: Float32Array.from(kept, ({ value }) => value),
  };
}

const full = ({ columns }: Rows, values: number[]): SparseMatrix =>
  fullRows(Float32Array.from(values), columns);

/** Three classes, or whether it is the second. */
function rowsOf(x: SparseMatrix, classes: number[], what: 'classes' | 'tag'): TrainingRows {
  const count = what === 'classes' ? 3 : 1;
  const targets = Uint8Array.from(
    what === 'classes'
      ? classes.flatMap((own) => [0, 1, 2].map((k) => Number(own === k)))
      : classes.map((own) => Number(own === 1)),
  );
  return {
    x,
    targets,
    count,
    exclusive: what === 'classes',
    seed: 1,
    onNote: () => {},
    yieldToEventLoop: async () => {},
  };
}

const learn = (name: keyof typeof classifiers, rows: TrainingRows, point: GridPoint): Promise<Fitted> =>
  (classifiers[name] as unknown as ClassifierKind).fit(rows, point, true);

const furthest = (found: ArrayLike<number>, expected: number[]): number => {
  expect(found.length).toBe(expected.length);
  return Math.max(...expected.map((value, i) => Math.abs(value - found[i])));
};

const { text, sound } = reference;
const textRows = sparse(text.train, text.columns);
const otherTexts = sparse(text.test, text.columns);

describe('agreement with scikit-learn', () => {
  it.each(Object.entries(reference.logistic_regression))('logistic regression, C %s', async (C, expected) => {
    for (const what of ['classes', 'tag'] as const) {
      const rows = rowsOf(textRows, text.classes, what);
      const fitted = await learn('logistic-regression', rows, { C: Number(C) });
      const scores = classifiers['logistic-regression'].scores(fitted, otherTexts, rows);
      expect(furthest(scores, expected[what])).toBeLessThan(1e-5);
    }
  });

  it.each(Object.entries(reference.linear_svm))('linear SVM, C %s: decision values', async (C, expected) => {
    const fitted = await learn('linear-svm', rowsOf(textRows, text.classes, 'classes'), { C: Number(C) });
    expect(furthest(linearOutputs(fitted, otherTexts).values, expected.classes)).toBeLessThan(2e-5);
  });

  it.each(Object.entries(reference.multinomial_nb))(
    'multinomial naive Bayes, alpha %s',
    async (alpha, expected) => {
      for (const what of ['classes', 'tag'] as const) {
        const rows = rowsOf(textRows, text.classes, what);
        const fitted = await learn('multinomial-nb', rows, { alpha: Number(alpha) });
        const scores = classifiers['multinomial-nb'].scores(fitted, otherTexts, rows);
        expect(furthest(scores, expected[what])).toBeLessThan(1e-6);
      }
    },
  );

  it.each(Object.entries(reference.svm_rbf))(
    'SVM with RBF kernel, C and gamma %s: decision values',
    async (name, expected) => {
      const [C, width] = name.split(' ');
      const values = Float32Array.from(sound.train);
      const gamma = width === 'scale' ? scaledGamma(values, sound.columns) : Number(width);
      const { coefficients, intercept, converged } = await solveSmo({
        kernelRow: kernelRows(values, sound.columns, gamma),
        diagonal: new Float64Array(60).fill(1),
        positive: Uint8Array.from(sound.classes, (own) => Number(own === 1)),
        C: Number(C),
        yieldToEventLoop: async () => {},
      });
      expect(converged).toBe(true);
      const found = decisionValues(
        values,
        coefficients,
        [intercept],
        gamma,
        Float32Array.from(sound.test),
        sound.columns,
      );
      expect(furthest(found, expected)).toBeLessThan(2e-4);
    },
  );

  it.each(Object.entries(reference.k_nn))('%s nearest neighbours', async (k, expected) => {
    const rows = rowsOf(full(sound, sound.train), sound.classes, 'classes');
    const fitted = await learn('k-nn', rows, { k: Number(k) });
    expect(
      furthest(classifiers['k-nn'].scores(fitted, full(sound, sound.test), rows), expected),
    ).toBeLessThan(1e-7);
  });

  it('a Gaussian mixture from the same start', () => {
    const expected = reference.gaussian_mixture;
    const { columns } = sound;
    const start = {
      components: 2,
      logWeights: Float64Array.of(Math.log(0.5), Math.log(0.5)),
      means: Float64Array.from(sound.train.slice(0, 2 * columns)),
      variances: new Float64Array(2 * columns).fill(1),
    };
    const mixture = fitMixture(sound.train, columns, 2, start);
    expect(mixture.iterations).toBe(expected.iterations);
    expect(mixture.logLikelihood).toBeCloseTo(expected.lower_bound, 8);
    expect(furthest(mixture.means, expected.means)).toBeLessThan(1e-8);
    expect(furthest(mixture.variances, expected.variances)).toBeLessThan(1e-8);
    expect(furthest(logLikelihoods(sound.test, columns, mixture), expected.log_likelihoods)).toBeLessThan(
      1e-8,
    );
  });

  it('the class of the highest likelihood under one Gaussian a class', async () => {
    const rows = rowsOf(full(sound, sound.train), sound.classes, 'classes');
    const fitted = await learn('gaussian-mixture', rows, { components: 1 });
    const scores = classifiers['gaussian-mixture'].scores(fitted, full(sound, sound.test), rows);
    // The classes are equally frequent, so that the probabilities are the likelihoods' shares.
    const logs = reference.one_gaussian_a_class;
    const shares = logs.map((log, i) => {
      const own = logs.slice(i - (i % 3), i - (i % 3) + 3);
      return 1 / own.reduce((sum, other) => sum + Math.exp(other - log), 0);
    });
    expect(furthest(scores, shares)).toBeLessThan(1e-5);
  });
});

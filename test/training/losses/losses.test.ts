import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadEngine } from '../../../src/engine/engine.js';
import { categoricalCrossEntropy, meanSquaredError } from '../../../src/training/losses/classes.js';
import {
  isFor,
  type LossConfig,
  type LossContext,
  losses,
  lossOf,
  requireSmoothable,
  requireUsedPenalty,
  smoothedLossOf,
} from '../../../src/training/losses/index.js';
import {
  balancedClassWeights,
  balancedTagWeights,
  countLabels,
} from '../../../src/training/losses/label-counts.js';
import { penalisedBinaryCrossEntropy } from '../../../src/training/losses/tags.js';
import { availableEngines } from '../../engine/available.js';

const LOGITS = [
  [0.5, -2, 3],
  [0, 1.5, -0.25],
];
const LABELS = [
  [1, 0, 1],
  [0, 0, 1],
];
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** The loss and its gradient by the logits. */
function lossAndGradient(logits: number[][], labels: number[][], alpha: number): [number, number[]] {
  return tf.tidy(() => {
    const y = tf.tensor2d(labels);
    const { value, grad } = tf.valueAndGrad((z) => penalisedBinaryCrossEntropy(y, z as tf.Tensor2D, alpha))(
      tf.tensor2d(logits),
    );
    return [value.dataSync()[0], [...grad.dataSync()]];
  });
}

describe.each(availableEngines)('losses on %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  it.each([1, 2, 0.5])('is -(α y log p + (1 - y) log(1 - p)) with its gradient for α = %s', (alpha) => {
    const flat = LOGITS.flatMap((row, i) => row.map((z, j) => ({ p: sigmoid(z), y: LABELS[i][j] })));
    const expected = flat.reduce(
      (sum, { p, y }) => sum - alpha * y * Math.log(p) - (1 - y) * Math.log(1 - p),
      0,
    );
    const [value, gradient] = lossAndGradient(LOGITS, LABELS, alpha);
    expect(value).toBeCloseTo(expected / flat.length, 6);
    for (const [i, { p, y }] of flat.entries())
      expect(gradient[i]).toBeCloseTo((-alpha * y * (1 - p) + (1 - y) * p) / flat.length, 6);
  });

  it('neither overflows nor loses its gradient at logits of ±1000', () => {
    const [value, gradient] = lossAndGradient([[1000, -1000, 1000, -1000]], [[1, 1, 0, 0]], 2);
    expect(value).toBeCloseTo((0 + 2000 + 1000 + 0) / 4, 2);
    expect(gradient).toEqual([0, -0.5, 0.25, 0].map((x) => expect.closeTo(x, 6)));
  });

  it('is the mean of -log softmax at the true class', () => {
    const classes = [
      [0, 1, 0],
      [1, 0, 0],
    ];
    const expected = LOGITS.map((row, i) => {
      const total = row.reduce((sum, z) => sum + Math.exp(z), 0);
      return -Math.log(Math.exp(row[classes[i].indexOf(1)]) / total);
    });
    const value = tf.tidy(
      () => categoricalCrossEntropy(tf.tensor2d(classes), tf.tensor2d(LOGITS)).dataSync()[0],
    );
    expect(value).toBeCloseTo((expected[0] + expected[1]) / 2, 6);
    const large = tf.tidy(
      () => categoricalCrossEntropy(tf.tensor2d([[0, 1]]), tf.tensor2d([[1000, -1000]])).dataSync()[0],
    );
    expect(large).toBeCloseTo(2000, 2);
  });
});

describe('a penalty in a classification', () => {
  it('is refused, because it would change nothing; the default, and another task, are not', () => {
    expect(() => requireUsedPenalty('classification', { alpha: 3 })).toThrow(
      /^loss\.alpha: the penalty on missed positives is for tags/,
    );
    expect(() => requireUsedPenalty('classification', { alpha: 1 })).not.toThrow();
    expect(() => requireUsedPenalty('classification', {})).not.toThrow();
    expect(() => requireUsedPenalty('tagging', { alpha: 3 })).not.toThrow();
  });
});

describe.each(availableEngines)('the squared error of numbers on engine %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  const TRUTH = [
    [1, Number.NaN],
    [-2, 0.5],
  ];
  const OUTPUTS = [
    [0.5, 7],
    [-1, 0.5],
  ];

  it('is the mean over the targets that are known, with its gradient', () => {
    const [value, gradient] = tf.tidy(() => {
      const { value, grad } = tf.valueAndGrad((z) => meanSquaredError(tf.tensor2d(TRUTH), z as tf.Tensor2D))(
        tf.tensor2d(OUTPUTS),
      );
      return [value.dataSync()[0], [...grad.dataSync()]];
    });
    expect(value).toBeCloseTo((0.25 + 1) / 3, 6);
    for (const [i, expected] of [-1 / 3, 0, 2 / 3, 0].entries()) expect(gradient[i]).toBeCloseTo(expected, 6);
  });

  it('is 0, with a gradient of 0, where nothing is known', () => {
    const [value, gradient] = tf.tidy(() => {
      const { value, grad } = tf.valueAndGrad((z) =>
        meanSquaredError(tf.fill([2, 2], Number.NaN) as tf.Tensor2D, z as tf.Tensor2D),
      )(tf.tensor2d(OUTPUTS));
      return [value.dataSync()[0], [...grad.dataSync()]];
    });
    expect([value, gradient]).toEqual([0, [0, 0, 0, 0]]);
  });

  it('is of targets standardised by the training split', () => {
    const scale = { means: [10, 0], deviations: [2, 1] };
    const value = tf.tidy(
      () =>
        lossOf({}, { task: 'regression', scale })(
          tf.tensor2d([[14, 1]]),
          tf.tensor2d([[1, 1]]),
        ).dataSync()[0],
    );
    expect(value).toBeCloseTo(0.5, 6);
  });
});

it('refuses a loss of labels for numbers, and a penalty on missed positives', () => {
  expect(() => lossOf({ kind: 'focal' }, { task: 'regression' })).toThrow(
    /loss\.kind: "focal" is for tagging/,
  );
  expect(() => lossOf({ kind: 'squared-error' }, { task: 'tagging' })).toThrow(/is for regression/);
  expect(() => requireUsedPenalty('regression', { alpha: 2 })).toThrow(/task is regression/);
});

describe('the weights of a class-balanced loss', () => {
  // (1 - β) / (1 - βⁿ), worked out by hand for β = 0.9: n = 2 gives 1 / 1.9, n = 8 gives 0.1 / (1 - 0.9⁸) = 0.175580.
  const counts = { positives: Float64Array.of(2, 8), examples: 10 };

  it('are the inverse effective numbers of both sides of a tag, with a mean of 1', () => {
    const { positive, negative } = balancedTagWeights(counts, 0.9);
    const [rare, common] = [1 / 1.9, 0.1 / (1 - 0.9 ** 8)];
    const mean = (rare + common) / 2;
    for (const [given, expected] of [
      [positive, [rare / mean, common / mean]],
      [negative, [common / mean, rare / mean]],
    ] as const)
      expect([...given]).toEqual(expected.map((value) => expect.closeTo(value, 6)));
  });

  it('are equal for β = 0, and the inverse frequencies for β = 1', () => {
    expect([...balancedTagWeights(counts, 0).positive]).toEqual([1, 1]);
    const { positive, negative } = balancedTagWeights(counts, 1);
    expect(2 * positive[0]).toBeCloseTo(8 * negative[0], 5);
    const classes = balancedClassWeights(counts, 1);
    expect([...classes]).toEqual([1.6, 0.4].map((value) => expect.closeTo(value, 6)));
  });

  it('stay finite where a label never occurs', () => {
    const never = { positives: Float64Array.of(0, 10), examples: 10 };
    for (const beta of [0, 0.999, 1])
      for (const weights of Object.values(balancedTagWeights(never, beta)))
        expect(weights.every((weight) => Number.isFinite(weight) && weight > 0)).toBe(true);
  });

  it('count labels by their values, so that soft targets count too', () => {
    const examples = [Float64Array.of(1, 0.25), Float64Array.of(0, 0.5)].map((targets) => ({ targets }));
    expect(countLabels(examples, 2)).toEqual({ positives: Float64Array.of(1, 0.75), examples: 2 });
  });
});

describe.each(availableEngines)('losses against their formulas on engine %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  const SOFT = [
    [1, 0, 0.3],
    [0, 0.5, 1],
  ];
  const each = (term: (y: number, p: number, label: number) => number): number => {
    const terms = LOGITS.flatMap((row, i) => row.map((z, j) => term(SOFT[i][j], sigmoid(z), j)));
    return terms.reduce((sum, value) => sum + value, 0) / terms.length;
  };
  const value = (config: LossConfig, context: LossContext = { task: 'tagging' }, training = false): number =>
    tf.tidy(
      () =>
        (training ? smoothedLossOf : lossOf)(config, context)(
          tf.tensor2d(SOFT),
          tf.tensor2d(LOGITS),
        ).dataSync()[0],
    );

  it.each([
    [1, 4, 0.05],
    [0, 2, 0],
    [2, 0, 0.2],
    [0, 0.5, 0.1],
  ])('asymmetric, γ₊ = %s, γ₋ = %s, m = %s', (gamma_positive, gamma_negative, margin) => {
    const expected = each((y, p) => {
      const q = Math.max(p - margin, 0);
      return -y * (1 - p) ** gamma_positive * Math.log(p) - (1 - y) * q ** gamma_negative * Math.log(1 - q);
    });
    expect(value({ kind: 'asymmetric', gamma_positive, gamma_negative, margin })).toBeCloseTo(expected, 5);
  });

  it('asymmetric without focusing and margin is binary cross-entropy', () => {
    const plain = { kind: 'asymmetric', gamma_positive: 0, gamma_negative: 0, margin: 0 };
    expect(value(plain)).toBeCloseTo(value({ kind: 'penalised-bce', alpha: 1 }), 6);
  });

  it('class-balanced, of tags and of classes', () => {
    const counts = { positives: Float64Array.of(2, 8, 5), examples: 10 };
    const { positive, negative } = balancedTagWeights(counts, 0.9);
    const config = { kind: 'class-balanced', beta: 0.9 };
    expect(value(config, { task: 'tagging', counts })).toBeCloseTo(
      each((y, p, j) => -positive[j] * y * Math.log(p) - negative[j] * (1 - y) * Math.log(1 - p)),
      5,
    );
    const weights = balancedClassWeights(counts, 0.9);
    const ofRow = (row: number[], i: number): number => {
      const total = row.reduce((sum, z) => sum + Math.exp(z), 0);
      return row.reduce((sum, z, j) => sum - weights[j] * SOFT[i][j] * (z - Math.log(total)), 0);
    };
    const [first, second] = LOGITS.map(ofRow);
    expect(value(config, { task: 'classification', counts })).toBeCloseTo((first + second) / 2, 5);
  });

  it('smooths the targets of training, not those of validation', () => {
    const config = { kind: 'penalised-bce', alpha: 1, label_smoothing: 0.2 };
    const plain = each((y, p) => -y * Math.log(p) - (1 - y) * Math.log(1 - p));
    expect(value(config)).toBeCloseTo(plain, 6);
    const smooth = (y: number): number => 0.8 * y + 0.1;
    const expected = each((y, p) => -smooth(y) * Math.log(p) - (1 - smooth(y)) * Math.log(1 - p));
    expect(value(config, { task: 'tagging' }, true)).toBeCloseTo(expected, 6);
    const classes = { kind: 'cross-entropy', label_smoothing: 0.3 };
    const ofRow = (row: number[], i: number): number => {
      const total = row.reduce((sum, z) => sum + Math.exp(z), 0);
      return row.reduce((sum, z, j) => sum - (0.7 * SOFT[i][j] + 0.1) * (z - Math.log(total)), 0);
    };
    const [first, second] = LOGITS.map(ofRow);
    expect(value(classes, { task: 'classification' }, true)).toBeCloseTo((first + second) / 2, 5);
  });
});

it('refuses label smoothing where there are no labels', () => {
  expect(() => requireSmoothable('regression', { label_smoothing: 0.1 })).toThrow(/^loss\.label_smoothing:/);
  expect(() => requireSmoothable('classification', { label_smoothing: 0.1 })).not.toThrow();
  expect(() => requireSmoothable('pitch', {})).not.toThrow();
});

it.each([
  ['tagging', 'penalised-bce'],
  ['classification', 'cross-entropy'],
  ['regression', 'squared-error'],
  ['pitch', 'pitch-cross-entropy'],
] as const)('is, for %s, %s where none is named', async (task, kind) => {
  const usual = Object.entries(losses).find(([, one]) => isFor(one, task))!;
  expect(usual[0]).toBe(kind);
  // The config of a loss that is not named has the options of the first loss alone.
  if (task !== 'classification') return;
  await loadEngine(availableEngines[0]);
  const value = tf.tidy(
    () => lossOf({ alpha: 1 }, { task })(tf.tensor2d([[1, 0]]), tf.tensor2d([[2, 2]])).dataSync()[0],
  );
  expect(value).toBeCloseTo(Math.LN2, 6);
});

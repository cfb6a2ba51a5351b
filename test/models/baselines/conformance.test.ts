/** What every classical classifier promises. */
import { beforeAll, describe, expect, it } from 'vitest';
import { randomGenerator } from '../../../src/base/random.js';
import type {
  ClassifierKind,
  Fitted,
  Labels,
  TrainingRows,
} from '../../../src/models/baselines/classifier.js';
import { type GridPoint, gridOf } from '../../../src/models/baselines/grid.js';
import { fullRows } from '../../../src/models/baselines/rows.js';
import { type ClassifierName, classifiers } from '../../../src/models/baselines/spec.js';
import { decodeSafetensors, encodeSafetensors } from '../../../src/models/safetensors.js';
import type { SparseMatrix } from '../../../src/text/term-counts.js';

const COLUMNS = 5;
const ROWS = 48;

/** Rows of three kinds, told apart by columns 0 to 2; none negative, column 4 constant. */
function made(rows: number, seed: number): { x: SparseMatrix; kinds: number[] } {
  const random = randomGenerator(seed, 'rows');
  const kinds = Array.from({ length: rows }, (_, row) => row % 3);
  const values = Float32Array.from({ length: rows * COLUMNS }, (_, i) => {
    const column = i % COLUMNS;
    if (column === 4) return 1;
    return 0.5 * random.uniform() + (kinds[Math.floor(i / COLUMNS)] === column ? 1 : 0);
  });
  return { x: fullRows(values, COLUMNS), kinds };
}

/** Classes, or two tags: whether the kind is 0, and whether it is not 2. */
function targetsOf(kinds: number[], exclusive: boolean): Uint8Array {
  return Uint8Array.from(
    kinds.flatMap((kind) =>
      exclusive ? [0, 1, 2].map((k) => Number(k === kind)) : [Number(kind === 0), Number(kind !== 2)],
    ),
  );
}

const notes: string[] = [];

const rowsOf = (exclusive: boolean, targets = targetsOf(train.kinds, exclusive)): TrainingRows => ({
  x: train.x,
  targets,
  count: exclusive ? 3 : 2,
  exclusive,
  seed: 7,
  onNote: (note) => notes.push(note),
  yieldToEventLoop: async () => {},
});

const train = made(ROWS, 1);
const others = made(30, 2);

const right = (scores: Float64Array, { count, exclusive }: Labels): number => {
  const truth = targetsOf(others.kinds, exclusive);
  let hits = 0;
  for (let row = 0; row < others.kinds.length; row++) {
    const own = [...scores.subarray(row * count, (row + 1) * count)];
    const said = exclusive
      ? own.map((score) => Number(score === Math.max(...own)))
      : own.map((score) => Number(score >= 0.5));
    if (said.every((value, k) => value === truth[row * count + k])) hits++;
  }
  return hits / others.kinds.length;
};

/** Why a classifier has no one number for each column and label. */
const WITHOUT_WEIGHTS: Partial<Record<ClassifierName, string>> = {
  'svm-rbf': 'its kernel compares whole rows',
  'k-nn': 'it compares whole rows',
  'gaussian-mixture': 'a class has several means',
};

/** Those of labels; `ridge` and `mean` predict numbers (test/models/baselines/regression.test.ts). */
const OF_LABELS = (Object.keys(classifiers) as ClassifierName[]).filter(
  (name) => (classifiers[name] as { predicts?: string }).predicts !== 'numbers',
);

describe.each(OF_LABELS)('%s', (name) => {
  const kind = classifiers[name] as unknown as ClassifierKind;
  const { kind: _, ...options } = kind.options.parse({ kind: name }) as Record<string, unknown>;
  const point: GridPoint = gridOf(options).at(-1)!;

  describe.each([
    ['classes', true],
    ['tags', false],
  ] as const)('%s', (__, exclusive) => {
    const labels: Labels = { count: exclusive ? 3 : 2, exclusive };
    let fitted: Fitted;
    let scores: Float64Array;
    beforeAll(async () => {
      fitted = await kind.fit(rowsOf(exclusive), point, true);
      scores = kind.scores(fitted, others.x, labels);
    });

    it('gives probabilities, which sum to 1 over classes', () => {
      expect(scores).toHaveLength(others.kinds.length * labels.count);
      for (const score of scores) expect(score >= 0 && score <= 1 + 1e-9).toBe(true);
      if (exclusive)
        for (let row = 0; row < others.kinds.length; row++)
          expect(scores[3 * row] + scores[3 * row + 1] + scores[3 * row + 2]).toBeCloseTo(1, 6);
    });

    it('separates what is separable', () => {
      expect(right(scores, labels)).toBeGreaterThan(0.9);
    });

    it('learns the same again, to the bit', async () => {
      expect(await kind.fit(rowsOf(exclusive), point, true)).toEqual(fitted);
    });

    it('gives the same scores after it was stored', () => {
      const { weights } = decodeSafetensors(encodeSafetensors(fitted));
      expect(kind.scores(weights, others.x, labels)).toEqual(scores);
    });

    it('takes rows without anything in them', () => {
      const empty: SparseMatrix = {
        rows: 2,
        columns: COLUMNS,
        indptr: new Int32Array(3),
        indices: new Int32Array(0),
        data: new Float32Array(0),
      };
      for (const score of kind.scores(fitted, empty, labels)) expect(Number.isFinite(score)).toBe(true);
    });

    it('learns from rows that do not vary, and then cannot tell', async () => {
      const constant = {
        ...rowsOf(exclusive),
        x: fullRows(new Float32Array(ROWS * COLUMNS).fill(1), COLUMNS),
      };
      const found = await kind.fit(constant, point, true);
      const said = kind.scores(found, others.x, labels);
      for (const score of said) expect(Number.isFinite(score)).toBe(true);
    });
  });

  it('scores a tag that no row has low, and one that every row has high', async () => {
    const targets = Uint8Array.from({ length: 2 * ROWS }, (_, i) => i % 2);
    const found = await kind.fit(rowsOf(false, targets), point, true);
    const said = kind.scores(found, others.x, { count: 2, exclusive: false });
    for (let row = 0; row < others.kinds.length; row++) {
      expect(said[2 * row]).toBeLessThan(0.5);
      expect(said[2 * row + 1]).toBeGreaterThan(0.5);
    }
  });

  it('gives scores in the order of its probabilities where the fit is not final', async () => {
    const rows = rowsOf(false);
    const [quick, final] = await Promise.all(
      [false, true].map(async (last) => kind.scores(await kind.fit(rows, point, last), others.x, rows)),
    );
    const order = (scores: Float64Array): number[] =>
      others.kinds.map((_, row) => row).sort((a, b) => scores[2 * a] - scores[2 * b] || a - b);
    expect(order(quick)).toEqual(order(final));
  });

  if (name in WITHOUT_WEIGHTS) {
    it(`has no weights of columns: ${WITHOUT_WEIGHTS[name]}`, () => {
      expect(kind.weights).toBeUndefined();
    });
    return;
  }

  it('weighs columns by label', async () => {
    const rows = rowsOf(true);
    const weights = kind.weights!(await kind.fit(rows, point, true), rows);
    expect(weights).toHaveLength(COLUMNS * 3);
    for (const label of [0, 1, 2]) {
      const own = [0, 1, 2].map((column) => weights[column * 3 + label]);
      expect(Math.max(...own)).toBe(own[label]);
    }
  });
});

describe('two classes', () => {
  it.each(OF_LABELS)('%s separates them by one binary problem', async (name) => {
    const kind = classifiers[name] as unknown as ClassifierKind;
    const { kind: _, ...options } = kind.options.parse({ kind: name }) as Record<string, unknown>;
    const targets = Uint8Array.from(train.kinds.flatMap((own) => (own === 0 ? [1, 0] : [0, 1])));
    const rows = { ...rowsOf(true, targets), count: 2 };
    const fitted = await kind.fit(rows, gridOf(options).at(-1)!, true);
    const scores = kind.scores(fitted, others.x, rows);
    const hits = others.kinds.filter(
      (own, row) => scores[2 * row] > scores[2 * row + 1] === (own === 0),
    ).length;
    expect(hits / others.kinds.length).toBeGreaterThan(0.9);
    if (kind.weights) expect(kind.weights(fitted, rows)[0]).toBeGreaterThan(0);
  });
});

describe('gridOf', () => {
  it('gives every combination, the last option changing fastest', () => {
    expect(gridOf({ C: [1, 2], gamma: ['scale', 3] })).toEqual([
      { C: 1, gamma: 'scale' },
      { C: 1, gamma: 3 },
      { C: 2, gamma: 'scale' },
      { C: 2, gamma: 3 },
    ]);
  });
});

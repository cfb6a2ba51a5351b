import { describe, expect, it } from 'vitest';
import { precisionRecallCurve, rocCurve, thinCurve, trapezoidArea } from '../../src/eval/curves.js';
import { averagePrecision, rankByScore, readRanking, rocAuc } from '../../src/eval/ranking.js';
import fc from '../fast-check.js';

/** Few distinct scores, so that ties are common; both classes present. */
const binary = fc
  .array(fc.record({ score: fc.integer({ min: 0, max: 12 }), target: fc.boolean() }), {
    minLength: 2,
    maxLength: 60,
  })
  .filter((rows) => rows.some((row) => row.target) && rows.some((row) => !row.target))
  .map((rows) => ({
    scores: Float64Array.from(rows, (row) => row.score / 12),
    targets: Uint8Array.from(rows, (row) => Number(row.target)),
  }));

/** The definition, pair by pair. */
function pairwiseAuc(scores: Float64Array, targets: Uint8Array): number {
  let right = 0;
  let pairs = 0;
  for (let i = 0; i < scores.length; i++)
    for (let j = 0; j < scores.length; j++) {
      if (targets[i] !== 1 || targets[j] !== 0) continue;
      pairs++;
      right += scores[i] > scores[j] ? 1 : scores[i] === scores[j] ? 0.5 : 0;
    }
  return right / pairs;
}

/** The definition, threshold by threshold. */
function definedPrecision(scores: Float64Array, targets: Uint8Array): number {
  const positives = targets.reduce((sum, target) => sum + target, 0);
  let recall = 0;
  let sum = 0;
  for (const threshold of [...new Set(scores)].sort((a, b) => b - a)) {
    const chosen = [...scores.keys()].filter((i) => scores[i] >= threshold);
    const hits = chosen.filter((i) => targets[i] === 1).length;
    sum += (hits / positives - recall) * (hits / chosen.length);
    recall = hits / positives;
  }
  return sum;
}

describe('ROC-AUC and average precision', () => {
  it('equal their definitions', () => {
    fc.assert(
      fc.property(binary, ({ scores, targets }) => {
        expect(rocAuc(scores, targets)).toBeCloseTo(pairwiseAuc(scores, targets), 12);
        expect(averagePrecision(scores, targets)).toBeCloseTo(definedPrecision(scores, targets), 12);
      }),
    );
  });

  it('do not change under a strictly rising transform', () => {
    fc.assert(
      fc.property(binary, ({ scores, targets }) => {
        const transformed = scores.map((score) => Math.exp(3 * score) - 7);
        expect(rocAuc(transformed, targets)).toBe(rocAuc(scores, targets));
        expect(averagePrecision(transformed, targets)).toBe(averagePrecision(scores, targets));
      }),
    );
  });

  it('do not depend on the order of rows', () => {
    fc.assert(
      fc.property(binary, fc.integer({ min: 1, max: 59 }), ({ scores, targets }, by) => {
        const turn = <T extends Float64Array | Uint8Array>(values: T): T =>
          values.map((_, i) => values[(i + by) % values.length]) as T;
        expect(rocAuc(turn(scores), turn(targets))).toBe(rocAuc(scores, targets));
        expect(averagePrecision(turn(scores), turn(targets))).toBe(averagePrecision(scores, targets));
      }),
    );
  });

  it('give 1 - AUC when scores are negated, and the same AUC when targets are swapped as well', () => {
    fc.assert(
      fc.property(binary, ({ scores, targets }) => {
        const negated = scores.map((score) => -score);
        const swapped = targets.map((target) => 1 - target);
        expect(rocAuc(negated, targets)).toBeCloseTo(1 - rocAuc(scores, targets)!, 12);
        expect(rocAuc(negated, swapped)).toBeCloseTo(rocAuc(scores, targets)!, 12);
      }),
    );
  });

  it('count a row of weight k as k rows', () => {
    fc.assert(
      fc.property(
        binary,
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 60, maxLength: 60 }),
        (data, weights) => {
          const rows = [...data.scores.keys()].flatMap((i) => new Array<number>(weights[i]).fill(i));
          const repeated = rankByScore(
            Float64Array.from(rows, (i) => data.scores[i]),
            Uint8Array.from(rows, (i) => data.targets[i]),
          );
          expect(readRanking(rankByScore(data.scores, data.targets), weights)).toEqual(readRanking(repeated));
        },
      ),
    );
  });

  it('are known for small cases, and null where undefined', () => {
    const targets = Uint8Array.of(0, 0, 1, 1);
    expect(rocAuc(Float64Array.of(0.1, 0.4, 0.35, 0.8), targets)).toBe(0.75); // scikit-learn's own example
    expect(averagePrecision(Float64Array.of(0.1, 0.4, 0.35, 0.8), targets)).toBeCloseTo(0.8333333333, 9);
    expect(rocAuc(new Float64Array(4), targets)).toBe(0.5);
    expect(averagePrecision(new Float64Array(4), targets)).toBe(0.5);
    for (const constant of [0, 1]) {
      expect(rocAuc(new Float64Array(4), new Uint8Array(4).fill(constant))).toBeNull();
      expect(averagePrecision(new Float64Array(4), new Uint8Array(4).fill(constant))).toBeNull();
    }
    expect(rocAuc(new Float64Array(0), new Uint8Array(0))).toBeNull();
  });
});

describe('curves', () => {
  it('run between their ends; the area under the ROC curve is ROC-AUC', () => {
    fc.assert(
      fc.property(binary, ({ scores, targets }) => {
        const roc = rocCurve(scores, targets)!;
        expect([roc.x[0], roc.y[0], roc.x.at(-1), roc.y.at(-1)]).toEqual([0, 0, 1, 1]);
        expect(trapezoidArea(roc)).toBeCloseTo(rocAuc(scores, targets)!, 12);
        const precisionRecall = precisionRecallCurve(scores, targets)!;
        expect(precisionRecall.x.at(-1)).toBe(1);
        expect(precisionRecall.y.at(-1)).toBeCloseTo(targets.reduce((a, b) => a + b, 0) / targets.length, 12);
      }),
    );
  });

  it('keep ends and points when thinned', () => {
    const x = Float64Array.from({ length: 5000 }, (_, i) => i / 4999);
    const curve = { x, y: x.map(Math.sqrt) };
    const thin = thinCurve(curve, 100);
    expect(thin.x.length).toBeLessThanOrEqual(100);
    expect(thin.x.length).toBeGreaterThan(50);
    expect([thin.x[0], thin.x.at(-1)]).toEqual([0, 1]);
    for (let i = 0; i < thin.x.length; i++) expect(thin.y[i]).toBe(Math.sqrt(thin.x[i]));
    expect(trapezoidArea(thin)).toBeCloseTo(trapezoidArea(curve), 3);
    expect(thinCurve(curve, 5000)).toBe(curve);
  });

  it('are null where a class is missing', () => {
    expect(rocCurve(new Float64Array(3), new Uint8Array(3))).toBeNull();
    expect(precisionRecallCurve(new Float64Array(3), Uint8Array.of(1, 1, 1))).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { randomGenerator } from '../../../src/base/random.js';
import { numberGroups } from '../../../src/eval/bootstrap.js';
import { delongTest, meanPlacements, placements } from '../../../src/eval/difference/delong.js';
import { holm, twoSidedP } from '../../../src/eval/difference/p-values.js';
import {
  bootstrapDifference,
  rankedRun,
  readMetrics,
  resampleMetrics,
} from '../../../src/eval/difference/paired-bootstrap.js';
import { evaluatePredictions } from '../../../src/eval/evaluate.js';
import type { Predictions } from '../../../src/eval/predictions.js';
import { rankByScore, rankColumns, rocAuc } from '../../../src/eval/ranking.js';
import { madeClassification, madeTagging } from '../../eval/made.js';
import fc from '../../fast-check.js';

const TARGETS = Uint8Array.of(1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0);
const A = Float64Array.of(
  ...[0.9, 0.3, 0.6, 0.7, 0.6, 0.2, 0.4, 0.5, 0.8, 0.1, 0.35, 0.45, 0.65, 0.7, 0.55, 0.05, 0.15, 0.25],
  ...[0.5, 0.6],
);
const B = Float64Array.of(
  ...[0.8, 0.4, 0.7, 0.9, 0.3, 0.2, 0.6, 0.45, 0.85, 0.3, 0.25, 0.5, 0.55, 0.35, 0.75, 0.1, 0.3, 0.5],
  ...[0.2, 0.4],
);
const SONGS = [0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 4, 4, 5, 5, 6, 7, 7, 8, 8, 9].map(String);

const place = (scores: Float64Array | Float32Array, targets = TARGETS) =>
  placements(rankByScore(scores, targets))!;

/** Whether a count of `trials` is what `rate` gives, outside of which chance takes it less than once in 1000. */
function expectRate(count: number, trials: number, rate: number): void {
  const slack = 3.3 * Math.sqrt(trials * rate * (1 - rate));
  expect(Math.abs(count - trials * rate)).toBeLessThanOrEqual(slack);
}

describe('twoSidedP', () => {
  it('gives the values of 2 * scipy.stats.norm.sf (SciPy 1.17.1)', () => {
    const known: [number, number][] = [
      [0, 1],
      [0.5, 0.6170750774519738],
      [1.96, 0.04999579029644087],
      [2.8, 0.005110260660855864],
      [3, 0.0026997960632601866],
      [6, 1.973175290075389e-9],
      [20, 5.507248237212311e-89],
    ];
    for (const [z, p] of known) {
      expect(twoSidedP(z) / p).toBeCloseTo(1, 11);
      expect(twoSidedP(-z)).toBe(twoSidedP(z));
    }
    expect(twoSidedP(Number.POSITIVE_INFINITY)).toBe(0);
  });
});

describe('delongTest', () => {
  it('agrees with the direct form over all pairs (NumPy 2.4.6 covariances, SciPy 1.17.1 tail)', () => {
    const { difference, standardError, p } = delongTest(place(A), place(B));
    expect(place(A).rocAuc).toBeCloseTo(0.7864583333333334, 13);
    expect(place(B).rocAuc).toBeCloseTo(0.9947916666666665, 13);
    expect(difference).toBeCloseTo(0.20833333333333337, 13);
    expect(standardError).toBeCloseTo(0.10484089161254091, 13);
    expect(p).toBeCloseTo(0.04690709177748017, 12);
  });

  it('takes songs as what varies when they are given (Obuchowski 1997 in NumPy 2.4.6)', () => {
    const { standardError, p } = delongTest(place(A), place(B), numberGroups(SONGS));
    expect(standardError).toBeCloseTo(0.09625114403948383, 13);
    expect(p).toBeCloseTo(0.03042780305780294, 12);
  });

  it('is the same with every example in a group of its own, and mirrored with the models exchanged', () => {
    const own = numberGroups(Array.from(TARGETS, (_, row) => `${row}`));
    const plain = delongTest(place(A), place(B));
    expect(delongTest(place(A), place(B), own).p).toBeCloseTo(plain.p!, 12);
    const mirrored = delongTest(place(B), place(A));
    expect([mirrored.difference, mirrored.p]).toEqual([-plain.difference, plain.p]);
  });

  it('finds no difference between a model and its copy, and does not test what cannot be tested', () => {
    expect(delongTest(place(A), place(A))).toMatchObject({ difference: 0, standardError: 0, p: 1 });
    expect(placements(rankByScore(A, new Uint8Array(20)))).toBeNull();
    const single = Uint8Array.from(TARGETS, (_, row) => Number(row === 2));
    expect(delongTest(place(A, single), place(B, single))).toMatchObject({ standardError: null, p: null });
    const perfect = Float64Array.from(TARGETS);
    expect(delongTest(place(new Float64Array(20)), place(perfect))).toMatchObject({
      difference: 0.5,
      p: null,
    });
    expect(() => delongTest(place(A), place(B, single))).toThrow(RangeError);
  });

  it('places examples so that either mean is the ROC-AUC, ties half; means of seeds are linear', () => {
    const example = fc.tuple(fc.integer({ min: 0, max: 6 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(example, { minLength: 2, maxLength: 60 }), (examples) => {
        const scores = Float64Array.from(examples, ([score]) => score);
        const targets = Uint8Array.from(examples, ([, target]) => Number(target));
        const placed = placements(rankByScore(scores, targets));
        const area = rocAuc(scores, targets);
        if (placed === null || area === null) {
          expect([placed, area]).toEqual([null, null]);
          return;
        }
        const meanOver = (kind: number): number => {
          const own = placed.values.filter((_, row) => targets[row] === kind);
          return own.reduce((sum, value) => sum + value, 0) / own.length;
        };
        for (const value of [placed.rocAuc, meanOver(0), meanOver(1)]) expect(value).toBeCloseTo(area, 10);
        const flipped = placements(
          rankByScore(
            scores.map((score) => -score),
            targets,
          ),
        )!;
        expect(meanPlacements([placed, flipped]).rocAuc).toBeCloseTo(0.5, 10);
      }),
    );
  });

  it('keeps its level where there is no difference', () => {
    const random = randomGenerator(1, 'level');
    const trials = 1500;
    let alarms = 0;
    for (let trial = 0; trial < trials; trial++) {
      const targets = Uint8Array.from({ length: 150 }, () => Number(random.uniform() < 0.4));
      const shared = Float64Array.from(targets, (target) => target + random.normal());
      const [a, b] = [0, 1].map(() => shared.map((value) => value + random.normal()));
      if (delongTest(place(a, targets), place(b, targets)).p! < 0.05) alarms++;
    }
    expectRate(alarms, trials, 0.05);
  });

  it('keeps its level on clips of the same songs only when it is told of the songs', () => {
    const random = randomGenerator(2, 'level');
    const trials = 1000;
    const songs = 100;
    const row = Array.from({ length: 4 * songs }, (_, i) => i % songs);
    const grouping = numberGroups(row.map(String));
    const alarms = { told: 0, untold: 0 };
    for (let trial = 0; trial < trials; trial++) {
      const ofSong = (): number[] => Array.from({ length: songs }, () => random.normal());
      const truth = ofSong().map((value) => Number(value > 0.3));
      const targets = Uint8Array.from(row, (song) => truth[song]);
      const [a, b] = [ofSong(), ofSong()].map((error) =>
        Float64Array.from(row, (song) => truth[song] + error[song] + 0.5 * random.normal()),
      );
      if (delongTest(place(a, targets), place(b, targets), grouping).p! < 0.05) alarms.told++;
      if (delongTest(place(a, targets), place(b, targets)).p! < 0.05) alarms.untold++;
    }
    expectRate(alarms.told, trials, 0.05);
    expect(alarms.untold / trials).toBeGreaterThan(0.2);
  });
});

describe('holm', () => {
  it("gives the values of R's p.adjust, worked out by hand, and leaves out what was not tested", () => {
    const adjusted = holm([0.01, 0.04, null, 0.03, 0.005, 0.5, 0.04]);
    const known = [0.05, 0.12, null, 0.12, 0.03, 0.5, 0.12];
    expect(adjusted.map((p) => p && Number(p.toFixed(12)))).toEqual(known);
    expect(holm([])).toEqual([]);
    expect(() => holm([1.2])).toThrow(RangeError);
    expect(() => holm([Number.NaN])).toThrow(RangeError);
  });

  it('never lowers a p-value, keeps their order, and is at most Bonferroni', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }), (values) => {
        const adjusted = holm(values) as number[];
        values.forEach((p, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(p);
          expect(adjusted[i]).toBeLessThanOrEqual(Math.min(1, values.length * p));
          values.forEach((other, j) => {
            if (p < other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j]);
          });
        });
      }),
    );
  });

  it('raises a false alarm among independent tests no more often than its level', () => {
    const random = randomGenerator(3, 'level');
    const trials = 2000;
    let alarms = 0;
    for (let trial = 0; trial < trials; trial++) {
      const adjusted = holm(Array.from({ length: 20 }, () => random.uniform()));
      if (adjusted.some((p) => p! < 0.05)) alarms++;
    }
    expectRate(alarms, trials, 1 - (1 - 0.05 / 20) ** 20);
  });
});

const prepared = (predictions: Predictions) =>
  rankedRun(
    predictions,
    rankColumns(predictions.scores, predictions.targets, predictions.labels.length),
    evaluatePredictions(predictions, { protocol: '', split: 'test', seed: 1, bootstrapSamples: 0 }),
  );

describe('the paired bootstrap', () => {
  it.each([madeTagging(60, 5, 20), madeClassification(60, 4)])(
    'reads what the evaluation reads ($task)',
    (made) => {
      const metrics = evaluatePredictions(made, {
        protocol: '',
        split: 'test',
        seed: 1,
        bootstrapSamples: 0,
      });
      expect(readMetrics(prepared(made))).toEqual({
        roc_auc: metrics.roc_auc.macro,
        pr_auc: metrics.pr_auc.macro,
        accuracy: expect.closeTo(metrics.accuracy, 12),
      });
    },
  );

  it('gives all models the same resamples, so that a copy differs by exactly nothing', () => {
    const made = madeTagging(60, 5, 20);
    const [first, second] = resampleMetrics([prepared(made), prepared(made)], made.groups, 50, 1);
    expect(first).toHaveLength(50);
    expect(second).toEqual(first);
    const none = first.map((metrics, i) => second[i].roc_auc! - metrics.roc_auc!);
    expect(bootstrapDifference(none)).toEqual({ interval: [0, 0], p: 1 });
    expect(bootstrapDifference(Array.from({ length: 999 }, () => 0.1)).p).toBeCloseTo(0.002, 12);
    expect(bootstrapDifference([])).toEqual({ interval: null, p: null });
    const oneSong = made.groups.map(() => 'a');
    expect(resampleMetrics([prepared(made)], oneSong, 50, 1)).toEqual([[]]);
  });

  it('keeps its level where there is no difference', () => {
    const random = randomGenerator(4, 'level');
    const trials = 250;
    const columns = 3;
    let alarms = 0;
    for (let trial = 0; trial < trials; trial++) {
      const base = madeTagging(160, columns, 80, trial);
      const [a, b] = [0, 1].map(() =>
        prepared({
          ...base,
          // The same error for the clips of a song.
          scores: ((errors) =>
            base.scores.map(
              (score, i) =>
                1 /
                (1 +
                  Math.exp(-4 * (score + errors[(Math.floor(i / columns) % 80) * columns + (i % columns)]))),
            ))(Array.from({ length: 80 * columns }, () => 0.3 * random.normal())),
        }),
      );
      const [ofA, ofB] = resampleMetrics([a, b], base.groups, 200, trial);
      const { p } = bootstrapDifference(ofA.map((metrics, i) => ofB[i].roc_auc! - metrics.roc_auc!));
      if (p! < 0.05) alarms++;
    }
    expectRate(alarms, trials, 0.05);
  });
});

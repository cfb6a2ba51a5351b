/** scikit-learn's metrics and the scores that they belong to; see test/golden/make_metrics.py. */
import { readFileSync } from 'node:fs';
import type { Predictions } from '../../src/eval/predictions.js';
import { readGoldenJson, readNpy } from '../golden/read.js';
import { referenceJson, referencePath } from '../reference.js';

export const LABELS = 50;

/** Metrics of a matrix of scores; null where one is undefined. */
export interface Metrics {
  roc_auc_per_tag: (number | null)[];
  roc_auc_macro: number;
  roc_auc_micro: number;
  roc_auc_weighted: number;
  average_precision_per_tag: (number | null)[];
  average_precision_macro: number;
  average_precision_micro: number;
  pr_auc_trapezoid_per_tag: (number | null)[];
  precision_per_tag: number[];
  recall_per_tag: number[];
  f1_per_tag: number[];
  f1_macro: number;
  f1_micro: number;
  f1_weighted: number;
  f1_samples: number;
  subset_accuracy: number;
  hamming_loss: number;
  mean_sample_roc_auc: number;
  label_ranking_average_precision: number;
}

/** What a generated matrix is recognised by. */
interface Check {
  positives_per_tag: number[];
  score_sum: number;
}

const golden =
  readGoldenJson<
    Record<'ties' | 'large', Metrics & { seed: number; check: Check & { first_row_scores: number[] } }>
  >('metrics');

/** 5,329 rows of scores in double precision, their labels, and what scikit-learn makes of them. */
export interface LargeMatrix {
  scores: Float64Array;
  targets: Uint8Array;
  check: Check;
  expected: Omit<Metrics, 'pr_auc_trapezoid_per_tag'>;
}

/** 500 predictions of float32 with many ties; label 7 has no positive. */
export interface SmallMatrix {
  predictions: Predictions;
  expected: Metrics;
}

/**
 * Rows of labels of growing frequency and scores that follow them, every fifth label's in steps of 0.05, by the
 * generator mulberry32.
 */
function generate(
  seed: number,
  rows: number,
  never: number,
  always: number | null,
): Pick<LargeMatrix, 'scores' | 'targets'> {
  const scores = new Float64Array(rows * LABELS);
  const targets = new Uint8Array(rows * LABELS);
  let state = seed;
  const draw = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  for (let i = 0; i < scores.length; i++) {
    const tag = i % LABELS;
    const label = draw() < 0.01 + 0.3 * (tag / 49) * (tag / 49);
    const positive = tag === never ? 0 : tag === always ? 1 : Number(label);
    const score = 0.35 * positive + 0.65 * draw();
    targets[i] = positive;
    scores[i] = tag % 5 === 0 ? Math.floor(score * 20 + 0.5) / 20 : score;
  }
  return { scores, targets };
}

function predictionsOf(scores: Float32Array, targets: Uint8Array): Predictions {
  const ids = Array.from({ length: scores.length / LABELS }, (_, row) => `clip${row}`);
  const labels = Array.from({ length: LABELS }, (_, j) => `tag${j}`);
  return { task: 'tagging', labels, ids, groups: ids, groupKind: 'clip', scores, targets };
}

/** NumPy rounds halves to even. */
const roundToTenths = (x: number): number => {
  const [tenths, floor] = [10 * x, Math.floor(10 * x)];
  const up = tenths - floor > 0.5 || (tenths - floor === 0.5 && floor % 2 === 1);
  return (up ? floor + 1 : floor) / 10;
};

/** The matrices of the golden file, made here. */
export function goldenMatrices(): { small: SmallMatrix; large: LargeMatrix } {
  const { ties, large } = golden;
  const { scores, targets } = generate(ties.seed, 500, 7, null);
  const tied = Float32Array.from(scores, (score, i) =>
    i % LABELS < 10 ? roundToTenths(score) : Math.min(1, Math.max(0, 1.6 * score - 0.3)),
  );
  return {
    small: { predictions: predictionsOf(tied, targets), expected: ties },
    large: { ...generate(large.seed, 5329, 13, 29), check: large.check, expected: large },
  };
}

/** The matrices of ../shared: the small one is stored there, the large one made here. */
export function sharedMatrices(): { small: SmallMatrix; large: LargeMatrix } {
  const read = <T>(name: string): T => referenceJson<T>('reference', 'features', name);
  const { metrics } = read<{ metrics: Metrics }>('reference.json');
  const rows = readFileSync(referencePath('reference', 'features', 'labels_500x50.csv'), 'utf8').trim();
  const targets = Uint8Array.from(rows.split('\n').flatMap((row) => row.split(',').map(Number)));
  const scores = readNpy(referencePath('reference', 'features', 'scores_500x50.npy')).values;
  const large = read<Metrics & { seed: number; check: Check }>('metrics_5329x50.json');
  return {
    small: {
      predictions: predictionsOf(scores, targets),
      expected: { ...metrics, ...read<Partial<Metrics>>('reference_extra.json') },
    },
    large: { ...generate(large.seed, 5329, 13, 29), check: large.check, expected: large },
  };
}

/** First scores of the golden matrix with ties, as Python made them. */
export const FIRST_TIES = golden.ties.check.first_row_scores;

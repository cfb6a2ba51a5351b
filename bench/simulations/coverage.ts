/**
 * Coverage of the bootstrap intervals of a run's headline numbers: simulated test splits of correlated clips, and how
 * often the interval holds the expectation of the estimate, and the value in the population.
 */
import { type RandomGenerator, randomGenerator } from '../../src/base/random.js';
import { evaluatePredictions } from '../../src/eval/evaluate.js';
import type { Interval, Metrics } from '../../src/eval/metrics.js';
import type { Predictions } from '../../src/eval/predictions.js';

/** A shape of test split. */
export interface SplitShape {
  songs: number;
  clipsPerSong: number;
  tags: number;
}

const SHAPES: SplitShape[] = [
  { songs: 36, clipsPerSong: 1, tags: 40 },
  { songs: 100, clipsPerSong: 2, tags: 26 },
  { songs: 1000, clipsPerSong: 4, tags: 50 },
];
const RESAMPLES = 300;
const QUALITY = 1.4;
/** Songs of the split that stands for the population. */
const POPULATION = 20_000;

/** Tags from frequent to rare, as in MagnaTagATune's 50: 0.19 down to 0.02, but at least three positives. */
const prevalenceOf = (tag: number, { tags, songs, clipsPerSong }: SplitShape): number =>
  Math.max(0.19 * (0.02 / 0.19) ** (tag / (tags - 1)), 3 / (songs * clipsPerSong));

/** A split in which the clips of a song share truth and difficulty in part. */
function madeSplit(shape: SplitShape, songs: number, random: RandomGenerator): Predictions {
  const { clipsPerSong, tags } = shape;
  const clips = songs * clipsPerSong;
  const targets = new Uint8Array(clips * tags);
  const scores = new Float32Array(clips * tags);
  for (let tag = 0; tag < tags; tag++) {
    const prevalence = prevalenceOf(tag, shape);
    for (let song = 0; song < songs; song++) {
      const isTagged = random.uniform() < prevalence;
      const shared = random.normal() * Math.SQRT1_2;
      for (let clip = 0; clip < clipsPerSong; clip++) {
        const i = (song * clipsPerSong + clip) * tags + tag;
        // Most clips of a song have its tags.
        targets[i] = Number(random.uniform() < 0.2 ? random.uniform() < prevalence : isTagged);
        const logit = QUALITY * targets[i] + shared + random.normal() * Math.SQRT1_2 - QUALITY / 2;
        scores[i] = 1 / (1 + Math.exp(-logit));
      }
    }
  }
  const ids = Array.from({ length: clips }, (_, row) => String(row));
  return {
    task: 'tagging',
    labels: Array.from({ length: tags }, (_, tag) => `tag ${tag}`),
    ids,
    groups: ids.map((_, row) => `song ${Math.floor(row / clipsPerSong)}`),
    groupKind: 'song',
    scores,
    targets,
  };
}

const HEADLINES: Record<string, (metrics: Metrics) => [number | null, Interval | null]> = {
  'ROC-AUC': ({ roc_auc: { macro, ci95 } }) => [macro, ci95],
  'PR-AUC': ({ pr_auc: { macro, ci95 } }) => [macro, ci95],
  accuracy: ({ accuracy, accuracy_ci95 }) => [accuracy, accuracy_ci95],
  F1: ({ f1: { macro, ci95 } }) => [macro, ci95],
};

/** Coverage of a metric: of the estimate's own expectation, and of the value in the population. */
export interface Coverage {
  ofExpectation: number;
  ofPopulation: number;
  /** Share of splits whose interval excludes its own estimate. */
  excludesEstimate: number;
}

/** Simulates `splits` test splits of a shape; the same seed gives the same result. */
export function simulateCoverage(shape: SplitShape, splits: number, seed = 1): Record<string, Coverage> {
  const options = { protocol: 'simulated', split: 'test', seed: 1 };
  const population = evaluatePredictions(
    madeSplit(shape, POPULATION / shape.clipsPerSong, randomGenerator(seed, 'population', shape.tags)),
    { ...options, bootstrapSamples: 0 },
  );
  const drawn = Array.from({ length: splits }, (_, i) =>
    evaluatePredictions(madeSplit(shape, shape.songs, randomGenerator(seed, 'split', shape.songs, i)), {
      ...{ ...options, seed: i, bootstrapSamples: RESAMPLES },
    }),
  );
  return Object.fromEntries(
    Object.entries(HEADLINES).map(([name, of]) => {
      const estimates = drawn.map(of).filter((pair): pair is [number, Interval] => pair[1] !== null);
      const expectation = estimates.reduce((sum, [value]) => sum + value, 0) / estimates.length;
      const share = (holds: (pair: [number, Interval]) => boolean): number =>
        estimates.filter(holds).length / estimates.length;
      const covers =
        (value: number) =>
        ([, [low, high]]: [number, Interval]): boolean =>
          low <= value && value <= high;
      return [
        name,
        {
          ofExpectation: share(covers(expectation)),
          ofPopulation: share(covers(of(population)[0]!)),
          excludesEstimate: share((pair) => !covers(pair[0])(pair)),
        },
      ];
    }),
  );
}

/** Coverage for three shapes of test splits, as a Markdown table. */
export function coverageTable({ splits, onCell }: { splits: number; onCell: () => void }): string {
  const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
  const lines = [
    '| songs | clips a song | tags | metric | of the expectation | of the population | excludes its estimate |',
    '| --- | --- | --- | --- | --- | --- | --- |',
  ];
  for (const shape of SHAPES) {
    const { songs, clipsPerSong, tags } = shape;
    for (const [name, coverage] of Object.entries(simulateCoverage(shape, splits)))
      lines.push(
        `| ${songs} | ${clipsPerSong} | ${tags} | ${name} | ${percent(coverage.ofExpectation)} | ${percent(coverage.ofPopulation)} | ${percent(coverage.excludesEstimate)} |`,
      );
    onCell();
  }
  return lines.join('\n');
}

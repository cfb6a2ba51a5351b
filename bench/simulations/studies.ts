/**
 * Simulated studies: two methods, each trained with several seeds and scored on one test set, compared as
 * `polytag compare` does. A seed's quality varies around its method's; a song's difficulty is shared by all runs.
 */
import { type RandomGenerator, randomGenerator } from '../../src/base/random.js';
import {
  bootstrapDifference,
  type RankedRun,
  rankedRun,
  readMetrics,
  resampleMetrics,
} from '../../src/eval/difference/paired-bootstrap.js';
import {
  crossedInference,
  type SeededValues,
  seedErrorOfDifference,
} from '../../src/eval/difference/seeds.js';
import { evaluatePredictions } from '../../src/eval/evaluate.js';
import { meanOfDefined } from '../../src/eval/means.js';
import { rankColumns } from '../../src/eval/ranking.js';

const LABELS = ['a', 'b', 'c', 'd'];
const PREVALENCE = 0.3;
/** ROC-AUC of an average seed is about 0.84. */
const QUALITY = 1.4;
const RESAMPLES = 300;
/** Songs that are easy or hard for all models: the standard deviation of what their logits share. */
const SONG_DEVIATION = 0.7;

/** One cell of the simulation. */
export interface Cell {
  songs: number;
  seeds: number;
  /** Standard deviation of ROC-AUC over seeds. */
  deviation: number;
  /** True difference of the methods in ROC-AUC. Default: 0. */
  difference?: number;
}

/** Share of studies that call the methods different at 0.05, by the test of the test set and by that of the methods. */
export interface Found {
  ofTestSet: number;
  ofMethods: number;
}

/** ROC-AUC at a distance `d` between the means of normal scores is Φ(d / √2), with the slope below at `QUALITY`. */
const SLOPE = Math.exp(-(QUALITY ** 2) / 4) / (2 * Math.sqrt(Math.PI));

/** The distance whose ROC-AUC is higher by `gain` than that of `QUALITY`; linear, which is enough for a few points. */
const qualityAt = (gain: number): number => QUALITY + gain / SLOPE;

/** Runs `studies` simulated studies of a cell; the same seed gives the same result. */
export function simulate(cell: Cell, studies: number, seed = 1): Found {
  const found = { ofTestSet: 0, ofMethods: 0 };
  for (let study = 0; study < studies; study++) {
    const random = randomGenerator(seed, 'simulated study', JSON.stringify(cell), study);
    const { ofTestSet, ofMethods } = simulateStudy(cell, random, study);
    if (ofTestSet < 0.05) found.ofTestSet++;
    if (ofMethods < 0.05) found.ofMethods++;
  }
  return { ofTestSet: found.ofTestSet / studies, ofMethods: found.ofMethods / studies };
}

function simulateStudy(
  { songs, seeds, deviation, difference = 0 }: Cell,
  random: RandomGenerator,
  study: number,
): Found {
  const columns = LABELS.length;
  // Songs of one clip.
  const ids = Array.from({ length: songs }, (_, row) => String(row));
  const targets = Uint8Array.from({ length: songs * columns }, () => Number(random.uniform() < PREVALENCE));
  const shared = Float64Array.from(targets, () => SONG_DEVIATION * random.normal());
  // What is left of the unit variance of a logit is each model's own.
  const own = Math.sqrt(1 - SONG_DEVIATION ** 2);
  const runOf = (quality: number): RankedRun => {
    const scores = Float32Array.from(
      targets,
      (target, i) => quality * target + shared[i] + own * random.normal(),
    );
    const low = Math.min(...scores);
    const range = Math.max(...scores) - low;
    const predictions = {
      task: 'tagging' as const,
      labels: LABELS,
      ...{ ids, groups: ids },
      groupKind: 'song' as const,
      scores: scores.map((score) => (score - low) / range),
      targets,
    };
    const metrics = evaluatePredictions(predictions, {
      ...{ protocol: 'simulated', split: 'test', seed: 1, bootstrapSamples: 0 },
    });
    return rankedRun(predictions, rankColumns(predictions.scores, targets, columns), metrics);
  };
  const method = (gain: number): RankedRun[] =>
    Array.from({ length: seeds }, () => runOf(qualityAt(gain + deviation * random.normal())));
  const runs = [...method(0), ...method(difference)];
  const resampled = resampleMetrics(runs, ids, RESAMPLES, study).map((values) =>
    values.map(({ roc_auc }) => roc_auc!),
  );
  const meanOf = (from: number, sample: number): number =>
    meanOfDefined(resampled.slice(from, from + seeds).map((values) => values[sample]))!;
  const differences = Array.from(
    { length: RESAMPLES },
    (_, sample) => meanOf(seeds, sample) - meanOf(0, sample),
  );
  const side = (from: number): SeededValues => ({
    seeds: Array.from({ length: seeds }, (_, i) => i),
    values: runs.slice(from, from + seeds).map((run) => readMetrics(run).roc_auc!),
    resampled: resampled.slice(from, from + seeds),
  });
  return {
    ofTestSet: bootstrapDifference(differences).p!,
    ofMethods: crossedInference(differences, seedErrorOfDifference(side(0), side(seeds))).p!,
  };
}

interface TableOptions {
  songs: readonly number[];
  studies: number;
  onCell: () => void;
}

const DEVIATIONS = [0.002, 0.008, 0.02];
const SEEDS = [3, 5];
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** A Markdown table with a line per cell; `shares` gives what is simulated of it. */
function tableOf(
  columns: readonly string[],
  songs: readonly number[],
  shares: (cell: Cell) => readonly number[],
): string {
  const head = ['songs', 'seeds', 'deviation of ROC-AUC over seeds', ...columns];
  const cells = songs.flatMap((count) =>
    SEEDS.flatMap((seeds) => DEVIATIONS.map((deviation) => ({ songs: count, seeds, deviation }))),
  );
  const rows = cells.map((cell) => [...Object.values(cell).map(String), ...shares(cell).map(percent)]);
  return [head, head.map(() => '---'), ...rows].map((line) => `| ${line.join(' | ')} |`).join('\n');
}

/** How often two methods of equal quality are called different, as a Markdown table. */
export const falseAlarmTable = ({ songs, studies, onCell }: TableOptions): string =>
  tableOf(['of the test set', 'of the methods'], songs, (cell) => {
    const { ofTestSet, ofMethods } = simulate(cell, studies);
    onCell();
    return [ofTestSet, ofMethods];
  });

/** How often a true difference of one and of two seed deviations is found, as a Markdown table. */
export const powerTable = ({ songs, studies, onCell }: TableOptions): string =>
  tableOf(['found at one deviation', 'at two'], songs, (cell) =>
    [1, 2].map((times) => {
      const { ofMethods } = simulate({ ...cell, difference: times * cell.deviation }, studies, 2);
      onCell();
      return ofMethods;
    }),
  );

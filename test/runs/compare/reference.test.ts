/** The tests of a comparison against pROC and SciPy; the values were made by fixtures/make.py and fixtures/make.R. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { randomGenerator } from '../../../src/base/random.js';
import { numberGroups, percentileInterval, resampleGroups } from '../../../src/eval/bootstrap.js';
import { delongTest, placements } from '../../../src/eval/difference/delong.js';
import { rankByScore, rocAuc } from '../../../src/eval/ranking.js';

const read = async <Content>(name: string): Promise<Content> =>
  JSON.parse(await readFile(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8')) as Content;

const made = await read<{
  targets: number[];
  songs: number[];
  scores: [number[], number[]];
  interval: [number, number];
  deviation: [number, number];
}>('bootstrap');

const { cases } = await read<{
  cases: { examples: number; auc: [number, number]; z: number; p: number; variance: number }[];
}>('delong');

/** The rows of the cases in make.R: all, the first sixty, one clip a song. */
const chosen = [
  made.targets.map((_, row) => row),
  made.targets.slice(0, 60).map((_, row) => row),
  made.targets.flatMap((_, row) => (row % 3 === 0 ? [row] : [])),
];

describe('DeLong and pROC 1.18.0 (roc.test, paired)', () => {
  it.each(cases.map((one, i) => [one, chosen[i]] as const))('agree on $examples examples', (one, rows) => {
    expect(rows).toHaveLength(one.examples);
    const targets = Uint8Array.from(rows, (row) => made.targets[row]);
    const [a, b] = made.scores.map(
      (scores) =>
        placements(
          rankByScore(
            Float64Array.from(rows, (row) => scores[row]),
            targets,
          ),
        )!,
    );
    expect(a.rocAuc).toBeCloseTo(one.auc[0], 12);
    expect(b.rocAuc).toBeCloseTo(one.auc[1], 12);
    const { difference, standardError, p } = delongTest(a, b);
    expect(standardError! ** 2).toBeCloseTo(one.variance, 12);
    expect(difference / standardError!).toBeCloseTo(one.z, 10);
    expect(p).toBeCloseTo(one.p, 10);
  });
});

describe('the bootstrap by song and SciPy 1.17.1 (scipy.stats.bootstrap over songs, percentile)', () => {
  it('give the same interval of a paired difference, up to the draws', () => {
    const targets = Uint8Array.from(made.targets);
    const grouping = numberGroups(made.songs.map(String));
    const area = (scores: number[], weights: Uint32Array): number | null => {
      const rows = [...weights].flatMap((count, row) => Array<number>(count).fill(row));
      return rocAuc(
        Float64Array.from(rows, (row) => scores[row]),
        Uint8Array.from(rows, (row) => targets[row]),
      );
    };
    const values: (number | null)[] = [];
    for (const weights of resampleGroups(grouping, 4000, randomGenerator(1, 'bootstrap'))) {
      const [a, b] = made.scores.map((scores) => area(scores, weights));
      values.push(a === null || b === null ? null : b - a);
    }
    const interval = percentileInterval(values)!;
    // SciPy's is a mean over twenty repetitions; this one is a single draw, which varies as each of those does.
    for (const end of [0, 1] as const)
      expect(Math.abs(interval[end] - made.interval[end])).toBeLessThan(4 * made.deviation[end]);
  });
});

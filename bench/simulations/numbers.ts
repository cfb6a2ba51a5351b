/**
 * Coverage of the bootstrap intervals of a regression: simulated test splits, and how often the interval holds the
 * expectation of the estimate.
 */
import { type RandomGenerator, randomGenerator } from '../../src/base/random.js';
import type { NumberPredictions } from '../../src/eval/predictions.js';
import { evaluateNumbers } from '../../src/eval/regression/evaluate.js';
import { REGRESSION_METRICS, regressionMetrics } from '../../src/eval/regression/scores.js';

const SHAPES = [
  { songs: 36, clipsPerSong: 1 },
  { songs: 100, clipsPerSong: 2 },
];
const RESAMPLES = 300;
const TARGETS = 2;

/** Truth and prediction of clips, most of which is that of their song. */
function madeSplit(songs: number, clipsPerSong: number, random: RandomGenerator): NumberPredictions {
  const values = songs * clipsPerSong * TARGETS;
  const targets = new Float64Array(values);
  const scores = new Float32Array(values);
  for (let song = 0; song < songs; song++)
    for (let target = 0; target < TARGETS; target++) {
      const [truth, error] = [random.normal(), random.normal()];
      for (let clip = 0; clip < clipsPerSong; clip++) {
        const i = (song * clipsPerSong + clip) * TARGETS + target;
        targets[i] = truth + 0.3 * random.normal();
        scores[i] = 0.6 * truth + 0.4 * error + 0.3 * random.normal();
      }
    }
  const ids = Array.from({ length: songs * clipsPerSong }, (_, row) => String(row));
  return {
    task: 'regression',
    labels: Array.from({ length: TARGETS }, (_, target) => `target ${target}`),
    ids,
    groups: ids.map((_, row) => `song ${Math.floor(row / clipsPerSong)}`),
    groupKind: 'song',
    scores,
    targets,
  };
}

/** Coverage for two shapes of test splits, as a Markdown table. */
export function numbersTable({ splits, onCell }: { splits: number; onCell: () => void }): string {
  const lines = [
    `| songs | clips a song | ${REGRESSION_METRICS.map((metric) => regressionMetrics[metric].title).join(' | ')} |`,
    `| --- | --- | ${REGRESSION_METRICS.map(() => '---').join(' | ')} |`,
  ];
  for (const { songs, clipsPerSong } of SHAPES) {
    const drawn = Array.from({ length: splits }, (_, i) =>
      evaluateNumbers(madeSplit(songs, clipsPerSong, randomGenerator(1, 'numbers', songs, i)), {
        ...{ protocol: 'simulated', split: 'test', seed: i, bootstrapSamples: RESAMPLES },
      }),
    );
    const cells = REGRESSION_METRICS.map((metric) => {
      const mean = drawn.reduce((sum, own) => sum + own[metric].macro!, 0) / splits;
      const held = drawn.filter(({ [metric]: { ci95 } }) => ci95![0] <= mean && mean <= ci95![1]).length;
      return `${((100 * held) / splits).toFixed(1)} %`;
    });
    lines.push(`| ${songs} | ${clipsPerSong} | ${cells.join(' | ')} |`);
    onCell();
  }
  return lines.join('\n');
}

/** Predictions made for tests. */
import { randomGenerator } from '../../src/base/random.js';
import type { NumberPredictions, Predictions } from '../../src/eval/predictions.js';

/** Tag predictions that are better than chance; rows of a song are alike. */
export function madeTagging(rows: number, columns: number, songs: number, seed = 1): Predictions {
  const random = randomGenerator(seed, 'made', 'tagging');
  const labels = Array.from({ length: columns }, (_, j) => `tag ${j}`);
  const song = Array.from({ length: rows }, (_, row) => row % songs);
  const taste = Array.from({ length: songs }, () => labels.map(() => random.normal()));
  const scores = new Float32Array(rows * columns);
  const targets = new Uint8Array(rows * columns);
  for (let i = 0; i < scores.length; i++) {
    const liking = taste[song[Math.floor(i / columns)]][i % columns];
    targets[i] = Number(liking + 0.3 * random.normal() > 1);
    scores[i] = 1 / (1 + Math.exp(-(1.5 * liking - 2 + 1.2 * random.normal())));
  }
  return {
    task: 'tagging',
    labels,
    ids: song.map((_, row) => `clip ${row}`),
    groups: song.map((number) => `song ${number}`),
    groupKind: 'song',
    scores,
    targets,
  };
}

/** Predictions of exclusive classes, right more often than not; scores of a row sum to 1. */
export function madeClassification(rows: number, columns: number, seed = 1): Predictions {
  const random = randomGenerator(seed, 'made', 'classification');
  const scores = new Float32Array(rows * columns);
  const targets = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const truth = Math.min(random.integer(columns), random.integer(columns));
    targets[row * columns + truth] = 1;
    const powers = Array.from({ length: columns }, (_, j) =>
      Math.exp(random.normal() + (j === truth ? 1.5 : 0)),
    );
    const sum = powers.reduce((a, b) => a + b, 0);
    for (let j = 0; j < columns; j++) scores[row * columns + j] = powers[j] / sum;
  }
  const ids = Array.from({ length: rows }, (_, row) => `clip ${row}`);
  return {
    task: 'classification',
    labels: Array.from({ length: columns }, (_, j) => `class ${j}`),
    ids,
    groups: ids,
    groupKind: 'clip',
    scores,
    targets,
  };
}

/** Predicted numbers that follow the truth; the second target lacks every fifth truth, the third one's does not vary. */
export function madeRegression(rows: number, songs: number, seed = 1): NumberPredictions {
  const random = randomGenerator(seed, 'made', 'regression');
  const targets = new Float64Array(rows * 3);
  const scores = new Float32Array(rows * 3);
  for (let row = 0; row < rows; row++) {
    const truth = [random.normal(), 120 + 30 * random.normal(), 0.5];
    scores.set(
      truth.map((value, j) => value + [0.5, 20, 0.1][j] * random.normal()),
      3 * row,
    );
    if (row % 5 === 2) truth[1] = Number.NaN;
    targets.set(truth, 3 * row);
  }
  const ids = Array.from({ length: rows }, (_, row) => `clip ${row}`);
  return {
    task: 'regression',
    labels: ['valence', 'tempo', 'constant'],
    ids,
    groups: ids.map((_, row) => `song ${row % songs}`),
    groupKind: 'song',
    scores,
    targets,
  };
}

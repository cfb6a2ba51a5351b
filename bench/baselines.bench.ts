/**
 * Fitting one setting of each classical classifier: on words, 18,000 lyrics × 5,000 terms (about 80 each) and 50 tags;
 * on sound, 5,000 tracks × 40 statistics and three classes. Without probabilities and without the choice of a setting.
 */
import { bench, describe } from 'vitest';
import { type RandomGenerator, randomGenerator } from '../src/base/random.js';
import type { ClassifierKind, TrainingRows } from '../src/models/baselines/classifier.js';
import type { GridPoint } from '../src/models/baselines/grid.js';
import { fullRows } from '../src/models/baselines/rows.js';
import { type ClassifierName, classifiers } from '../src/models/baselines/spec.js';

const rest = { seed: 1, onNote: () => {}, yieldToEventLoop: async () => {} };
const ONCE = { iterations: 1, warmupIterations: 0, time: 0, warmupTime: 0 };

/** Terms as frequent as in language, and a few that go with one of 50 tags. */
function words(random: RandomGenerator): TrainingRows {
  const [rows, columns, count] = [18_000, 5000, 50];
  const indptr = new Int32Array(rows + 1);
  const indices: number[] = [];
  const targets = new Uint8Array(rows * count);
  for (let row = 0; row < rows; row++) {
    const topic = random.integer(count);
    targets[row * count + topic] = 1;
    if (random.uniform() < 0.5) targets[row * count + random.integer(count)] = 1;
    const own = new Set(Array.from({ length: 80 }, () => Math.floor(random.uniform() ** 3 * columns)));
    for (let i = 0; i < 4; i++) own.add(topic * 100 + random.integer(100));
    indices.push(...[...own].sort((a, b) => a - b));
    indptr[row + 1] = indices.length;
  }
  const data = Float32Array.from(indices, () => (0.5 + random.uniform()) / 9);
  return {
    x: { rows, columns, indptr, indices: Int32Array.from(indices), data },
    targets,
    count,
    exclusive: false,
    ...rest,
  };
}

function sound(random: RandomGenerator): TrainingRows {
  const [rows, columns, count] = [5000, 40, 3];
  const values = Float32Array.from(
    { length: rows * columns },
    (_, i) => random.normal() + (Math.floor(i / columns) % count === i % columns ? 1 : 0),
  );
  const targets = Uint8Array.from({ length: rows * count }, (_, i) =>
    Number(Math.floor(i / count) % count === i % count),
  );
  return { x: fullRows(values, columns), targets, count, exclusive: true, ...rest };
}

const cases: [string, TrainingRows, [ClassifierName, GridPoint][]][] = [
  [
    'words',
    words(randomGenerator(1, 'words')),
    [
      ['multinomial-nb', { alpha: 0.1 }],
      ['logistic-regression', { C: 1 }],
      ['linear-svm', { C: 1 }],
    ],
  ],
  [
    'sound',
    sound(randomGenerator(1, 'sound')),
    [
      ['logistic-regression', { C: 1 }],
      ['svm-rbf', { C: 1, gamma: 'scale' }],
      ['gaussian-mixture', { components: 4 }],
    ],
  ],
];

describe.each(cases)('%s', (_, rows, points) => {
  for (const [name, point] of points) {
    const kind = classifiers[name] as unknown as ClassifierKind;
    bench(name, async () => void (await kind.fit(rows, point, false)), ONCE);
  }
});

/** scikit-learn's values that lie beside the repository, where they do. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Predictions } from '../../src/eval/predictions.js';

const folder = join('..', 'shared', 'reference', 'features');

/** Why reference tests are skipped, or false when the values are there. */
export const referenceMissing: string | false = existsSync(join(folder, 'reference.json'))
  ? false
  : `there is no ${folder}: scikit-learn's values are not checked`;

/** A JSON file of the reference folder. */
export function referenceJson<T>(name: string): T {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as T;
}

/** The 500 × 50 predictions of the reference, with many ties; tag 7 has no positive. */
export function referencePredictions(): Predictions {
  const rows = readFileSync(join(folder, 'labels_500x50.csv'), 'utf8').trim().split('\n');
  const bytes = readFileSync(join(folder, 'scores_500x50.npy'));
  const header = 10 + bytes.readUInt16LE(8);
  const ids = rows.map((_, row) => `clip${row}`);
  return {
    task: 'tagging',
    labels: Array.from({ length: 50 }, (_, j) => `tag${j}`),
    ids,
    groups: ids,
    groupKind: 'clip',
    scores: new Float32Array(bytes.buffer.slice(bytes.byteOffset + header, bytes.byteOffset + bytes.length)),
    targets: Uint8Array.from(rows.flatMap((row) => row.split(',').map(Number))),
  };
}

/** The 5,329 × 50 matrix that the reference describes by its generator (mulberry32), in double precision. */
export function generatedMatrix(seed: number): { scores: Float64Array; targets: Uint8Array } {
  const scores = new Float64Array(5329 * 50);
  const targets = new Uint8Array(5329 * 50);
  let state = seed;
  const draw = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  for (let i = 0; i < scores.length; i++) {
    const tag = i % 50;
    const label = draw() < 0.01 + 0.3 * (tag / 49) * (tag / 49);
    const positive = tag === 13 ? 0 : tag === 29 ? 1 : Number(label);
    const score = 0.35 * positive + 0.65 * draw();
    targets[i] = positive;
    scores[i] = tag % 5 === 0 ? Math.floor(score * 20 + 0.5) / 20 : score;
  }
  return { scores, targets };
}

/** Hash learners against FAISS, and against the authors' algorithms in NumPy (make-reference.py). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { randomGenerator } from '../../../src/base/random.js';
import {
  fitHasher,
  type Hasher,
  type HashLearnerSpec,
  restoreHasher,
} from '../../../src/models/hashing/index.js';
import { linearHasher } from '../../../src/models/hashing/linear.js';
import { centred, columnMeans, principalDirections } from '../../../src/models/hashing/principal.js';
import { product } from '../../../src/models/hashing/products.js';
import { quantizingRotation } from '../../../src/models/hashing/rotation.js';
import { noise } from '../../features/known-signals.js';
import { asText, type Clusters, clusters, mapOf, oneHot, part } from './made.js';

const reference = JSON.parse(readFileSync(join(import.meta.dirname, 'reference.json'), 'utf8')) as {
  itq: Record<string, { faiss_start: number; faiss: number; numpy: number; rotation_row: number[] }>;
  sh: Record<string, string[]>;
  cca: number[];
  ksh: { corners: string[]; classes: string[] };
};

/** ITQ after `rounds` from a given start, as a hasher and as a rotation. */
function itqFrom(
  database: Clusters,
  bits: number,
  rounds: number,
): { hasher: Hasher; rotation: Float64Array } {
  const { embeddings, rows, width } = database;
  const mean = columnMeans(embeddings, rows, width);
  const values = centred(embeddings, mean);
  const directions = principalDirections(values, rows, width, bits);
  const start = noise(bits * bits, 5).values();
  const rotation = quantizingRotation(
    product(values, directions, [rows, width, bits]),
    { directions: bits, bits, rounds },
    { ...randomGenerator(1), normal: () => start.next().value! },
  );
  const arrays = linearHasher(mean, product(directions, rotation, [width, bits, bits]));
  return { hasher: restoreHasher({ kind: 'itq', width, bits, arrays }), rotation };
}

describe.each([16, 32])('ITQ of %i bits', (bits) => {
  const all = clusters(1200, 48, 10, 3);
  const [database, queries] = [part(all, 0, 1000), part(all, 1000, 1200)];
  const { faiss_start, faiss, numpy, rotation_row } = reference.itq[bits];

  it("finds as much as FAISS's ITQMatrix from the same rotation", () => {
    const { hasher } = itqFrom(database, bits, 0);
    expect(Math.abs(mapOf(hasher, database, queries) / faiss_start - 1)).toBeLessThan(0.005);
  });

  it("gives NumPy's rotation after 50 rounds, and finds more than FAISS's, which is not the nearest", () => {
    const { hasher, rotation } = itqFrom(database, bits, 50);
    for (const [i, value] of rotation_row.entries()) expect(rotation[i]).toBeCloseTo(value, 6);
    const map = mapOf(hasher, database, queries);
    expect(Math.abs(map / numpy - 1)).toBeLessThan(0.005);
    expect(map).toBeGreaterThan(faiss);
  });
});

it.each([4, 16])('spectral hashing gives the codes of %i bits of NumPy', (bits) => {
  const { embeddings, rows, width } = clusters(100, 6, 5, 11);
  const hasher = fitHasher({ kind: 'sh' }, { embeddings, rows, width, bits, seed: 1 });
  expect(asText(hasher.encode(embeddings, rows), hasher)).toEqual(reference.sh[bits]);
});

it("ITQ-CCA rotates NumPy's canonical directions", () => {
  const made = clusters(100, 6, 4, 13);
  const hasher = fitHasher({ kind: 'itq-cca' }, { ...made, bits: 4, seed: 1 });
  const projection = hasher.state().arrays.get('projection')!.values;
  // The rotation falls out of P·Pᵀ.
  const products = Array.from({ length: 36 }, (_, i) =>
    [0, 1, 2, 3].reduce(
      (sum, bit) => sum + projection[Math.floor(i / 6) * 4 + bit] * projection[(i % 6) * 4 + bit],
      0,
    ),
  );
  const largest = Math.max(...reference.cca.map(Math.abs));
  for (const [i, value] of products.entries())
    expect(value / largest).toBeCloseTo(reference.cca[i] / largest, 5);
});

describe('KSH gives the codes of NumPy', () => {
  it('of 8 points in two classes that only a kernel separates', () => {
    const corners = Float32Array.of(
      1,
      1.1,
      -1.05,
      -1,
      0.85,
      1.3,
      -1.2,
      -0.8,
      1.15,
      -0.9,
      -1,
      1.25,
      0.9,
      -1.2,
      -0.7,
      1,
    );
    const labels = oneHot([0, 0, 0, 0, 1, 1, 1, 1], 2);
    const hasher = fitHasher(
      { kind: 'ksh' },
      { embeddings: corners, rows: 8, width: 2, labels, bits: 4, seed: 1 },
    );
    expect(asText(hasher.encode(corners, 8), hasher)).toEqual(reference.ksh.corners);
    const linear = fitHasher(
      { kind: 'itq-cca' },
      { embeddings: corners, rows: 8, width: 2, labels, bits: 4, seed: 1 },
    );
    const codes = asText(linear.encode(corners, 8), linear);
    expect(new Set(codes.slice(0, 4)).size).toBeGreaterThan(1);
  });

  it('of three classes that overlap', () => {
    const made = clusters(60, 6, 3, 17);
    const hasher = fitHasher({ kind: 'ksh' }, { ...made, bits: 12, seed: 1 });
    expect(asText(hasher.encode(made.embeddings, 60), hasher)).toEqual(reference.ksh.classes);
  });
});

it.each([16, 32])('of %i bits, KSH finds more than ITQ, and ITQ more than LSH', (bits) => {
  const all = clusters(700, 64, 10, 23);
  const [database, queries] = [part(all, 0, 600), part(all, 600, 700)];
  const of = (spec: HashLearnerSpec): number =>
    mapOf(fitHasher(spec, { ...database, bits, seed: 1 }), database, queries);
  const itq = of({ kind: 'itq' });
  expect(of({ kind: 'ksh', anchors: 100 })).toBeGreaterThan(itq);
  expect(itq).toBeGreaterThan(of({ kind: 'lsh' }));
});

/** Made embeddings with classes, and retrieval among them. */
import { cosineDistances, hammingDistances } from '../../../src/eval/retrieval/distances.js';
import { evaluateRetrieval } from '../../../src/eval/retrieval/evaluate.js';
import type { Hasher, RowLabels } from '../../../src/models/hashing/index.js';
import { noise } from '../../features/known-signals.js';

/** Rows of classes. */
export interface Clusters {
  embeddings: Float32Array;
  rows: number;
  width: number;
  labels: RowLabels;
}

/** One label a row. */
export function oneHot(classOfRow: readonly number[], count: number): RowLabels {
  const targets = new Uint8Array(classOfRow.length * count);
  for (const [row, own] of classOfRow.entries()) targets[row * count + own] = 1;
  return { targets, count };
}

/** `clusters` of make-reference.py: row i is of class i mod `classes`, its centre and noise. */
export function clusters(rows: number, width: number, classes: number, seed: number): Clusters {
  const centres = noise(classes * width, seed);
  const around = noise(rows * width, seed + 1);
  const embeddings = Float32Array.from(around, (value, i) => {
    const [row, column] = [Math.floor(i / width), i % width];
    return (1.2 * centres[(row % classes) * width + column] + value) * 0.9 ** column;
  });
  const classOfRow = Array.from({ length: rows }, (_, row) => row % classes);
  return { embeddings, rows, width, labels: oneHot(classOfRow, classes) };
}

/** Rows `begin` to `end` of them. */
export function part({ embeddings, width, labels }: Clusters, begin: number, end: number): Clusters {
  return {
    embeddings: embeddings.slice(begin * width, end * width),
    rows: end - begin,
    width,
    labels: {
      targets: labels.targets.slice(begin * labels.count, end * labels.count),
      count: labels.count,
    },
  };
}

/** Mean average precision of queries in a database by the codes of a hasher, or by cosine. */
export function mapOf(hasher: Hasher | 'cosine', database: Clusters, queries: Clusters): number {
  const distances =
    hasher === 'cosine'
      ? cosineDistances(queries.embeddings, database.embeddings, database.width)
      : hammingDistances(
          hasher.encode(queries.embeddings, queries.rows),
          hasher.encode(database.embeddings, database.rows),
          hasher,
        );
  const ids = (name: string, { rows }: Clusters): string[] =>
    Array.from({ length: rows }, (_, row) => `${name} ${row}`);
  const { metrics } = evaluateRetrieval(
    { ids: ids('query', queries), labels: queries.labels, groups: ids('query', queries) },
    { ids: ids('item', database), labels: database.labels },
    distances,
    { samples: 0 },
  );
  return metrics.map.value!;
}

/** Codes as text, a character a bit. */
export function asText(codes: Uint32Array, { words, bits }: Hasher): string[] {
  return Array.from({ length: codes.length / words }, (_, row) =>
    Array.from(
      { length: bits },
      (_, bit) => (codes[row * words + Math.floor(bit / 32)] >>> (bit % 32)) & 1,
    ).join(''),
  );
}

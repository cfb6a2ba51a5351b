/** A catalogue's embeddings in memory. */
import { UsageError } from '../../base/errors.js';
import { readTable } from '../tables/index.js';

/** Embeddings of unit length, so that a dot product is a cosine. */
export interface EmbeddingIndex {
  model: string;
  /** Hash of the model's weights; null where the table does not say. */
  weights: string | null;
  length: number;
  /** Path of each track that has an embedding. */
  paths: string[];
  /** Of the files' own metadata; null where they do not say. */
  titles: (string | null)[];
  artists: (string | null)[];
  /** Names of each track's top tags, best first. */
  tops: string[][];
  /** Row-major [tracks × length]; zeros stay zeros, and are similar to nothing. */
  unit: Float32Array;
  /** Tracks of the table without an embedding, with the reason. */
  without: Map<string, string>;
}

/** Initial capacity in tracks, which doubles when full. */
const FIRST_ROOM = 1024;

/**
 * Reads the embeddings of a table of `polytag tag --embedding`, 4 bytes per number and track. Throws a UsageError when
 * the table has none or does not exist; a Failure when it is damaged.
 */
export async function loadEmbeddings(path: string): Promise<EmbeddingIndex> {
  const { header, rows } = await readTable(path, { scores: false });
  const length = header.embedding;
  if (length === null)
    throw new UsageError(
      `${path} has no embeddings; make it with "polytag tag … --embedding --out ${path}".`,
    );
  const paths: string[] = [];
  const titles: (string | null)[] = [];
  const artists: (string | null)[] = [];
  const tops: string[][] = [];
  const without = new Map<string, string>();
  let unit = new Float32Array(FIRST_ROOM * length);
  for await (const row of rows) {
    if (row.embedding === null) {
      without.set(row.path, row.error ?? 'The table has none for it.');
      continue;
    }
    const at = paths.length * length;
    if (at === unit.length) {
      const larger = new Float32Array(2 * unit.length);
      larger.set(unit);
      unit = larger;
    }
    unit.set(row.embedding, at);
    normalise(unit.subarray(at, at + length));
    paths.push(row.path);
    titles.push(row.title);
    artists.push(row.artist);
    tops.push(row.tops);
  }
  return {
    ...{ model: header.model, weights: header.record.weights_sha256 ?? null, length },
    ...{ paths, titles, artists, tops, without },
    unit: unit.subarray(0, paths.length * length),
  };
}

/** Scales a vector to length 1, in place; zeros stay as they are. */
export function normalise(vector: Float32Array): void {
  // Scaled by the largest first, so that squares neither overflow nor vanish.
  let largest = 0;
  for (const value of vector) largest = Math.max(largest, Math.abs(value));
  if (!(largest > 0)) return;
  let squares = 0;
  for (const value of vector) squares += (value / largest) ** 2;
  const scale = 1 / (largest * Math.sqrt(squares));
  for (let i = 0; i < vector.length; i++) vector[i] *= scale;
}

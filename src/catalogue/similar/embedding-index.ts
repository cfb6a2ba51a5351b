/** A catalogue's embeddings in memory. */
import { UsageError } from '../../base/errors.js';
import type { TableHeader, TagRow } from '../row.js';
import { readTable } from '../tables/index.js';

/** What is known of a catalogue's tracks besides what they are compared by. */
export interface IndexedTracks {
  model: string;
  /** Hash of the model's weights; null where the table does not say. */
  weights: string | null;
  /** Numbers of an embedding. */
  length: number;
  /** Path of each track that has an embedding. */
  paths: string[];
  /** Of the files' own metadata; null where they do not say. */
  titles: (string | null)[];
  artists: (string | null)[];
  albums: (string | null)[];
  /** Seconds of audio. */
  durations: (number | null)[];
  /** The table's tags. */
  labels: string[];
  /** Row-major [tracks × labels]; null where they were not asked for. */
  scores: Float32Array | null;
  /** Names of each track's top tags, best first. */
  tops: string[][];
  /** Tracks of the table without an embedding, with the reason. */
  without: Map<string, string>;
}

/** Embeddings of unit length, so that a dot product is a cosine. */
export interface EmbeddingIndex extends IndexedTracks {
  /** Row-major [tracks × length]; zeros stay zeros, and are similar to nothing. */
  unit: Float32Array;
}

/** Initial capacity in tracks, which doubles when full. */
const FIRST_ROOM = 1024;

/** Rows of one length, one after the other. */
class GrowingRows {
  private values: Float32Array;
  private count = 0;

  constructor(private readonly length: number) {
    this.values = new Float32Array(FIRST_ROOM * length);
  }

  /** Adds a row and gives a view of its copy, which is void once another is added. */
  add(row: Float32Array): Float32Array {
    const at = this.count++ * this.length;
    if (at === this.values.length) {
      const larger = new Float32Array(2 * this.values.length);
      larger.set(this.values);
      this.values = larger;
    }
    this.values.set(row, at);
    return this.values.subarray(at, at + this.length);
  }

  /** All rows. */
  all(): Float32Array {
    return this.values.subarray(0, this.count * this.length);
  }
}

/** What an index says of its tracks, a column for each property. */
export class TrackColumns {
  readonly paths: string[] = [];
  readonly titles: (string | null)[] = [];
  readonly artists: (string | null)[] = [];
  readonly albums: (string | null)[] = [];
  readonly durations: (number | null)[] = [];
  readonly tops: string[][] = [];
  private readonly rows: GrowingRows | null;

  /** @param isScored - whether the tags' scores are kept too */
  constructor(
    readonly labels: string[],
    isScored: boolean,
  ) {
    this.rows = isScored ? new GrowingRows(labels.length) : null;
  }

  add({ path, title, artist, album, duration, tops, scores }: TagRow): void {
    this.paths.push(path);
    this.titles.push(title);
    this.artists.push(artist);
    this.albums.push(album);
    this.durations.push(duration);
    this.tops.push(tops);
    if (this.rows) this.rows.add(scores ?? new Float32Array(this.labels.length).fill(Number.NaN));
  }

  /** The columns of an index. */
  all(): Omit<IndexedTracks, 'model' | 'weights' | 'length' | 'without'> {
    const { paths, titles, artists, albums, durations, tops, labels } = this;
    const scores = this.rows?.all() ?? null;
    return { paths, titles, artists, albums, durations, tops, labels, scores };
  }
}

/** The length of a table's embeddings. Throws a UsageError where it has none. */
export function requireEmbeddings(table: string, { embedding }: TableHeader): number {
  if (embedding === null)
    throw new UsageError(
      `${table} has no embeddings; make it with "polytag tag … --embedding --out ${table}"; of an export of codes alone, search the index that it came from.`,
    );
  return embedding;
}

/** Why a track of a table has no embedding. */
export const reasonWithout = ({ error }: TagRow): string => error ?? 'The table has none for it.';

/**
 * Reads the embeddings of a table of `polytag tag --embedding`, 4 bytes per number and track.
 *
 * @param options.scores - whether the tags' scores are kept too. Default: false.
 * @throws UsageError when the table has none or does not exist; Failure when it is damaged
 */
export async function loadEmbeddings(
  path: string,
  { scores: isScored = false } = {},
): Promise<EmbeddingIndex> {
  const { header, rows } = await readTable(path, { scores: isScored });
  const length = requireEmbeddings(path, header);
  const columns = new TrackColumns(header.labels, isScored);
  const without = new Map<string, string>();
  const unit = new GrowingRows(length);
  for await (const row of rows) {
    if (row.embedding === null) {
      without.set(row.path, reasonWithout(row));
      continue;
    }
    normalise(unit.add(row.embedding));
    columns.add(row);
  }
  const weights = header.record.weights_sha256 ?? null;
  return { model: header.model, weights, length, ...columns.all(), without, unit: unit.all() };
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

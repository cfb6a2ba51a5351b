/** Approximate nearest neighbours by cosine: a graph of the package usearch (HNSW; Malkov and Yashunin 2018). */
import type { Index, IndexConfig } from 'usearch';
import { fileSha256 } from '../../base/files.js';

/** Tracks above which an index gets a graph without being asked to: fewer are compared in some 20 ms. */
export const EXACT_TRACKS = 100_000;

/** Every option is given: of one that is left out, version 2.25.3 overflows the stack. */
const OPTIONS = {
  metric: 'cos',
  quantization: 'f16',
  connectivity: 16,
  expansion_add: 128,
  expansion_search: 128,
  multi: false,
} as const;

/** Vectors that are added at a time, between which the build can be stopped. */
const ADDED = 1024;

/** The version of the package that writes and reads graphs. */
export const USEARCH = '2.25.3';

/** What `index.json` says of a graph. */
export interface GraphDescription {
  package: 'usearch';
  version: string;
  sha256: string;
  options: Readonly<Record<string, string | number | boolean>>;
}

/** Makes an empty graph; null where the package is not installed, or has no binary for this platform. */
async function emptyGraph(dimensions: number): Promise<Index | null> {
  try {
    const { Index } = await import('usearch');
    return new Index({ dimensions, ...OPTIONS } as unknown as IndexConfig);
  } catch {
    return null;
  }
}

/**
 * Makes the graph of an index and writes it to a file, on all cores, so that two builds may differ in their last places.
 *
 * @param read - gives the unit vectors of some tracks, row-major
 * @param onTracks - called between pieces with the tracks so far; what it throws ends the work
 * @returns null where the package is not installed
 */
export async function writeGraph(
  path: string,
  { tracks, length }: { tracks: number; length: number },
  read: (rows: readonly number[]) => Promise<Float32Array>,
  onTracks: (done: number) => void,
): Promise<GraphDescription | null> {
  const graph = await emptyGraph(length);
  if (!graph) return null;
  for (let first = 0; first < tracks; first += ADDED) {
    onTracks(first);
    const rows = Array.from({ length: Math.min(ADDED, tracks - first) }, (_, i) => first + i);
    graph.add(BigUint64Array.from(rows, BigInt), await read(rows), 0);
  }
  graph.save(path);
  return { package: 'usearch', version: USEARCH, sha256: await fileSha256(path), options: OPTIONS };
}

/** A graph on the disk, of which a search reads what it passes. */
export class VectorGraph {
  private constructor(private readonly graph: Index) {}

  /**
   * Opens a graph.
   *
   * @returns null where the package is not installed
   * @throws Error in a few words where the file is not what was written
   */
  static async open(
    path: string,
    { sha256 }: Pick<GraphDescription, 'sha256'>,
    { tracks, length }: { tracks: number; length: number },
  ): Promise<VectorGraph | null> {
    const graph = await emptyGraph(length);
    if (!graph) return null;
    if ((await fileSha256(path)) !== sha256) throw new Error('its content is not what was written');
    graph.view(path);
    if (graph.size() !== tracks) throw new Error(`it has ${graph.size()} tracks of ${tracks}`);
    return new VectorGraph(graph);
  }

  /** Rows of tracks that are near a unit vector, about the nearest `count`, in the order of rows. */
  near(unit: Float32Array, count: number): number[] {
    const { keys } = this.graph.search(unit, count, 1);
    return Array.from(keys, Number).sort((a, b) => a - b);
  }
}

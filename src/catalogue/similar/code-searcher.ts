/** Searches the codes of an index again and again, as a program or a server does. */
import { MultiIndex } from './codes/multi-index.js';
import type { CodeNeighbour, NearestCodes } from './codes/packed-codes.js';
import { takesWhole } from './codes/query-codes.js';
import { normalise } from './embedding-index.js';
import { type CodeIndex, IndexFolder } from './index-folder.js';

/** Codes in memory; `openCodes` of the library opens them. */
export class CodeSearcher {
  private constructor(
    private readonly index: CodeIndex,
    private readonly tables: MultiIndex | null,
  ) {}

  /**
   * Reads the codes of an index.
   *
   * @param options.tables - whether to make tables of substrings, by which searches within a small distance skip most codes
   * @throws UsageError when the index has no codes; Failure when it is damaged
   */
  static async open(path: string, { tables = false } = {}): Promise<CodeSearcher> {
    const index = await (await IndexFolder.open(path)).codes(false);
    return new CodeSearcher(index, tables ? new MultiIndex(index.codes) : null);
  }

  /** Path of each track, in the order of rows. */
  get paths(): readonly string[] {
    return this.index.paths;
  }

  /** The code of a track: bit j is bit j & 31 of word j >> 5. */
  codeOf(row: number): Uint32Array {
    const { codes } = this.index;
    return codes.view().slice(row * codes.words, (row + 1) * codes.words);
  }

  /** The code of an embedding of the index's model. Throws RangeError for one of another length. */
  encode(embedding: Float32Array): Uint32Array {
    const { hasher } = this.index;
    const taken = Float32Array.from(embedding);
    if (!takesWhole(hasher)) normalise(taken);
    return hasher.encode(taken, 1);
  }

  /** The nearest tracks, as exact with tables as without; see `PackedCodes.nearest`. */
  nearest(code: Uint32Array, options: NearestCodes): CodeNeighbour[] {
    return (this.tables ?? this.index.codes).nearest(code, options);
  }
}

/** Texts as ids, from tokens that come one text at a time. */
import { Failure } from '../../base/errors.js';
import type { IdCorpus } from '../files/embeddings/train.js';

/** Ids that are stored together. */
const CHUNK = 2 ** 20;

/** Stands behind every text. */
const END = -1;

/** Words, from the most frequent, and the texts made of them. */
export interface CorpusIds extends IdCorpus {
  words: string[];
  /** Tokens that were added, those of rare words among them. */
  tokens: number;
  /** Different words among them. */
  distinct: number;
}

/** Collects texts: four bytes per token, and each different word once. */
export class CorpusBuilder {
  private readonly ids = new Map<string, number>();
  private readonly counts: number[] = [];
  private readonly chunks: Int32Array[] = [];
  private used = CHUNK;
  private tokens = 0;

  /** Adds a text; its words are never neighbours of words of another. */
  add(tokens: readonly string[]): void {
    for (const token of tokens) {
      let id = this.ids.get(token);
      if (id === undefined) {
        id = this.counts.push(0) - 1;
        this.ids.set(token, id);
      }
      this.counts[id]++;
      this.push(id);
    }
    this.tokens += tokens.length;
    if (tokens.length > 0) this.push(END);
  }

  private push(id: number): void {
    if (this.used === CHUNK) {
      this.chunks.push(new Int32Array(CHUNK));
      this.used = 0;
    }
    this.chunks.at(-1)![this.used++] = id;
  }

  /**
   * Drops words seen less than `minCount` times and numbers the others by frequency, ties in order of first appearance.
   * The collected texts are released. Throws Failure when memory runs out.
   */
  finish(minCount: number): CorpusIds {
    const { counts, tokens } = this;
    const kept = [...this.ids].filter(([, id]) => counts[id] >= minCount);
    kept.sort(([, a], [, b]) => counts[b] - counts[a]);
    const renamed = new Int32Array(counts.length).fill(END);
    for (const [rank, [, id]] of kept.entries()) renamed[id] = rank;
    const ids = this.rename(renamed);
    return {
      words: kept.map(([word]) => word),
      counts: Float64Array.from(kept, ([, id]) => counts[id]),
      ids,
      tokens,
      distinct: counts.length,
    };
  }

  private rename(renamed: Int32Array): Int32Array {
    const all = this.chunks.length * CHUNK - (CHUNK - this.used);
    const ids = sharedIds(Math.max(0, all));
    let length = 0;
    for (let left = all; left > 0; left -= CHUNK) {
      const chunk = this.chunks.shift()!.subarray(0, left);
      for (const id of chunk) {
        if (id === END) {
          // A text that has lost all of its words leaves no trace.
          if (length > 0 && ids[length - 1] !== END) ids[length++] = END;
        } else if (renamed[id] !== END) ids[length++] = renamed[id];
      }
    }
    return ids.subarray(0, length);
  }
}

function sharedIds(length: number): Int32Array {
  try {
    return new Int32Array(new SharedArrayBuffer(4 * length));
  } catch {
    throw new Failure(
      `There is no memory for ${length} tokens, which take 4 bytes each; give a smaller corpus.`,
    );
  }
}

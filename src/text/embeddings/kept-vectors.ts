/** Collects the vectors of a file that are wanted. */
import type { WordVectors } from './word-vectors.js';

/** Vectors that room is made for at first; then for twice as many, and so on. */
const FIRST_ROOM = 1024;

/** What is kept of a file. */
export class KeptVectors {
  private readonly words: string[] = [];
  private vectors: Float32Array;
  private readonly known = new Set<string>();
  private duplicates = 0;
  private spaced = 0;
  /** Words that were met so far. */
  inFile = 0;

  constructor(
    private readonly dim: number,
    private readonly wanted: ReadonlySet<string> | null,
  ) {
    this.vectors = new Float32Array(FIRST_ROOM * dim);
  }

  /** Counts a word of the file. */
  meet(word: string): boolean {
    this.inFile++;
    return this.wanted === null || this.wanted.has(word);
  }

  /** Counts the word that was met last as one with spaces, which no token is. */
  leaveSpaced(): void {
    this.spaced++;
  }

  /** Copies a vector [dim]; of a word that is kept already the first one stays. */
  add(word: string, vector: Float32Array): void {
    if (this.known.has(word)) {
      this.duplicates++;
      return;
    }
    this.known.add(word);
    const begin = this.dim * (this.words.push(word) - 1);
    if (begin + this.dim > this.vectors.length) {
      const larger = new Float32Array(2 * this.vectors.length);
      larger.set(this.vectors);
      this.vectors = larger;
    }
    this.vectors.set(vector, begin);
  }

  /** Words and vectors, and sentences about what was left out; `path` is for these. */
  result(path: string): WordVectors & { inFile: number; notes: string[] } {
    const { words, dim, inFile, duplicates, spaced } = this;
    const notes: string[] = [];
    if (duplicates > 0)
      notes.push(
        `${path}: ${duplicates} rows repeat a word that stood before; the first vector of a word counts.`,
      );
    if (spaced > 0) notes.push(`${path}: ${spaced} words with spaces were left out.`);
    return { words, vectors: this.vectors.slice(0, words.length * dim), dim, inFile, notes };
  }
}

/** Pretrained embeddings from a file for the lyrics branch's table. */
import { Failure, UsageError } from '../base/errors.js';
import { fileSha256 } from '../base/files.js';
import { embeddingOf } from '../models/branches/lyrics.js';
import type { TaggingModel } from '../models/model.js';
import { wordOfToken } from '../text/embeddings/word-vectors.js';
import { type ReadVectors, readVectors } from '../text/files/embeddings/read-vectors.js';
import { SPECIAL_TOKENS, type Vocabulary } from '../text/vocabulary.js';

/** Words without a vector that a note names, and that the record lists. */
const NAMED_MISSING = 10;
const LISTED_MISSING = 100;

/** The vectors of a file for the tokens of the training lyrics. */
export interface LoadedVectors {
  path: string;
  sha256: string;
  read: ReadVectors;
  /** Row of a token that has a vector. */
  rows: ReadonlyMap<string, number>;
}

/** Rows of the lyrics branch's table that are not drawn at random. */
export interface PretrainedEmbeddings {
  /** Ids of the words, [n] */
  rows: Int32Array;
  /** [n × embedding] */
  values: Float32Array;
  /** Sentences for the notes. */
  notes: string[];
  /** Words of the vocabulary that are initialised at random, the most frequent first, with their counts. */
  missing: { word: string; count: number }[];
  /** For the run's record. */
  record: {
    file: string;
    sha256: string;
    words_in_file: number;
    dim: number;
    /** Words of the vocabulary, special tokens aside, that have a vector, and that are initialised at random. */
    found: number;
    missing: number;
    /** The most frequent of those, at most 100. */
    missing_words: string[];
  };
}

/**
 * Reads the vectors of a file (null for none) for the tokens of the training lyrics; `key`: of the input, for messages;
 * `embedding`: size of the branch's table, and the key that sets it. Throws UsageError when there is no such file or
 * the vectors have another size; Failure when it is damaged.
 */
export async function loadPretrainedEmbeddings(
  path: string | null,
  key: string,
  embedding: { size: number; key: string },
  training: readonly string[][],
  signal?: AbortSignal,
): Promise<LoadedVectors | null> {
  if (path === null) return null;
  const tokens = new Set(training.flat());
  const wanted = new Set([...tokens].map(wordOfToken));
  const read = await readVectors(path, { wanted, signal }).catch((error: unknown) => {
    if (error instanceof UsageError) throw new UsageError(`${key}.vectors: ${error.message}`);
    throw error;
  });
  if (read.dim !== embedding.size)
    throw new UsageError(
      `${key}.vectors: ${path} has vectors of ${read.dim} numbers, and ${embedding.key} is ${embedding.size}; set ${embedding.key}=${read.dim}.`,
    );
  if (read.words.length === 0)
    throw new Failure(
      `${key}.vectors: none of the ${tokens.size} words of the training lyrics has a vector in ${path}; check ${key}.unit and the vectors' language.`,
    );
  const rowOf = new Map(read.words.map((word, row) => [word, row]));
  const rows = new Map(
    [...tokens].flatMap((token): [string, number][] => {
      const row = rowOf.get(wordOfToken(token));
      return row === undefined ? [] : [[token, row]];
    }),
  );
  return { path, sha256: await fileSha256(path), read, rows };
}

/**
 * The rows of a vocabulary's table that a file's vectors give, with notes and the record; `training`: the tokens of the
 * lyrics that the vocabulary is of.
 */
export function pretrainedEmbeddings(
  { path, sha256, read, rows }: LoadedVectors,
  vocabulary: Vocabulary,
  training: readonly string[][],
): PretrainedEmbeddings {
  const { dim, vectors } = read;
  const ids = vocabulary.flatMap((token, id) => (id >= SPECIAL_TOKENS.length && rows.has(token) ? [id] : []));
  const values = new Float32Array(ids.length * dim);
  for (const [i, id] of ids.entries()) {
    const row = rows.get(vocabulary[id])!;
    values.set(vectors.subarray(row * dim, (row + 1) * dim), i * dim);
  }
  const words = vocabulary.length - SPECIAL_TOKENS.length;
  const missing = words - ids.length;
  // The vocabulary is ordered by frequency.
  const without = vocabulary.slice(SPECIAL_TOKENS.length).filter((token) => !rows.has(token));
  const named = without.slice(0, NAMED_MISSING).join(', ');
  const note = `${path}: ${ids.length} of ${words} words of the vocabulary have a vector; ${missing} start at random${missing > 0 ? `, the most frequent of them ${named}` : ''}.`;
  return {
    rows: Int32Array.from(ids),
    values,
    notes: [...read.notes, note],
    missing: countWords(without, training),
    record: {
      file: path,
      sha256,
      words_in_file: read.inFile,
      dim,
      found: ids.length,
      missing,
      missing_words: without.slice(0, LISTED_MISSING),
    },
  };
}

function countWords(words: readonly string[], texts: readonly string[][]): { word: string; count: number }[] {
  const counts = new Map(words.map((word) => [word, 0]));
  for (const text of texts)
    for (const token of text) {
      const count = counts.get(token);
      if (count !== undefined) counts.set(token, count + 1);
    }
  return [...counts].map(([word, count]) => ({ word, count }));
}

/** Writes pretrained embeddings into a branch's table of a new model. */
export function initializeEmbeddings(
  model: TaggingModel,
  branch: string,
  { rows, values }: PretrainedEmbeddings,
): void {
  model.parameters.writeRows(embeddingOf(branch), rows, values);
}

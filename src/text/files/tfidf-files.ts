/** TF-IDF of lyrics files. */
import { open } from 'node:fs/promises';
import { Interrupted, messageOf } from '../../base/errors.js';
import { replaceWhole, writeWhole } from '../../base/files.js';
import { csvLines, csvTable } from '../../base/text-tables.js';
import type { TextEncoding } from '../encodings.js';
import { type TallySettings, tallyLyrics } from '../lyrics-tally.js';
import { type SparseMatrix, type TermCounts, termCounter } from '../term-counts.js';
import { inverseDocumentFrequency, type TfidfOptions, tfidf } from '../tfidf.js';
import { readLyrics } from './read-lyrics.js';
import { writeSparseNpz } from './sparse-npz.js';

/** Settings of the computation. */
export interface LyricsTfidfOptions extends TfidfOptions {
  /** Terms of fewer documents are left out. */
  minDocuments: number;
  /** Text to tokens. */
  tokens: (text: string) => string[];
  /** What is read of the files. Default: all of them. */
  reading?: TallySettings;
  /** Of every file; null: found out for each. Default: null. */
  encoding?: TextEncoding | null;
  signal?: AbortSignal;
  /** Called with the number of files read. */
  onFile?: (done: number) => void;
}

/** Weights of the terms of lyrics. */
export interface LyricsTfidf extends Pick<TermCounts, 'terms' | 'documentFrequency'> {
  /** Documents × terms. */
  matrix: SparseMatrix;
  /** Paths of the documents, by row. */
  documents: string[];
  /** Sentences about files that are no plain UTF-8 text or were not read. */
  notes: string[];
}

/**
 * Weighs the terms of lyrics files, one text in memory at a time. A file that cannot be read is a row of zeros and a
 * note. Throws RangeError for an unknown variant; Interrupted when stopped.
 */
export async function tfidfOfLyrics(
  files: readonly string[],
  { minDocuments, tokens, reading, encoding = null, signal, onFile, ...variant }: LyricsTfidfOptions,
): Promise<LyricsTfidf> {
  const counter = termCounter();
  const tally = tallyLyrics(reading);
  const notes: string[] = [];
  for (const [i, path] of files.entries()) {
    if (signal?.aborted) throw new Interrupted('Stopped; nothing was written.');
    try {
      const lyrics = await readLyrics(path, reading, encoding);
      tally.add(path, lyrics);
      counter.add(tokens(lyrics.text));
    } catch (error) {
      notes.push(`${path} could not be read (${messageOf(error)}).`);
      counter.add([]);
    }
    onFile?.(i + 1);
  }
  const counts = counter.counts(minDocuments);
  return {
    terms: counts.terms,
    documentFrequency: counts.documentFrequency,
    matrix: tfidf(counts, variant),
    documents: [...files],
    notes: [...notes, ...tally.notes()],
  };
}

/**
 * Writes `.npz` for scipy with the terms and documents as CSV beside it, or one `.csv` with one line per document and
 * term. Throws Failure when it cannot be written.
 */
export async function writeLyricsTfidf(
  path: string,
  result: LyricsTfidf,
  smoothIdf: boolean,
): Promise<string[]> {
  const { matrix, terms, documents, documentFrequency } = result;
  if (path.toLowerCase().endsWith('.csv')) {
    await writeLong(path, result);
    return [path];
  }
  const stem = path.slice(0, -'.npz'.length);
  const idf = inverseDocumentFrequency(documentFrequency, matrix.rows, smoothIdf);
  await writeWhole(
    `${stem}.terms.csv`,
    csvTable(
      ['column', 'term', 'documents', 'idf'],
      terms.map((term, column) => [column, term, documentFrequency[column], idf[column]]),
    ),
  );
  await writeWhole(
    `${stem}.documents.csv`,
    csvTable(
      ['row', 'path'],
      documents.map((document, row) => [row, document]),
    ),
  );
  await writeSparseNpz(path, matrix);
  return [path, `${stem}.terms.csv`, `${stem}.documents.csv`];
}

/** Documents one after the other: the text of all of them need not fit into memory. */
async function writeLong(path: string, { matrix, terms, documents }: LyricsTfidf): Promise<void> {
  const { indptr, indices, data } = matrix;
  await replaceWhole(path, async (temporary) => {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(csvLines([['document', 'term', 'weight']]));
      for (const [row, document] of documents.entries()) {
        const own = indices.subarray(indptr[row], indptr[row + 1]);
        const lines = Array.from(own, (column, i) => [document, terms[column], data[indptr[row] + i]]);
        await file.writeFile(csvLines(lines));
      }
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

/** The contract of a format of catalogue tables. */
import type { TableHeader, TagRow } from '../row.js';

/** Which parts of a table are read; others are null, and cost nothing in columnar formats. */
export interface ReadOptions {
  /** The tags' scores. Default: true. */
  scores?: boolean;
  /** The embeddings. Default: true. */
  embeddings?: boolean;
  /** Whether the file is known to be as it was written. Default: false, so that damaged files are tried in a thread. */
  trusted?: boolean;
}

export interface OpenTable {
  header: TableHeader;
  /** The rows in the file's order, read on demand; each iteration begins anew. */
  rows: AsyncIterable<TagRow>;
}

/** One format: both directions stream, so that memory does not grow with the number of rows. */
export interface TableFormat {
  /** Its name in messages. */
  title: string;
  /** Endings of file names, lower case, with the dot. */
  endings: readonly string[];
  /** Writes the rows into a new file; `path` is that of the finished file. */
  write(file: string, header: TableHeader, rows: AsyncIterable<TagRow>, path: string): Promise<void>;
  /** Reads the header and the rows. */
  read(file: string, options: Required<Pick<ReadOptions, 'scores' | 'embeddings'>>): Promise<OpenTable>;
}

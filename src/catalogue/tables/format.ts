/** What a format of catalogue tables is. */
import type { TableHeader, TagRow } from '../row.js';

/** Which parts of a table are read; what is left out comes as null, and costs nothing in columnar formats. */
export interface ReadOptions {
  /** The tags' scores. Default: true. */
  scores?: boolean;
  /** The embeddings. Default: true. */
  embeddings?: boolean;
}

/** A table that is being read. */
export interface OpenTable {
  header: TableHeader;
  /** The rows in the file's order, read as they are asked for; each iteration begins anew. */
  rows: AsyncIterable<TagRow>;
}

/** One format: both directions stream, so that memory does not grow with the number of rows. */
export interface TableFormat {
  /** What it is called in messages. */
  title: string;
  /** Endings of file names, lower case, with the dot. */
  endings: readonly string[];
  /** Writes the rows into a new file; `path` is where the finished file will lie. */
  write(file: string, header: TableHeader, rows: AsyncIterable<TagRow>, path: string): Promise<void>;
  /** Reads what the file says of itself, and its rows. */
  read(file: string, options: Required<ReadOptions>): Promise<OpenTable>;
}

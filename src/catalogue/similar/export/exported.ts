/** What a format of exports is given: an index as it is written for other programs. */
import type { CodedRow, TableHeader } from '../../row.js';

/** What an index is, for whoever has only what was exported. */
export interface IndexIdentity {
  model: string;
  /** Hash of the model's weights; null where the table did not say. */
  weights: string | null;
  /** Numbers of an embedding, which are scaled to length 1. */
  length: number;
  tracks: number;
  /** Null without codes: their column and bits, the SHA-256 of the hasher's file, and what it was fitted to. */
  code: {
    column: string;
    bits: number;
    hasher: string;
    parameters: Readonly<Record<string, unknown>>;
  } | null;
}

/** An index as a format writes it. */
export interface ExportedIndex {
  identity: IndexIdentity;
  header: TableHeader;
  rows: AsyncIterable<CodedRow>;
  /** The hasher's file; null without codes. */
  hasher: Uint8Array | null;
}

/** What SQL is written for. */
export interface SqlChoice {
  /** Name of the table, or SCHEMA.NAME. Default: tracks. */
  table?: string;
  /** Whether the database has the extension pgvector. Default: true. */
  pgvector?: boolean;
}

/** Writes an index into a new file. */
export type WriteExport = (file: string, index: ExportedIndex, choice: SqlChoice) => Promise<void>;

/** A track's row and a table's header, which all of the catalogue's modules share. */

export interface TagRow {
  /** As given on the command line, or as found in a folder. */
  path: string;
  /** Seconds of audio that was tagged; null with an error. */
  duration: number | null;
  /** Why the track has no tags, in one sentence; null where it has. */
  error: string | null;
  /** Names of the tags above their thresholds, best first; empty with an error, and where numbers are predicted. */
  tops: string[];
  /** One score per tag, or one predicted number per target, in the order of the table's labels; null with an error. */
  scores: Float32Array | null;
  /** The track's embedding; null with an error, or where none was requested. */
  embedding: Float32Array | null;
}

/** Header of a table. */
export interface TableHeader {
  model: string;
  /** The model's tags, or the numbers that it predicts, in the order of a row's scores. */
  labels: string[];
  /** Length of the embeddings, or null where the table has none. */
  embedding: number | null;
  /** Settings, hashes and versions that a reader needs to repeat the table. */
  record: Record<string, string>;
}

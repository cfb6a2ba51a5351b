/** A track's row and a table's header, which all of the catalogue's modules share. */

/** What a row says of a track besides its scores; null where it is not known. */
export interface TrackProperties {
  /** Seconds of audio that was tagged; null with an error. */
  duration: number | null;
  /** Why the track has no tags, in one sentence; null where it has. */
  error: string | null;
  /** What a reader of the tags has to know: damaged in part, shorter than a window, silence; null where nothing. */
  warning: string | null;
  /** Of the file's own metadata. */
  title: string | null;
  /** Of the file's own metadata; several are joined by semicolons. */
  artist: string | null;
  /** Of the file's own metadata. */
  album: string | null;
  /** Size of the file when it was tagged. */
  bytes: number | null;
  /** When the file was last modified before it was tagged, ISO 8601 in UTC. */
  modified: string | null;
}

/** The properties of a track of which nothing is known. */
export const UNKNOWN_PROPERTIES: TrackProperties = {
  duration: null,
  error: null,
  warning: null,
  title: null,
  artist: null,
  album: null,
  bytes: null,
  modified: null,
};

export interface TagRow extends TrackProperties {
  /** As given on the command line, or as found in a folder. */
  path: string;
  /** Names of the top tags, best first; empty with an error, and where numbers are predicted. */
  tops: string[];
  /** One score per tag, or one predicted number per target, in the order of the table's labels; null with an error. */
  scores: Float32Array | null;
  /** The track's embedding; null with an error, or where none was requested. */
  embedding: Float32Array | null;
}

/** A row of an index that is written for other programs. */
export interface CodedRow extends TagRow {
  /** Packed binary code: bit j in byte j >> 3 at j & 7, which is bit j & 31 of the little-endian word j >> 5. */
  code: Uint8Array | null;
}

/** What a table for other programs has besides the columns and the header of every table. */
export interface TableExtras {
  /** The column of codes; null where rows have none. */
  code: { column: string; bytes: number } | null;
  /** Texts by key, for the file's metadata. */
  metadata: Readonly<Record<string, string>>;
}

/** A header's part that decides the rows: which ffmpeg is installed matters to rare tracks alone. */
export function decisivePart({ record, ...header }: TableHeader): TableHeader {
  const { ffmpeg: _, ...settings } = record;
  return { ...header, record: settings };
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

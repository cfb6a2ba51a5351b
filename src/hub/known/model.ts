/** The contract of a known model: a graph that others publish, of which the address is known and no file is part of polytag. */
import type { FrontEndName } from '../graph/front-ends.js';

/** What a model may be used for. */
export interface Licence {
  /** Its name up to the first comma, then whose it is. */
  text: string;
  url: string;
  /** Whether it restricts what may be done with the results, so that it is asked for before anything is fetched. */
  isAsked: boolean;
}

/** A published graph and the JSON file beside it. */
export interface KnownModel {
  /** In a few words: what it is, or what its labels say of a recording. */
  what: string;
  /** Path under the publisher's address, without `.onnx` and `.json`. */
  path: string;
  /** Known model whose embeddings it takes; null where it takes recordings. */
  needs: string | null;
  /** How it takes a recording; null for a classifier of embeddings. */
  frontEnd: FrontEndName | null;
  /** Numbers that it predicts, or labels; null where it gives embeddings only, or nobody says. */
  labels: number | null;
  /** Whether it predicts numbers on a scale of their own, not scores from 0 to 1. */
  isRegression: boolean;
  /** Size of the graph; null where it is unknown. */
  bytes: number | null;
  /** SHA-256 of the graph where independent sources agree on it; null where it is recorded at the first pull. */
  sha256: string | null;
  licence: Licence;
  /** Why it cannot be run, as the end of a sentence; null where it can. */
  obstacle: string | null;
}

/** Tracks of a table with their targets, as labels or numbers are read. */
import type { ExampleTask } from '../../../models/heads/index.js';
import type { TrackRow } from './table.js';

export interface LabelledTrack {
  row: TrackRow;
  /** Positions of its labels; exactly one for classes, none for numbers. */
  labels: number[];
  /** Its numbers, NaN where one is missing; of a regression. */
  values?: Float64Array;
  /** What the splits are stratified by. Default: its labels. */
  strata?: string[];
}

/** The labels of a data set and the tracks that have them. */
export interface LabelledTracks {
  task: ExampleTask;
  /** Classes in alphabetical order; tags or numbers in the order of their columns; or tags by frequency. */
  labels: string[];
  tracks: LabelledTrack[];
  /** Sentences on what was left out. */
  notes: string[];
}

/** 1 at each of the positions of labels, else 0. */
export function indicators(positions: readonly number[], labels: number): Uint8Array {
  const targets = new Uint8Array(labels);
  for (const label of positions) targets[label] = 1;
  return targets;
}

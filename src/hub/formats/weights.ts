/** Weights as other tools store them. */

/** An array of numbers in a file; it is read, and its checksum verified if there is one, on demand. */
export interface StoredWeight {
  shape: number[];
  /** The numbers in C order as 32-bit floats. Throws an Error in a few words when they are damaged or not numeric. */
  read(): Float32Array;
}

export type StoredWeights = Map<string, StoredWeight>;

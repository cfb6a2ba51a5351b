/** The interface of a hash learner: it is fitted to embeddings, and what comes out turns embeddings into binary codes. */
import type { z } from 'zod';
import type { Fitted } from '../baselines/classifier.js';
import type { WeightValues } from '../parameters.js';

/** The longest code, in bits. */
export const MAX_BITS = 256;

/** Which labels each row has; classes are rows with one label each. */
export interface RowLabels {
  /** 0 or 1, row-major [rows × count]. A row without a label is similar to no row. */
  targets: Uint8Array;
  count: number;
}

/** Embeddings to learn from. */
export interface HashTraining {
  /** Finite numbers, row-major [rows × width]. */
  embeddings: Float32Array;
  /** At least 1. */
  rows: number;
  width: number;
  /** What a supervised learner needs: rows that share a label are to have similar codes. */
  labels?: RowLabels;
  /** Bits of a code, 1 to 256. */
  bits: number;
  /** Of whatever is drawn at random. */
  seed: number;
}

/** Writes the [bits] numbers of the row that starts at `at`; a bit is set where its number is not negative. */
export type BitValues = (embeddings: Float32Array, at: number, values: Float64Array) => void;

/** A kind of hash learner. What it fits is a few named single-precision arrays, so that a stored one is the same. */
export interface HashLearner<Schema extends z.ZodType = z.ZodType> {
  options: Schema;
  /** In words: `iterative quantisation`. */
  title: string;
  /** Whether it is supervised. */
  needsLabels: boolean;
  /** The most bits for embeddings of a width. Default: 256 for every width. */
  mostBits?(width: number): number;
  /** Fits checked rows. Throws UsageError where the options do not go with them. */
  fit(training: HashTraining, options: z.output<Schema>): Fitted;
  /** What computes the bits of a row. Throws Error in a few words where arrays are missing or of another shape. */
  bitValues(fitted: Fitted, code: { width: number; bits: number }): BitValues;
}

/** A fitted learner as plain data; `encodeHasher` writes it to a file. */
export interface HasherState {
  /** The learner's name in the registry; `network` for the hash layer of a network. */
  kind: string;
  /** Columns of the embeddings. */
  width: number;
  bits: number;
  arrays: Fitted;
}

/** Turns embeddings into codes; `fitHasher` and `restoreHasher` make one. */
export interface Hasher {
  readonly kind: string;
  readonly width: number;
  readonly bits: number;
  /** 32-bit words of a code: bits / 32, rounded up. */
  readonly words: number;
  /**
   * Codes of row-major [rows × width] embeddings, row-major [rows × words]: bit j of a row is bit j % 32 (from the least
   * significant) of its word ⌊j / 32⌋, unused bits are 0. Throws RangeError for embeddings of another length. A row's
   * code does not depend on the other rows.
   */
  encode(embeddings: Float32Array, rows: number): Uint32Array;
  /** What `restoreHasher` takes. */
  state(): HasherState;
}

/** 32-bit words of a code of that many bits. */
export const wordsOf = (bits: number): number => Math.ceil(bits / 32);

/** The hasher of a learner's fitted arrays. */
export function hasherOf(learner: Pick<HashLearner, 'bitValues'>, state: HasherState): Hasher {
  const { kind, width, bits, arrays } = state;
  const bitValues = learner.bitValues(arrays, { width, bits });
  const words = wordsOf(bits);
  return {
    kind,
    width,
    bits,
    words,
    encode(embeddings, rows) {
      if (embeddings.length !== rows * width)
        throw new RangeError(
          `Embeddings hold ${embeddings.length} numbers, not ${rows} rows of the ${width} that the hasher was fitted to.`,
        );
      const codes = new Uint32Array(rows * words);
      const values = new Float64Array(bits);
      for (let row = 0; row < rows; row++) {
        bitValues(embeddings, row * width, values);
        for (let bit = 0; bit < bits; bit++)
          if (values[bit] >= 0) codes[row * words + (bit >>> 5)] |= 1 << (bit & 31);
      }
      return codes;
    },
    state: () => state,
  };
}

/** The values of a fitted array; throws Error in a few words where it is missing or of another shape. */
export function fittedValues(fitted: Fitted, name: string, shape: readonly number[]): Float32Array {
  const array: WeightValues | undefined = fitted.get(name);
  if (!array) throw new Error(`${name} is missing`);
  if (array.shape.join() !== shape.join())
    throw new Error(`${name} has the shape [${array.shape.join(', ')}], not [${shape.join(', ')}]`);
  return array.values;
}

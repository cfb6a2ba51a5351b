/** What turns a catalogue's embeddings into codes: a hasher that is fitted to a sample of them. */
import { UsageError } from '../../../base/errors.js';
import { randomGenerator } from '../../../base/random.js';
import { keysOf } from '../../../base/registry.js';
import { Reservoir } from '../../../base/reservoir.js';
import {
  fitHasher,
  type Hasher,
  type HashLearnerName,
  type HashLearnerSpec,
  hashers,
} from '../../../models/hashing/index.js';

/** Hash learners that need no labels, which a catalogue does not have. */
export const CATALOGUE_HASHERS = keysOf(hashers).filter((name) => !hashers[name].needsLabels);

/** Of the sample and the learner. */
const SEED = 1;

/** Rows of a sample: more make no better codes of some hundred numbers, and iterative quantisation takes seconds for these. */
const SAMPLED = 20_000;

/** How codes are made. */
export interface HashChoice {
  kind: HashLearnerName;
  bits: number;
}

/** All that an index needs to know of what makes its codes: another way to make them is another function that gives this. */
export interface FittedHasher {
  hasher: Hasher;
  /** The learner's options and what it has learnt from. */
  parameters: { kind: string; bits: number } & Record<string, string | number>;
}

/** A sample of an index's vectors. */
export class RowSample {
  private readonly sample: Reservoir<Float32Array>;

  /** @param most - rows that are kept. Default: 20,000. */
  constructor(most = SAMPLED) {
    this.sample = new Reservoir(most, randomGenerator(SEED, 'index', 'sample'));
  }

  /** Takes a copy of a row, or not; rows that are not finite are passed over. */
  add(row: Float32Array): void {
    if (row.every(Number.isFinite)) this.sample.offer(() => row.slice());
  }

  /** Rows that are kept so far. */
  get size(): number {
    return this.sample.kept.length;
  }

  /** Row-major [size × length]; the sample is empty afterwards. */
  take(length: number): Float32Array {
    const rows = this.sample.kept.splice(0);
    const taken = new Float32Array(rows.length * length);
    for (const [i, row] of rows.entries()) taken.set(row, i * length);
    return taken;
  }
}

/**
 * Fits the hasher of an index: to unit vectors, as they are compared.
 *
 * @param sample - of the vectors
 * @param width - of a vector
 * @throws UsageError where there are no vectors, or too short ones for the bits
 */
export function fitToSample({ kind, bits }: HashChoice, sample: RowSample, width: number): FittedHasher {
  const rows = sample.size;
  if (rows === 0) throw new UsageError('There are no embeddings to learn codes from; leave --hash out.');
  const training = { embeddings: sample.take(width), rows, width, bits, seed: SEED };
  const hasher = fitHasher({ kind } as HashLearnerSpec, training);
  return { hasher, parameters: { kind, bits, seed: SEED, rows } };
}

/** Hash learners by name; a new one is a file and a line. */
import type { z } from 'zod';
import { UsageError } from '../../base/errors.js';
import { keysOf, unionOfOptions } from '../../base/registry.js';
import {
  type Hasher,
  type HasherState,
  type HashLearner,
  type HashTraining,
  hasherOf,
  MAX_BITS,
} from './hasher.js';
import { itq } from './itq.js';
import { itqCca } from './itq-cca.js';
import { ksh } from './ksh.js';
import { lsh } from './lsh.js';
import { NETWORK, networkHasher } from './network.js';
import { sh } from './sh.js';

export type { Hasher, HasherState, HashLearner, HashTraining, RowLabels } from './hasher.js';
export { MAX_BITS, wordsOf } from './hasher.js';

export const hashers = { lsh, sh, itq, 'itq-cca': itqCca, ksh };

/** Name of a hash learner. */
export type HashLearnerName = keyof typeof hashers;

/** A hash learner with its options: `{ kind: 'itq', rounds: 50 }`. */
export const hashLearnerSchema = unionOfOptions('kind', hashers);

/** A hash learner with its options; those with a default may be left out. */
export type HashLearnerSpec = z.input<typeof hashLearnerSchema>;

/**
 * Fits a hash learner. The same seed gives the same codes. Throws UsageError for a number of bits outside of 1 to 256,
 * for labels that a supervised learner lacks, for embeddings that are not finite or not rows × width.
 * @example
 * const hasher = fitHasher({ kind: 'itq' }, { embeddings, rows, width: 200, bits: 64, seed: 1 });
 * const codes = hasher.encode(embeddings, rows); // two 32-bit words a row
 */
export function fitHasher(spec: HashLearnerSpec, training: HashTraining): Hasher {
  const options = hashLearnerSchema.parse(spec);
  const { kind } = options;
  const learner = learnerOf(kind);
  check(kind, learner, training);
  const { width, bits } = training;
  return hasherOf(learner, { kind, width, bits, arrays: learner.fit(training, options) });
}

/**
 * The hasher of a stored state: its codes equal those of the hasher that was stored. Throws Error in a few words where
 * arrays are missing or do not fit.
 */
export function restoreHasher(state: HasherState): Hasher {
  if (state.kind === NETWORK) return hasherOf(networkHasher, state);
  if (!Object.hasOwn(hashers, state.kind))
    throw new Error(`"${state.kind}" is not a hash learner (${keysOf(hashers).join(', ')})`);
  if (!(state.bits >= 1 && state.bits <= MAX_BITS))
    throw new Error(`a code has 1 to ${MAX_BITS} bits, not ${state.bits}`);
  return hasherOf(learnerOf(state.kind as HashLearnerName), state);
}

/** A member without its options' type. */
const learnerOf = (kind: HashLearnerName): HashLearner => hashers[kind] as unknown as HashLearner;

/**
 * Throws UsageError for a number of bits that a hash learner does not have for embeddings of a width: outside of 1 to 256,
 * and with `itq` above the width.
 */
export function requireCodeLength(kind: HashLearnerName, bits: number, width: number): void {
  if (!Number.isInteger(bits) || bits < 1 || bits > MAX_BITS)
    throw new UsageError(`A hash code has 1 to ${MAX_BITS} bits, not ${bits}.`);
  const most = learnerOf(kind).mostBits?.(width) ?? MAX_BITS;
  if (bits > most)
    throw new UsageError(
      `${kind} has no ${bits} bits for embeddings of ${width} numbers; take at most ${most}.`,
    );
}

function check(
  kind: HashLearnerName,
  { needsLabels }: HashLearner,
  { embeddings, rows, width, labels, bits }: HashTraining,
): void {
  requireCodeLength(kind, bits, width);
  if (!(rows >= 1 && width >= 1) || embeddings.length !== rows * width)
    throw new UsageError(
      `Embeddings to hash hold ${embeddings.length} numbers, not ${rows} rows of ${width}; give at least one row.`,
    );
  const wrong = embeddings.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0)
    throw new UsageError(
      `Embedding ${Math.floor(wrong / width)} holds ${embeddings[wrong]}, which is not a number to hash; leave it out.`,
    );
  if (needsLabels && !labels?.targets.includes(1))
    throw new UsageError(
      `The hash learner ${kind} learns from labels, but there are none; give labels or take itq.`,
    );
  if (labels && labels.targets.length !== rows * labels.count)
    throw new UsageError(
      `Labels hold ${labels.targets.length} values, not ${rows} rows of ${labels.count}; give one row for each embedding.`,
    );
}

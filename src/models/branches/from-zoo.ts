/** A published network as a branch: its last sequence over time goes to the fusion in place of its own head. */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { anyNonZero } from '../layers/presence.js';
import { INFERENCE } from '../layers/training.js';
import type { ZooKind } from '../zoo/zoo.js';
import type { BranchKind } from './branch.js';

/** Options that every such branch has beside its network's. */
const transfer = {
  init: z
    .string()
    .nullable()
    .default(null)
    .describe(
      'Name of a published or imported model of this kind, or folder of a run, whose weights it starts with; null for random ones.',
    ),
  freeze: z.boolean().default(false).describe('true: its weights and its batch statistics stay as they are.'),
};

/** Sources of branches' first weights, of the branches that name one. */
export interface TransferOptions {
  init?: string | null;
  freeze?: boolean;
}

export function fromZoo(kind: ZooKind): BranchKind {
  const { kind: _, ...own } = kind.options.shape;
  return {
    options: z.strictObject({ ...own, ...transfer }),
    input: kind.input,
    build(parameters, name, options, input) {
      const { freeze } = options as Required<TransferOptions>;
      const body = kind.body(parameters.under(`${name}/`, freeze), options as never, input);
      return {
        features: body.features,
        forward: (values, mode) => ({ values: body.forward(values, freeze ? INFERENCE : mode), mask: null }),
        isPresent: (values) => anyNonZero(tf.reshape(values, [-1, input.length * input.width])),
      };
    },
  };
}

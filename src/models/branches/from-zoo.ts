/**
 * A published network as a branch: its last sequence over time, or the maps of its blocks, go to the fusion in place of its
 * own head.
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { InputSize } from '../../inputs/kind.js';
import {
  type MapOptions,
  mapFeatures,
  mapOptions,
  mapSequence,
  resizedMaps,
} from '../layers/map-sequence.js';
import { anyNonZero } from '../layers/presence.js';
import { type ForwardMode, INFERENCE, withoutGradient } from '../layers/training.js';
import type { ZooBody, ZooKind } from '../zoo/zoo.js';
import type { Branch, BranchKind } from './branch.js';

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
  maps: mapOptions
    .optional()
    .describe(
      'The sequence is made of the activation maps of its convolutional blocks, not of its last layer over time.',
    ),
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
      const { freeze, maps } = options as Required<TransferOptions> & { maps?: MapOptions };
      const body = kind.body(parameters.under(`${name}/`, freeze), options as never, input);
      return {
        ...(maps ? ofMaps(body, maps, input, freeze) : ofSteps(body, freeze)),
        isPresent: (values) => anyNonZero(tf.reshape(values, [-1, input.length * input.width])),
      };
    },
  };
}

/** A part of the network as it is trained, or as it stays. */
const frozenOr = <Out extends tf.Tensor>(
  freeze: boolean,
  mode: ForwardMode,
  compute: (x: tf.Tensor, mode: ForwardMode) => Out,
): ((x: tf.Tensor) => Out) =>
  freeze ? withoutGradient((x) => compute(x, INFERENCE)) : (x) => compute(x, mode);

type Built = Pick<Branch, 'features' | 'forward'>;

const ofSteps = (body: ZooBody, freeze: boolean): Built => ({
  features: body.features,
  forward: (values, mode) => ({
    values: frozenOr(freeze, mode, (x, own) => body.forward(x, own))(values),
    mask: null,
  }),
});

function ofMaps(
  { maps }: ZooBody,
  options: MapOptions,
  { length, width }: InputSize,
  freeze: boolean,
): Built {
  if (!maps) throw new Error('maps: this network gives no maps of its blocks; remove the option');
  const channels = tf.tidy(() => maps(tf.zeros([1, length, width]), INFERENCE).map(({ shape }) => shape[3]));
  return {
    features: mapFeatures(options, channels),
    forward(values, mode) {
      const resized = frozenOr(freeze, mode, (x, own) => resizedMaps(maps(x, own), options))(values);
      return mapSequence(resized, options);
    },
  };
}

/** A network as a list of layers: forward from the first to the last, backward from the last to the first. */
import { randomGenerator } from '../../base/random.js';
import { activation } from './activations.js';
import { batchNorm } from './batch-norm.js';
import { conv2d } from './conv2d.js';
import { categoricalAccuracy, softmax, softmaxCrossEntropy } from './cross-entropy.js';
import type { DataGenerator, PlainBatch } from './data-generator.js';
import { dense } from './dense.js';
import { dropout } from './dropout.js';
import type { NumberArray, PlainLayer, PlainLayerKind, PlainMode } from './layer.js';
import { maxPool } from './max-pool.js';
import { type RmsProp, rmsProp } from './rmsprop.js';
import { flatten, input } from './shapes.js';

/** Every kind of layer by its name. */
export const plainLayers = { input, conv2d, maxPool, flatten, dense, dropout, batchNorm, activation };

/** Name of a kind of layer. */
export type PlainLayerName = keyof typeof plainLayers;

type OptionsOf<Kind> = Kind extends PlainLayerKind<infer Options> ? Options : never;

/** A layer as it is written down: its kind with its options. */
export type PlainLayerSpec = {
  [Name in PlainLayerName]: { kind: Name } & (unknown extends OptionsOf<(typeof plainLayers)[Name]>
    ? object
    : OptionsOf<(typeof plainLayers)[Name]>);
}[PlainLayerName];

/** A classifier as it is written down; its last layer gives a logit for each class. */
export interface PlainNetworkSpec {
  /** Shape of an example. */
  shape: readonly number[];
  layers: readonly PlainLayerSpec[];
  learningRate: number;
  seed: number;
}

/** Result of one step of training. */
export interface PlainStep {
  loss: number;
  /** Of the batch, before the step. */
  accuracy: number;
}

/** A classifier that learns by softmax cross-entropy and RMSProp. */
export class PlainNetwork {
  readonly layers: readonly PlainLayer[];
  readonly optimizer: RmsProp;
  /** Steps made so far: which batch comes next, and what dropout draws. */
  steps = 0;

  /** Throws Error where a layer does not fit what the one before gives. */
  constructor(readonly spec: PlainNetworkSpec) {
    let shape = spec.shape;
    this.layers = spec.layers.map(({ kind, ...options }, i) => {
      const build = plainLayers[kind] as PlainLayerKind<unknown>;
      const layer = build(options, shape, randomGenerator(spec.seed, 'weights', i));
      shape = layer.shape;
      return layer;
    });
    this.optimizer = rmsProp(
      this.layers.flatMap(({ weights }) => weights),
      spec.learningRate,
    );
  }

  /** Logits [batch, classes]. */
  forward(inputs: NumberArray, mode: PlainMode = { training: false }): NumberArray {
    return this.layers.reduce((x, layer) => layer.forward(x, mode), inputs);
  }

  /** Gives the gradient by the inputs; the layers keep those by their weights. */
  backward(gradient: NumberArray): NumberArray {
    return this.layers.reduceRight((dy, layer) => layer.backward(dy), gradient);
  }

  /** Probabilities of classes, [batch, classes]. */
  predict(inputs: NumberArray): NumberArray {
    return softmax(this.forward(inputs));
  }

  /** Loss and accuracy of a batch without learning from it. */
  evaluate({ inputs, classes }: PlainBatch): PlainStep {
    const { loss, probabilities } = softmaxCrossEntropy(this.forward(inputs), classes);
    return { loss, accuracy: categoricalAccuracy(probabilities, classes) };
  }

  /** One step: forward, loss, backward, and a change of the weights. */
  learn({ inputs, classes }: PlainBatch): PlainStep {
    const random = randomGenerator(this.spec.seed, 'dropout', this.steps);
    const logits = this.forward(inputs, { training: true, random });
    const { loss, gradient, probabilities } = softmaxCrossEntropy(logits, classes);
    this.backward(gradient);
    this.optimizer.step();
    this.steps++;
    return { loss, accuracy: categoricalAccuracy(probabilities, classes) };
  }

  /** Learns from the generator's next batches until `steps` are made in all; gives each step's result. */
  async *train(batches: DataGenerator, steps: number): AsyncGenerator<PlainStep> {
    while (this.steps < steps) yield this.learn(await batches.batch(this.steps));
  }
}

/** The named weights of a model: seeded, listed in the order they were made, disposed of together. */
import * as tf from '@tensorflow/tfjs-core';
import { randomGenerator } from '../base/random.js';
import type { Initializer } from './initializers.js';

/** A weight as plain numbers, as it is stored on disk. */
export interface WeightValues {
  shape: number[];
  values: Float32Array;
}

/** Part of each batch's moments that goes into the running averages, as PyTorch does. */
const MOMENTUM = 0.1;

/** Last parts of names under which several weights are one layer. */
const PARTS = new Set(['kernel', 'recurrent', 'bias', 'gamma', 'beta', 'mean', 'variance']);

/** The layer of a weight: `front/conv1` of `front/conv1/kernel`, and `fusion/w1` of the weight of that name. */
export function layerOf(weight: string): string {
  const at = weight.lastIndexOf('/');
  return at > 0 && PARTS.has(weight.slice(at + 1)) ? weight.slice(0, at) : weight;
}

/** Copies a variable out of the engine. */
export const weightValues = (variable: tf.Variable): WeightValues => ({
  shape: variable.shape,
  values: variable.dataSync<'float32'>().slice(),
});

/** Holds a model's variables by name; a name is a path such as `mel/conv1/kernel`. */
export class Parameters {
  private readonly variables = new Map<string, tf.Variable>();
  private ownMomentum = MOMENTUM;

  /** Each weight's generator is named by this seed and the weight's name; null: all are 0, for what is written or counted. */
  constructor(
    private readonly seed: number | null,
    private readonly place: { root: Parameters; prefix: string; isFrozen: boolean } | null = null,
  ) {}

  /** A view whose weights are kept here under `prefix` + name; `isFrozen`: the optimiser leaves them alone. */
  under(prefix: string, isFrozen = false): Parameters {
    return new Parameters(this.seed, { root: this, prefix, isFrozen });
  }

  /** Part of each batch's moments that goes into the running averages. Default: 0.1. */
  get momentum(): number {
    return this.place ? this.place.root.momentum : this.ownMomentum;
  }

  set momentum(share: number) {
    if (this.place) this.place.root.momentum = share;
    else this.ownMomentum = share;
  }

  /** Makes a weight that training changes. */
  trainable<T extends tf.Tensor>(name: string, shape: number[], initializer: Initializer): T {
    return this.draw(name, shape, initializer, true) as unknown as T;
  }

  /** Makes a state, all elements `value`, that training records but the optimiser leaves alone (running averages). */
  state(name: string, shape: number[], value: number): tf.Variable {
    return this.add(name, new Float32Array(tf.util.sizeFromShape(shape)).fill(value), shape, false);
  }

  /** Makes a weight that is drawn or given once and that the optimiser leaves alone. */
  frozen<T extends tf.Tensor>(name: string, shape: number[], initializer: Initializer): T {
    return this.draw(name, shape, initializer, false) as unknown as T;
  }

  /** Sets rows [n] of a weight or state [rows, columns] to values [n × columns]; throws Error for an unknown name. */
  writeRows(name: string, rows: Int32Array, values: Float32Array): void {
    const variable = this.variables.get(name);
    if (!variable) throw new Error(`The model has no weight ${name}.`);
    const all = variable.dataSync<'float32'>().slice();
    const columns = variable.shape[1]!;
    for (const [i, row] of rows.entries())
      all.set(values.subarray(i * columns, (i + 1) * columns), row * columns);
    tf.tidy(() => variable.assign(tf.tensor(all, variable.shape)));
  }

  private draw(name: string, shape: number[], initializer: Initializer, trainable: boolean): tf.Variable {
    const values =
      this.seed === null
        ? new Float32Array(tf.util.sizeFromShape(shape))
        : initializer(shape, randomGenerator(this.seed, 'weights', (this.place?.prefix ?? '') + name));
    return this.add(name, values, shape, trainable);
  }

  private add(name: string, values: Float32Array, shape: number[], trainable: boolean): tf.Variable {
    if (this.place) {
      const { root, prefix, isFrozen } = this.place;
      return root.add(prefix + name, values, shape, trainable && !isFrozen);
    }
    if (this.variables.has(name)) throw new Error(`Two weights are named ${name}.`);
    const variable = tf.tidy(() => tf.variable(tf.tensor(values, shape), trainable));
    this.variables.set(name, variable);
    return variable;
  }

  /** The weights that the optimiser changes, by name. */
  trainableVariables(): [string, tf.Variable][] {
    return [...this.variables].filter(([, variable]) => variable.trainable);
  }

  /** Every weight and state by name, in the order they were made. */
  all(): ReadonlyMap<string, tf.Variable> {
    return this.variables;
  }

  /** Leaves weights alone from now on: the optimiser, and batch normalisation its statistics. Unknown names are left out. */
  freeze(names: readonly string[]): void {
    for (const name of names) {
      const variable = this.variables.get(name);
      if (variable) variable.trainable = false;
    }
  }

  /** Number of trained numbers. */
  count(): number {
    return this.trainableVariables().reduce((sum, [, variable]) => sum + variable.size, 0);
  }

  /** Copies every weight and state out of the engine. */
  read(): Map<string, WeightValues> {
    return new Map([...this.variables].map(([name, variable]) => [name, weightValues(variable)]));
  }

  /**
   * Replaces the weights and states under a prefix, which the given names lack; unknown names are left out. Throws
   * Error naming the first weight that is missing or of another shape.
   */
  writeUnder(prefix: string, weights: ReadonlyMap<string, WeightValues>): void {
    for (const [name, variable] of this.variables)
      if (name.startsWith(prefix)) assignWeight(name, variable, weights.get(name.slice(prefix.length)));
  }

  /** Replaces every weight; throws Error naming the first that is missing, unknown or of another shape. */
  write(weights: ReadonlyMap<string, WeightValues>): void {
    for (const name of weights.keys()) {
      if (!this.variables.has(name)) throw new Error(`The model has no weight ${name}.`);
    }
    for (const [name, variable] of this.variables) {
      assignWeight(name, variable, weights.get(name));
    }
  }

  /** Frees every variable. */
  dispose(): void {
    for (const variable of this.variables.values()) variable.dispose();
    this.variables.clear();
  }
}

/** Gives a variable stored values; throws Error, naming it, where there are none or their shape is another. */
export function assignWeight(name: string, variable: tf.Variable, stored: WeightValues | undefined): void {
  if (!stored) throw new Error(`The weight ${name} is missing.`);
  if (stored.shape.join() !== variable.shape.join())
    throw new Error(`The weight ${name} has shape [${stored.shape}], the model expects [${variable.shape}].`);
  tf.tidy(() => variable.assign(tf.tensor(stored.values, stored.shape)));
}

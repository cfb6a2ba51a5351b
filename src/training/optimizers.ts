/** Optimisers whose whole state can be saved and restored. */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { groupBy } from '../base/group-by.js';
import { keysOf } from '../base/registry.js';
import { attribute, hasKernels, runNativeMany } from '../engine/ops/native.js';
import { assignWeight, type WeightValues, weightValues } from '../models/parameters.js';

/**
 * Makes the change of one weight from its gradient and its slots; returns the new slots and the change. `momentum`: of a
 * schedule that moves it, else undefined.
 */
type Rule = (
  gradient: tf.Tensor,
  slots: tf.Tensor[],
  step: number,
  momentum: number | undefined,
) => { slots: tf.Tensor[]; change: tf.Tensor };

const [BETA1, BETA2, EPSILON, DECAY] = [0.9, 0.999, 1e-8, 0.9];

const blend = (old: tf.Tensor, value: tf.Tensor, keep: number): tf.Tensor =>
  tf.add(tf.mul(old, keep), tf.mul(value, 1 - keep));

/** What makes up for moments that begin at zero. */
const adamCorrection = (step: number, beta1: number): number =>
  Math.sqrt(1 - BETA2 ** step) / (1 - beta1 ** step);

/** Every optimiser: how many slots a weight has, and its rule. */
const rules = {
  /** Kingma and Ba 2015, with the bias correction folded into the rate. */
  adam: {
    slots: 2,
    rule: (gradient, [m, v], step, beta1 = BETA1) => {
      const mean = blend(m, gradient, beta1);
      const square = blend(v, tf.square(gradient), BETA2);
      const correction = adamCorrection(step, beta1);
      return {
        slots: [mean, square],
        change: tf.div(tf.mul(mean, correction), tf.add(tf.sqrt(square), EPSILON)),
      };
    },
  },
  /** Stochastic gradient descent with Nesterov's momentum (Sutskever et al. 2013). */
  sgd: {
    slots: 1,
    rule: (gradient, [velocity], _step, momentum = 0) => {
      const next = tf.add(tf.mul(velocity, momentum), gradient);
      return { slots: [next], change: tf.add(gradient, tf.mul(next, momentum)) };
    },
  },
  /** Tieleman and Hinton 2012. */
  rmsprop: {
    slots: 1,
    rule: (gradient, [square]) => {
      const next = blend(square, tf.square(gradient), DECAY);
      return { slots: [next], change: tf.div(gradient, tf.sqrt(tf.add(next, EPSILON))) };
    },
  },
} satisfies Record<string, { slots: number; rule: Rule }>;

export const optimizerOptions = z.strictObject({
  kind: z
    .enum(keysOf(rules))
    .default('adam')
    .describe('Rule by which gradients change the weights; sgd: with Nesterov momentum.'),
  learning_rate: z.number().positive().default(0.001).describe('Largest rate; training.schedule lowers it.'),
  weight_decay: z
    .number()
    .nonnegative()
    .default(0)
    .describe('How strongly weights are drawn to zero (docs/training.md).'),
  decay: z
    .enum(['decoupled', 'l2'])
    .default('decoupled')
    .describe(
      'decoupled: each step takes learning rate × weight_decay of a weight, apart from its gradient (AdamW). l2: weight_decay × weight is added to its gradient after clipping, as in PyTorch’s Adam and SGD.',
    ),
  decayed: z
    .enum(['kernels', 'all'])
    .default('kernels')
    .describe(
      'kernels: biases and normalisations do not decay. all: everything that is trained, as in PyTorch.',
    ),
  momentum: z
    .number()
    .min(0)
    .lt(1)
    .default(0.9)
    .describe('sgd: part of the last step that is kept; a one-cycle schedule moves it.'),
});

export const optimizerSchema = optimizerOptions.prefault({}).describe('How gradients change the weights.');

/** An optimiser's options with every default written out. */
export type OptimizerOptions = z.output<typeof optimizerSchema>;

/** Changes variables by their gradients. */
export class Optimizer {
  private readonly slots: tf.Variable[][];
  private readonly rule: Rule;
  private readonly decays: boolean[];
  private steps = 0;

  /** `rates`: a factor of the learning rate for each variable. Default: 1 each. */
  constructor(
    private readonly options: OptimizerOptions,
    private readonly variables: [string, tf.Variable][],
    readonly rates: readonly number[] = variables.map(() => 1),
  ) {
    const { slots, rule } = rules[options.kind];
    this.rule = rule;
    this.decays = variables.map(
      ([name]) => options.weight_decay > 0 && (options.decayed === 'all' || name.endsWith('kernel')),
    );
    this.slots = variables.map(([, variable]) =>
      Array.from({ length: slots }, () => tf.tidy(() => tf.variable(tf.zeros(variable.shape), false))),
    );
  }

  /**
   * One step.
   *
   * @param gradients - in the order of the variables
   * @param rateFactor - the schedule's factor of the learning rate
   * @param clip - largest joint norm of the gradients; null for no limit
   * @param momentum - the schedule's momentum of sgd and β₁ of Adam. Default: the optimiser's own
   */
  apply(gradients: tf.Tensor[], rateFactor: number, clip: number | null = null, momentum?: number): void {
    this.steps++;
    const { kind, decay, weight_decay, learning_rate } = this.options;
    const rates = this.rates.map((factor) => learning_rate * rateFactor * factor);
    const isAdded = decay === 'l2';
    /** What is left of each weight before the change. */
    const kept = this.decays.map((decays, i) => (decays && !isAdded ? 1 - rates[i] * weight_decay : 1));
    tf.tidy(() => {
      const isFused = kind === 'adam' && hasKernels();
      const groups = isFused ? [...groupBy([...rates.keys()], (i) => rates[i]).values()] : [];
      const addsDecay = isAdded && this.decays.includes(true);
      // The kernel clips by itself where all gradients come to one call as they are.
      const clipsItself = groups.length === 1 && !addsDecay;
      const clipped = clip === null || clipsItself ? gradients : clipByGlobalNorm(gradients, clip);
      const whole = addsDecay
        ? clipped.map((gradient, i) =>
            this.decays[i] ? tf.add(gradient, tf.mul(this.variables[i][1], weight_decay)) : gradient,
          )
        : clipped;
      if (isFused) {
        for (const group of groups)
          this.applyAdam(group, whole, rates[group[0]], clipsItself ? clip : null, kept, momentum);
        return;
      }
      for (const [i, [, variable]] of this.variables.entries()) {
        tf.tidy(() => {
          const own = momentum ?? (kind === 'sgd' ? this.options.momentum : undefined);
          const { slots, change } = this.rule(whole[i], this.slots[i], this.steps, own);
          for (const [j, slot] of slots.entries()) this.slots[i][j].assign(slot);
          const decayed = kept[i] === 1 ? variable : tf.mul(variable, kept[i]);
          variable.assign(tf.sub(decayed, tf.mul(change, rates[i])));
        });
      }
    });
  }

  /**
   * The weights of a group, which have one rate, in one operation: with dozens of weights, calls from JavaScript cost more
   * than the arithmetic.
   */
  private applyAdam(
    group: readonly number[],
    gradients: readonly tf.Tensor[],
    rate: number,
    clip: number | null,
    kept: readonly number[],
    beta1 = BETA1,
  ): void {
    const moments = [beta1, 1 - beta1, BETA2, 1 - BETA2];
    const correction = adamCorrection(this.steps, beta1);
    const settings = [rate * correction, ...moments, EPSILON, clip ?? 0, ...group.map((i) => kept[i])];
    const variables = group.map((i) => this.variables[i][1]);
    const slots = [0, 1].map((slot) => group.map((i) => this.slots[i][slot]));
    const given = group.map((i) => gradients[i]);
    const inputs = [...variables, ...slots.flat(), ...given, tf.tensor1d(settings)];
    const count = group.length;
    const updated = runNativeMany('PolytagAdam', [attribute('N', 'INT', count)], inputs, 3 * count);
    for (const [i, target] of [...variables, ...slots.flat()].entries()) target.assign(updated[i]);
  }

  /** Number of steps made and every slot, as they are stored in a checkpoint. */
  read(): { steps: number; slots: Map<string, WeightValues> } {
    const entries = this.variables.flatMap(([name], i) =>
      this.slots[i].map((slot, j): [string, WeightValues] => [`${name}/slot${j}`, weightValues(slot)]),
    );
    return { steps: this.steps, slots: new Map(entries) };
  }

  /** Restores a stored state; throws Error when a slot is missing. */
  write(state: { steps: number; slots: ReadonlyMap<string, WeightValues> }): void {
    this.steps = state.steps;
    for (const [i, [name]] of this.variables.entries()) {
      for (const [j, slot] of this.slots[i].entries()) {
        const stored = state.slots.get(`${name}/slot${j}`);
        if (!stored) throw new Error(`The optimiser's state of ${name} is missing.`);
        assignWeight(name, slot, stored);
      }
    }
  }

  /** Frees the slots. */
  dispose(): void {
    for (const slots of this.slots) for (const slot of slots) slot.dispose();
  }
}

/** Scales gradients so that their joint norm is at most a limit (Pascanu, Mikolov and Bengio 2013). */
export function clipByGlobalNorm(gradients: tf.Tensor[], limit: number): tf.Tensor[] {
  const norm = tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient)))));
  const factor = tf.div(limit, tf.maximum(norm, limit));
  return gradients.map((gradient) => tf.mul(gradient, factor));
}

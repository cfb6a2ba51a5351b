/** The averaged weights of a model in training. */
import * as tf from '@tensorflow/tfjs-core';
import { assignWeight, type Parameters, type WeightValues, weightValues } from '../../models/parameters.js';
import type { AverageKind } from './average.js';
import { type AverageOptions, averages } from './index.js';

/** What a checkpoint holds of an average besides its weights. */
export interface AverageState {
  /** How often it has taken weights in. */
  updates: number;
  /** Epochs whose last weights it has seen. */
  epochs: number;
}

/** The average of a model's weights and running statistics, beside the model. */
export class WeightAverage {
  private readonly variables: ReadonlyMap<string, tf.Variable>;
  private readonly kind: AverageKind;
  private state: AverageState = { updates: 0, epochs: 0 };

  /** `epochs`: of the whole training. */
  constructor(
    private readonly options: AverageOptions,
    private readonly parameters: Parameters,
    private readonly epochs: number,
  ) {
    this.kind = averages[options.kind] as unknown as AverageKind;
    this.variables = new Map(
      [...parameters.all()].map(([name, own]) => [name, tf.tidy(() => tf.variable(tf.clone(own), false))]),
    );
  }

  /** Whether there is something to evaluate yet. */
  get hasBegun(): boolean {
    return this.state.updates > 0;
  }

  /** Whether the running statistics are to be computed anew before it is evaluated. */
  get renewsStatistics(): boolean {
    return this.kind.renewsStatistics;
  }

  /** Takes the weights in after a step of an epoch, from 0, where its kind does so. */
  afterStep(epoch: number): void {
    if (this.kind.every === 'step') this.take(epoch);
  }

  /** Takes the weights in after an epoch, from 0, where its kind does so; a second time, as after a resumption, is none. */
  afterEpoch(epoch: number): void {
    if (epoch < this.state.epochs) return;
    if (this.kind.every === 'epoch') this.take(epoch);
    this.state.epochs = epoch + 1;
  }

  private take(epoch: number): void {
    const { updates } = this.state;
    const share = this.kind.share(this.options, { updates, epoch, epochs: this.epochs });
    if (share === 0) return;
    for (const [name, own] of this.parameters.all()) {
      const average = this.variables.get(name)!;
      tf.tidy(() => {
        // What does not change stays the same to the bit.
        average.assign(updates === 0 ? tf.clone(own) : tf.add(average, tf.mul(tf.sub(own, average), share)));
      });
    }
    this.state.updates++;
  }

  /** Begins anew, as where training goes back to earlier weights. */
  restart(): void {
    this.state.updates = 0;
  }

  /** Exchanges the average and the model's weights; the same call again puts them back. */
  exchange(): void {
    for (const [name, own] of this.parameters.all()) {
      const average = this.variables.get(name)!;
      tf.tidy(() => {
        const held = tf.clone(own);
        own.assign(tf.clone(average));
        average.assign(held);
      });
    }
  }

  /** Copies the average, and its state, out of the engine. */
  read(): { state: AverageState; weights: Map<string, WeightValues> } {
    const weights = [...this.variables].map(([name, average]) => [name, weightValues(average)] as const);
    return { state: { ...this.state }, weights: new Map(weights) };
  }

  /** Restores what `read` gave; throws Error when a weight is missing. */
  write({ state, weights }: { state: AverageState; weights: ReadonlyMap<string, WeightValues> }): void {
    this.state = { ...state };
    for (const [name, average] of this.variables) assignWeight(name, average, weights.get(name));
  }

  /** Frees the average. */
  dispose(): void {
    for (const average of this.variables.values()) average.dispose();
  }
}

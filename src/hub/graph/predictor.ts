/** A graph that predicts: the same predictor as a network's. */
import { UsageError } from '../../base/errors.js';
import type { Tail } from '../../inputs/cutter.js';
import { inputEntries } from '../../inputs/schema.js';
import { type AudioInput, bindInputs, type ModelInputSet, type WindowBatch } from '../../inputs/window.js';
import { type ModelSettings, settingsOfInputs } from '../../models/description.js';
import { type Prediction, type Predictor, requireWindows } from '../../models/predictor.js';
import type { OnnxPort, OnnxTensor } from '../onnx/read-model.js';
import type { GraphDescription } from './description.js';
import { GraphInput, portOf } from './input.js';
import type { GraphRunner } from './runner.js';

/** Rows of numbers, one per window. */
export interface Rows {
  values: Float32Array;
  width: number;
}

/** An output as rows; dimensions between the first and the last, such as steps of time, are averaged over. */
export function rowsOf(output: OnnxTensor | undefined, name: string, count: number): Rows {
  if (!output) throw new UsageError(`The graph has no output ${name}; name another when it is imported.`);
  const { shape, values } = output;
  const width = shape.at(-1) ?? 1;
  const steps = shape.slice(1, -1).reduce((product, size) => product * size, 1);
  if (shape.length < 2 || shape[0] < count)
    throw new UsageError(
      `The output ${name} of the graph is [${shape.join(', ')}] for ${count} windows, and not a row for each.`,
    );
  const rows = new Float32Array(count * width);
  for (let i = 0; i < count; i++)
    for (let step = 0; step < steps; step++)
      for (let j = 0; j < width; j++) rows[i * width + j] += values[(i * steps + step) * width + j] / steps;
  return { values: rows, width };
}

/** Changes rows of a graph's output into scores, in place. */
const activations: Record<GraphDescription['ports']['activation'], (row: Float32Array) => void> = {
  none: () => {},
  sigmoid(row) {
    for (let j = 0; j < row.length; j++) row[j] = 1 / (1 + Math.exp(-row[j]));
  },
  softmax(row) {
    const largest = row.reduce((a, b) => Math.max(a, b), -Infinity);
    let sum = 0;
    for (let j = 0; j < row.length; j++) {
      row[j] = Math.exp(row[j] - largest);
      sum += row[j];
    }
    for (let j = 0; j < row.length; j++) row[j] /= sum;
  },
};

/** Farthest beyond 0 and 1 that rounding takes a score. */
const ROUNDING = 1e-5;

/**
 * Scores of a graph's output, or the numbers of a regression. Throws UsageError where there are not as many as labels, or they
 * are neither.
 */
export function scoresOf(
  { name, task, labels, ports }: Pick<GraphDescription, 'name' | 'task' | 'labels' | 'ports'>,
  { values, width }: Rows,
): Float32Array {
  if (width !== labels.length)
    throw new UsageError(
      `The model ${name} gives ${width} scores for ${labels.length} labels; import it again.`,
    );
  for (let at = 0; at < values.length; at += width)
    activations[ports.activation](values.subarray(at, at + width));
  if (task === 'regression') {
    if (!values.every(Number.isFinite))
      throw new UsageError(`The model ${name} gives numbers that are not finite; import it again.`);
    return values;
  }
  const outside = values.find((value) => !(value >= -ROUNDING && value <= 1 + ROUNDING));
  if (outside !== undefined)
    throw new UsageError(
      `The model ${name} gives ${outside.toPrecision(3)}, which is not a score from 0 to 1; import it again with --activation sigmoid or softmax.`,
    );
  return values;
}

/** A graph of windows of recordings that predicts. */
export class GraphPredictor implements Predictor {
  readonly inputs: ModelInputSet;
  readonly settings: ModelSettings;
  readonly embedding: number | null;
  readonly description: GraphDescription & { inputs: NonNullable<GraphDescription['inputs']> };
  private readonly input: AudioInput;
  private readonly graphInput: GraphInput;

  /** The predictor takes ownership of the runner. Throws UsageError where the graph does not take such windows. */
  constructor(
    description: GraphDescription,
    readonly runner: GraphRunner,
  ) {
    this.description = description as GraphPredictor['description'];
    const { inputs } = this.description;
    const entries = inputEntries(inputs).filter(({ kind }) => kind.source === 'audio');
    this.inputs = bindInputs(inputs, [entries[0].name]);
    this.settings = settingsOfInputs(this.inputs, this.remainder);
    this.input = this.inputs.list[0] as AudioInput;
    this.graphInput = new GraphInput(runner, description.ports.input, this.input.size);
    const width = embeddingPort(runner, description)?.shape.at(-1);
    // A graph may leave the size open; then silence tells it.
    this.embedding =
      description.ports.embedding === null
        ? null
        : typeof width === 'number'
          ? width
          : this.embeddingsOf(this.graphInput.run(this.silence(), 1), 1)!.width;
  }

  get name(): string {
    return this.description.name;
  }

  get labels(): string[] {
    return this.description.labels;
  }

  get remainder(): Tail {
    return this.description.remainder;
  }

  get copy(): Predictor['copy'] {
    const { bytes, needsEngine } = this.runner;
    return { bytes, needsEngine };
  }

  /** What runs the graph, with its version. */
  get engine(): string {
    return this.runner.name;
  }

  predict(batch: WindowBatch & { settings?: ModelSettings }): Prediction {
    requireWindows(this, batch);
    const outputs = this.outputsOf(batch);
    const { scores } = this.description.ports;
    return {
      windows: batch.count,
      scores:
        scores === null
          ? new Float32Array(0)
          : scoresOf(this.description, rowsOf(outputs[scores], scores, batch.count)),
      embedding: this.embeddingsOf(outputs, batch.count)?.values ?? null,
    };
  }

  /** The graph's outputs by name, for the windows of a batch, whose values are changed in place. */
  private outputsOf({ count, values }: WindowBatch): Record<string, OnnxTensor> {
    const windows = values[this.input.name] as Float32Array;
    const size = this.input.size.length * this.input.size.width;
    for (let i = 0; i < count; i++) this.input.finishWindow(windows.subarray(i * size, (i + 1) * size));
    return this.graphInput.run(windows, count);
  }

  private embeddingsOf(outputs: Record<string, OnnxTensor>, count: number): Rows | null {
    const { embedding } = this.description.ports;
    return embedding === null ? null : rowsOf(outputs[embedding], embedding, count);
  }

  private silence(): Float32Array {
    const { feature, window, size } = this.input;
    return new Float32Array(size.length * size.width).fill((window ?? feature).silence);
  }

  dispose(): void {
    this.runner.dispose();
  }
}

const embeddingPort = (runner: GraphRunner, { ports }: GraphDescription): OnnxPort | null =>
  ports.embedding === null ? null : portOf(runner.outputs, ports.embedding);

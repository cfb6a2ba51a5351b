/** A frozen model that makes the rows of an input. */
import { UsageError } from '../base/errors.js';
import { frozenSteps } from '../inputs/frozen-rows.js';
import type { FrozenRows } from '../inputs/kind.js';
import { readWindow } from '../inputs/read-window.js';
import { type AudioInput, frozenInputs, windowSize } from '../inputs/window.js';
import type { Predictor } from './predictor.js';

/** Throws a UsageError for a model without embeddings of sound. `key`: of the config, that names it. */
export function requireEmbedding({ name, embedding, inputs: { list } }: Predictor, key: string): void {
  if (embedding === null) throw unusable(key, name, 'has no embedding');
  if (list.some(({ source }) => source === 'text'))
    throw unusable(key, name, 'takes lyrics, and the embeddings are of sound');
  if (frozenInputs(list).length > 0) throw unusable(key, name, 'takes the embeddings of another model');
}

/** Throws a UsageError for a model that cannot make the rows of an input: as above, and where it takes several inputs. */
export function requireEmbedder(predictor: Predictor, key: string): void {
  requireEmbedding(predictor, key);
  const { name, inputs } = predictor;
  const [input, ...more] = inputs.list as AudioInput[];
  if (more.length > 0)
    throw unusable(
      key,
      name,
      `takes ${inputs.list.map((one) => one.name).join(' and ')}, and must take one input`,
    );
  if (input.feature.hopLength === null)
    throw unusable(key, name, 'takes statistics of whole recordings, and must take windows');
}

const unusable = (key: string, name: string, reason: string): UsageError =>
  new UsageError(`${key}: the model ${name} ${reason}; name another.`);

/** Windows that the model takes at once. */
const BATCH = 16;

/** Makes rows of an input; dispose of it at the end. */
export class Embedder {
  private readonly input: AudioInput;

  /** The embedder takes ownership of the model, which must have an embedding and take one input of recordings alone. */
  constructor(
    private readonly model: Predictor,
    private readonly frozen: FrozenRows,
  ) {
    this.input = model.inputs.list[0] as AudioInput;
  }

  /** Numbers of a row. */
  get size(): number {
    return this.model.embedding!;
  }

  /**
   * The embedding of each of the model's windows of a recording, or of a part of it, row-major [windows × size]; as many as
   * `frozenSteps` says.
   *
   * @param rows - of what the model takes, row-major [rows × width]
   */
  embed(rows: Float32Array): Float32Array {
    return this.embedAll([rows])[0];
  }

  /** The same of several recordings or parts, whose windows share batches. */
  embedAll(parts: readonly Float32Array[]): Float32Array[] {
    const { input, model, frozen, size } = this;
    const { width } = input.feature;
    const embedded = parts.map((rows) => new Float32Array(frozenSteps(rows.length / width, frozen) * size));
    const windows = parts.flatMap((rows, part) =>
      Array.from({ length: embedded[part].length / size }, (_, step) => ({ rows, part, step })),
    );
    const length = windowSize(input);
    for (let from = 0; from < windows.length; from += BATCH) {
      const some = windows.slice(from, from + BATCH);
      const values = new Float32Array(some.length * length);
      for (const [i, { rows, step }] of some.entries()) {
        const first = step * frozen.step;
        const read = (target: Float32Array, silence: number): void => {
          const own = rows.subarray(first * width, first * width + target.length);
          target.set(own);
          target.fill(silence, own.length);
        };
        const out = values.subarray(i * length, (i + 1) * length);
        readWindow(input, model.inputs.grid, rows.length / width - first, read, out);
      }
      const made = model.predict({ count: some.length, values: { [input.name]: values } }).embedding!;
      for (const [i, { part, step }] of some.entries())
        embedded[part].set(made.subarray(i * size, (i + 1) * size), step * size);
    }
    return embedded;
  }

  dispose(): void {
    this.model.dispose();
  }
}

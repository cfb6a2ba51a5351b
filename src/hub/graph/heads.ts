/** Classifiers of another model's embeddings, in one pass with it. */
import { UsageError } from '../../base/errors.js';
import type { WindowBatch } from '../../inputs/window.js';
import type { ModelSettings } from '../../models/description.js';
import type { Prediction, Predictor } from '../../models/predictor.js';
import type { GraphDescription } from './description.js';
import { GraphInput } from './input.js';
import { type Rows, rowsOf, scoresOf } from './predictor.js';
import type { GraphRunner } from './runner.js';

/** A classifier of embeddings that is ready to run. */
export class GraphHead {
  private readonly input: GraphInput;

  /** Throws UsageError where the graph does not take embeddings of that size. */
  constructor(
    readonly description: GraphDescription,
    readonly runner: GraphRunner,
    size: number,
  ) {
    try {
      this.input = new GraphInput(runner, description.ports.input, { length: size, width: 1 });
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      throw new UsageError(
        `The model ${description.name} does not take the embeddings of ${description.extractor}, which have ${size} numbers; import it again with the --extractor that it was trained on.`,
      );
    }
  }

  /** Scores of embeddings, row-major [rows × labels]. */
  scores({ values, width }: Rows): Float32Array {
    const { scores } = this.description.ports;
    const count = values.length / width;
    const outputs = this.input.run(values, count);
    return scoresOf(this.description, rowsOf(outputs[scores!], scores!, count));
  }

  dispose(): void {
    this.runner.dispose();
  }
}

/** An extractor of embeddings with classifiers: one predictor of all their labels. */
export class HeadsPredictor implements Predictor {
  readonly labels: string[];
  readonly description: Predictor['description'];

  /**
   * The predictor takes ownership of the extractor and the heads.
   *
   * @param withOwn - whether the extractor's own labels come first
   */
  constructor(
    private readonly extractor: Predictor,
    private readonly heads: readonly GraphHead[],
    private readonly withOwn: boolean,
  ) {
    const parts = [
      ...(withOwn ? [{ name: extractor.name, labels: extractor.labels }] : []),
      ...heads.map(({ description: { name, labels } }) => ({ name, labels })),
    ];
    this.labels = uniqueLabels(parts);
    const [first] = heads;
    this.description = {
      ...extractor.description,
      name: parts.map(({ name }) => name).join('+'),
      task:
        parts.length === 1 || first.description.task === 'regression' ? first.description.task : 'tagging',
      thresholds: null,
    };
  }

  get name(): string {
    return this.description.name;
  }

  get inputs(): Predictor['inputs'] {
    return this.extractor.inputs;
  }

  get remainder(): Predictor['remainder'] {
    return this.extractor.remainder;
  }

  get settings(): ModelSettings {
    return this.extractor.settings;
  }

  get embedding(): number | null {
    return this.extractor.embedding;
  }

  get copy(): Predictor['copy'] {
    const parts = [this.extractor.copy, ...this.heads.map(({ runner }) => runner)];
    if (parts.includes(undefined)) return undefined;
    return {
      bytes: parts.reduce((sum, part) => sum + part!.bytes, 0),
      needsEngine: parts.some((part) => part!.needsEngine),
    };
  }

  get engine(): string {
    return this.heads[0].runner.name;
  }

  predict(batch: WindowBatch & { settings?: ModelSettings }): Prediction {
    const own = this.extractor.predict(batch);
    const rows = { values: own.embedding!, width: this.extractor.embedding! };
    const parts = [...(this.withOwn ? [own.scores] : []), ...this.heads.map((head) => head.scores(rows))];
    return { ...own, scores: sideBySide(parts, own.windows) };
  }

  dispose(): void {
    for (const head of this.heads) head.dispose();
    this.extractor.dispose();
  }
}

/** Labels of several models: one that two of them have is preceded by the model's name. */
function uniqueLabels(parts: readonly { name: string; labels: readonly string[] }[]): string[] {
  const counts = new Map<string, number>();
  for (const { labels } of parts) for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return parts.flatMap(({ name, labels }) =>
    labels.map((label) => (counts.get(label)! > 1 ? `${name}: ${label}` : label)),
  );
}

/** Matrices of as many rows, one beside the other. */
function sideBySide(parts: readonly Float32Array[], rows: number): Float32Array {
  if (parts.length === 1) return parts[0];
  const width = parts.reduce((sum, part) => sum + part.length / rows, 0);
  const joined = new Float32Array(rows * width);
  let offset = 0;
  for (const part of parts) {
    const own = part.length / rows;
    for (let i = 0; i < rows; i++) joined.set(part.subarray(i * own, (i + 1) * own), i * width + offset);
    offset += own;
  }
  return joined;
}

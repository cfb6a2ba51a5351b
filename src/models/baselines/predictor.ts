/** A fitted classical classifier with its inputs: the same predictor as a network's. */
import { z } from 'zod';
import { requireForm } from '../../base/json.js';
import type { Tail } from '../../inputs/cutter.js';
import { inputKinds } from '../../inputs/index.js';
import type { TextKind } from '../../inputs/kind.js';
import { type InputsConfig, inputEntries, inputsSchema } from '../../inputs/schema.js';
import { bindInputs, type ModelInputSet, type WindowBatch } from '../../inputs/window.js';
import type { SparseMatrix } from '../../text/term-counts.js';
import { weighCounts } from '../../text/tfidf.js';
import { describedOutputs, type ModelSettings, requireFormat, settingsOfInputs } from '../description.js';
import type { ExampleTask } from '../heads/index.js';
import { type Prediction, type Predictor, requireWindows } from '../predictor.js';
import { inputNames } from '../spec-parts.js';
import type { Fitted } from './classifier.js';
import type { GridPoint } from './grid.js';
import { type BaselineSpec, baselineSchema, classifierOf } from './spec.js';
import { standardisedRows } from './standardisation.js';

/** Changes when older files cannot be read any more. */
export const BASELINE_FORMAT = 'polytag-baseline/1';

/** Everything about a baseline but its arrays. */
export interface BaselineDescription {
  format: typeof BASELINE_FORMAT;
  name: string;
  task: ExampleTask;
  labels: string[];
  /** Decision threshold of each tag; null for classes. */
  thresholds: number[] | null;
  /** The same for accuracy; absent in models of earlier versions. */
  accuracy_thresholds?: number[];
  spec: BaselineSpec;
  /** The values that were chosen of the classifier's options. */
  chosen: GridPoint;
  /** How the features are computed. */
  inputs: InputsConfig;
  /** The columns' terms; null where columns are not words. */
  terms: string[] | null;
  /** Entries of jieba's user dictionary that the lyrics are segmented with; absent where there are none. */
  dictionary?: string[];
  /** The data that it was fitted to. */
  trained_on: { dataset: string; protocol: string; fingerprint: string; synthetic: string | null };
}

const descriptionSchema = z.looseObject({
  ...describedOutputs,
  format: z.literal(BASELINE_FORMAT),
  spec: z.looseObject({ features: z.looseObject({ kind: z.string() }) }),
  chosen: z.record(z.string(), z.unknown()),
  inputs: z.record(z.string(), z.unknown()),
  terms: z.array(z.string()).nullable(),
  dictionary: z.array(z.string()).optional(),
});

/** Checks the description of a baseline that was read from a file. Throws Error that names the format or the key. */
export function parseBaseline(parsed: unknown): BaselineDescription {
  requireFormat(parsed, BASELINE_FORMAT);
  const description = requireForm(parsed, descriptionSchema) as unknown as BaselineDescription;
  const { spec, inputs, terms } = description;
  const checked = requireForm({ spec, inputs }, z.object({ spec: baselineSchema, inputs: inputsSchema() }));
  requireWhole('inputs', inputs, checked.inputs);
  const isText = spec.features.kind === 'tfidf';
  if (isText && terms === null) throw new Error('terms: expected array, received null');
  const entries = inputEntries(inputs);
  const names = inputNames({ baseline: spec });
  const isThere = isText
    ? entries.some(({ kind }) => kind.source === 'text')
    : names.every((name) => entries.some((entry) => entry.name === name));
  if (!isThere) throw new Error(`inputs: ${names.join(', ')} is missing`);
  return description;
}

/** Throws Error that names a key which is missing in what was written, and which a config's default would replace. */
function requireWhole(place: string, written: unknown, complete: unknown): void {
  if (typeof complete !== 'object' || complete === null || Array.isArray(complete)) return;
  for (const [key, value] of Object.entries(complete)) {
    const own = (written as Record<string, unknown>)[key];
    if (own === undefined && value !== undefined) throw new Error(`${place}.${key} is missing`);
    requireWhole(`${place}.${key}`, own, value);
  }
}

/** Parameters of a kind of features, learned from the training split. */
export interface FittedFeatures {
  arrays: Fitted;
  /** The columns' terms; null where columns are not words. */
  terms: string[] | null;
}

/** A baseline, read back. */
export interface StoredBaseline {
  description: BaselineDescription;
  features: FittedFeatures;
  classifier: Fitted;
}

type RowsOf = (
  features: BaselineSpec['features'],
  fitted: Fitted,
  values: WindowBatch['values'][string],
  columns: number,
) => SparseMatrix;

const ofStatistics: RowsOf = (_, fitted, statistics) => standardisedRows(fitted, statistics as Float32Array);

/** How each kind of features makes rows of windows: of counts of terms, statistics over a recording, or embeddings. */
const rowsOf: Record<BaselineSpec['features']['kind'], RowsOf> = {
  tfidf(features, fitted, counts, columns) {
    const options = features as Extract<BaselineSpec['features'], { kind: 'tfidf' }>;
    const { term_frequency: termFrequency, norm } = options;
    return weighCounts(sparseCounts(counts, columns), fitted.get('idf')?.values ?? null, {
      termFrequency,
      norm,
    });
  },
  mfcc: ofStatistics,
  'mel-statistics': ofStatistics,
  embedding: ofStatistics,
};

function sparseCounts(counts: ArrayLike<number>, columns: number): SparseMatrix {
  const rows = counts.length / columns;
  const indptr = new Int32Array(rows + 1);
  const indices: number[] = [];
  const data: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const count = counts[row * columns + column];
      if (count === 0) continue;
      indices.push(column);
      data.push(count);
    }
    indptr[row + 1] = indices.length;
  }
  return { rows, columns, indptr, indices: Int32Array.from(indices), data: Float32Array.from(data) };
}

/**
 * A classical classifier that predicts: a window is a whole recording, counts of terms of its lyrics, or a window of the
 * network whose embeddings it was fitted to.
 */
export class BaselinePredictor implements Predictor {
  readonly inputs: ModelInputSet;
  readonly settings: ModelSettings;
  readonly remainder: Tail = 'cover';
  readonly embedding = null;

  /** `network`: the one whose embeddings the features are, of which the predictor takes ownership; null for other features. */
  constructor(
    private readonly stored: StoredBaseline,
    private readonly network: Predictor | null,
  ) {
    const { inputs, spec } = stored.description;
    const { terms } = stored.features;
    if (network) this.inputs = network.inputs;
    else if (spec.features.kind === 'tfidf') this.inputs = termInputs(inputs, terms!);
    else this.inputs = bindInputs(inputs, inputNames({ baseline: spec }));
    this.settings = settingsOfInputs(this.inputs, this.remainder);
  }

  get description(): BaselineDescription {
    return this.stored.description;
  }

  get name(): string {
    return this.description.name;
  }

  get labels(): string[] {
    return this.description.labels;
  }

  predict(batch: WindowBatch & { settings?: ModelSettings }): Prediction {
    requireWindows(this, batch);
    const { features, classifier, description } = this.stored;
    const { spec, task, labels } = description;
    const [{ name, size }] = this.inputs.list;
    const { count, values } = batch;
    const rows = rowsOf[spec.features.kind](
      spec.features,
      features.arrays,
      this.network ? this.network.predict({ count, values }).embedding! : values[name],
      size.length * size.width,
    );
    const sizes = { count: labels.length, exclusive: task === 'classification' };
    const scores = classifierOf(spec).kind.scores(classifier, rows, sizes);
    return { windows: batch.count, scores: Float32Array.from(scores), embedding: null };
  }

  dispose(): void {
    this.network?.dispose();
  }
}

/** Lyrics as counts of known terms. */
function termInputs(inputs: InputsConfig, terms: readonly string[]): ModelInputSet {
  const entry = inputEntries(inputs).find(({ kind }) => kind.source === 'text')!;
  const kind = inputKinds[entry.kindName] as TextKind;
  const settings = { ...kind.settings(entry.options), terms: terms.length };
  const { grid } = bindInputs(inputs, []);
  const size = { length: terms.length, width: 1 };
  return {
    grid,
    list: [{ source: 'text', name: entry.name, kindName: entry.kindName, kind, size, settings }],
  };
}

/** A fitted baseline on disk: `model.json` and `weights.safetensors`, as for a network. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, messageOf, UsageError } from '../../base/errors.js';
import { writeWhole } from '../../base/files.js';
import type { InputsConfig } from '../../inputs/schema.js';
import type { Fitted } from '../../models/baselines/classifier.js';
import type { GridPoint } from '../../models/baselines/grid.js';
import type { BaselineSpec } from '../../models/baselines/spec.js';
import { MODEL_FILES } from '../../models/description.js';
import { decodeSafetensors, encodeSafetensors } from '../../models/safetensors.js';
import type { Task } from '../../models/task.js';
import type { FittedFeatures } from './features.js';
import { BASELINE_FORMAT } from './format.js';

/** Everything about a baseline but its arrays. */
export interface BaselineDescription {
  format: typeof BASELINE_FORMAT;
  name: string;
  task: Task;
  labels: string[];
  /** Decision threshold of each tag; null for classes. */
  thresholds: number[] | null;
  spec: BaselineSpec;
  /** The values that were chosen of the classifier's options. */
  chosen: GridPoint;
  /** How the features are computed. */
  inputs: InputsConfig;
  /** The columns' terms; null where columns are no words. */
  terms: string[] | null;
  /** Entries of jieba's user dictionary that the lyrics are segmented with; absent where there are none. */
  dictionary?: string[];
  /** What it was fitted to. */
  trained_on: { dataset: string; protocol: string; fingerprint: string; synthetic: string | null };
}

/** A baseline, read back. */
export interface StoredBaseline {
  description: BaselineDescription;
  features: FittedFeatures;
  classifier: Fitted;
}

/**
 * The folder of a fold's model.
 *
 * @param folder - `model/` of a run
 * @param fold - which fold; null where there is one split
 * @returns the folder
 */
export const foldFolder = (folder: string, fold: number | null): string =>
  fold === null ? folder : join(folder, `fold-${fold}`);

/**
 * Writes a baseline.
 *
 * @param folder - its folder
 * @param baseline - what it learned
 * @param description - everything else
 */
export async function saveBaseline(
  folder: string,
  { features, classifier }: Pick<StoredBaseline, 'features' | 'classifier'>,
  description: Omit<BaselineDescription, 'format' | 'terms'>,
): Promise<void> {
  const arrays: Fitted = new Map([
    ...[...features.arrays].map(([name, values]) => [`features/${name}`, values] as const),
    ...[...classifier].map(([name, values]) => [`classifier/${name}`, values] as const),
  ]);
  const whole: BaselineDescription = { format: BASELINE_FORMAT, ...description, terms: features.terms };
  await writeWhole(join(folder, MODEL_FILES.weights), encodeSafetensors(arrays, { format: BASELINE_FORMAT }));
  await writeWhole(join(folder, MODEL_FILES.description), `${JSON.stringify(whole, null, 2)}\n`);
}

/**
 * Reads a baseline.
 *
 * @param folder - its folder
 * @returns what it learned, and what it is
 * @throws UsageError when there is none; Failure when its files are damaged
 */
export async function loadBaseline(folder: string): Promise<StoredBaseline> {
  const text = await readFile(join(folder, MODEL_FILES.description), 'utf8').catch(() => {
    throw new UsageError(
      `${folder} holds no model (model.json is missing); give the folder of a finished run.`,
    );
  });
  try {
    const description = JSON.parse(text) as BaselineDescription;
    if (description.format !== BASELINE_FORMAT)
      throw new Error(`its format is "${description.format}", this version reads "${BASELINE_FORMAT}"`);
    const { weights } = decodeSafetensors(await readFile(join(folder, MODEL_FILES.weights)));
    const part = (prefix: string): Fitted =>
      new Map(
        [...weights].flatMap(([name, values]) =>
          name.startsWith(prefix) ? [[name.slice(prefix.length), values] as const] : [],
        ),
      );
    return {
      description,
      features: { arrays: part('features/'), terms: description.terms },
      classifier: part('classifier/'),
    };
  } catch (error) {
    throw new Failure(
      `The model in ${folder} cannot be read (${messageOf(error)}); copy it again, or run the experiment again.`,
    );
  }
}

/** A fitted baseline on disk: `model.json` and `weights.safetensors`, as for a network. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, messageOf, UsageError } from '../../base/errors.js';
import { writeWhole } from '../../base/files.js';
import type { Fitted } from '../../models/baselines/classifier.js';
import {
  BASELINE_FORMAT,
  type BaselineDescription,
  type StoredBaseline,
} from '../../models/baselines/predictor.js';
import { MODEL_FILES } from '../../models/description.js';
import { decodeSafetensors, encodeSafetensors } from '../../models/safetensors.js';

/** The folder of a fold's model, or of the only one. */
export const foldFolder = (folder: string, fold: number | null): string =>
  fold === null ? folder : join(folder, `fold-${fold}`);

/** Writes a baseline into a folder. */
export async function saveBaseline(
  folder: string,
  { features, classifier, description }: StoredBaseline,
): Promise<void> {
  const arrays: Fitted = new Map([
    ...[...features.arrays].map(([name, values]) => [`features/${name}`, values] as const),
    ...[...classifier].map(([name, values]) => [`classifier/${name}`, values] as const),
  ]);
  await writeWhole(join(folder, MODEL_FILES.weights), encodeSafetensors(arrays, { format: BASELINE_FORMAT }));
  await writeWhole(join(folder, MODEL_FILES.description), `${JSON.stringify(description, null, 2)}\n`);
}

/** Reads a baseline. Throws UsageError when there is none; Failure when its files are damaged. */
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

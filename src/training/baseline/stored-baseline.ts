/** A fitted baseline on disk: `model.json` and `weights.safetensors`, as for a network. */
import { join } from 'node:path';
import { addChecksums, checkedBytes } from '../../base/checksums.js';
import { Failure, lineOf, UsageError } from '../../base/errors.js';
import { exists, writeWhole } from '../../base/files.js';
import type { Fitted } from '../../models/baselines/classifier.js';
import { BASELINE_FORMAT, parseBaseline, type StoredBaseline } from '../../models/baselines/predictor.js';
import { MODEL_FILES } from '../../models/description.js';
import { decodeSafetensors, encodeSafetensors, requireFinite } from '../../models/safetensors.js';

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
  await addChecksums(folder, [MODEL_FILES.weights, MODEL_FILES.description]);
}

/** Reads a baseline. Throws UsageError when there is none; Failure when its files are damaged. */
export async function loadBaseline(folder: string): Promise<StoredBaseline> {
  const path = join(folder, MODEL_FILES.description);
  if (!(await exists(path)))
    throw new UsageError(
      `${folder} holds no model (model.json is missing); give the folder of a finished run.`,
    );
  try {
    const description = parseBaseline(JSON.parse((await checkedBytes(path)).toString('utf8')));
    const { weights } = decodeSafetensors(await checkedBytes(join(folder, MODEL_FILES.weights)));
    requireFinite(weights);
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
      `The model in ${folder} cannot be read (${lineOf(error)}); copy it again, or run the experiment again.`,
    );
  }
}

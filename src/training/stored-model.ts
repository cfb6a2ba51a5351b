/** A trained model on disk: `model/model.json` and `model/weights.safetensors`. The same files serve a browser. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, messageOf, WrongUse } from '../base/errors.js';
import { writeWhole } from '../base/files.js';
import type { Config } from '../config/schema.js';
import type { Task } from '../eval/predictions.js';
import { buildModel, type ModelShape, type TaggingModel } from '../models/model.js';
import { decodeSafetensors, encodeSafetensors } from '../models/safetensors.js';
import type { ModelSpec } from '../models/spec.js';
import type { Vocabulary } from '../text/vocabulary.js';

/** Changes when older files cannot be read any more. */
const FORMAT = 'polytag-model/1';

/** Everything about a model but its weights. */
export interface ModelDescription {
  format: typeof FORMAT;
  name: string;
  task: Task;
  labels: string[];
  /** Decision threshold of each label, chosen on the validation part; tagging only. */
  thresholds: number[] | null;
  spec: ModelSpec;
  shape: ModelShape;
  /** How the inputs are computed; a model is never fed anything else. */
  inputs: Config['inputs'];
  vocabulary: Vocabulary | null;
  /** What it was trained on, with which protocol. */
  trained_on: { dataset: string; protocol: string; fingerprint: string; synthetic: string | null };
}

/**
 * Writes a model.
 *
 * @param folder - `model/` of a run
 * @param model - the network
 * @param description - everything else
 */
export async function saveModel(
  folder: string,
  model: TaggingModel,
  description: Omit<ModelDescription, 'format'>,
): Promise<void> {
  await writeWhole(
    join(folder, 'weights.safetensors'),
    encodeSafetensors(model.parameters.read(), { format: FORMAT }),
  );
  await writeWhole(
    join(folder, 'model.json'),
    `${JSON.stringify({ format: FORMAT, ...description }, null, 2)}\n`,
  );
}

/**
 * Reads a model. An engine must be running.
 *
 * @param folder - `model/` of a run
 * @returns the network with its weights, and its description
 * @throws WrongUse when there is no model; Failure when its files are damaged
 */
export async function loadModel(
  folder: string,
): Promise<{ model: TaggingModel; description: ModelDescription }> {
  const text = await readFile(join(folder, 'model.json'), 'utf8').catch(() => {
    throw new WrongUse(
      `${folder} holds no model (model.json is missing); give the model/ folder of a finished run.`,
    );
  });
  let model: TaggingModel | null = null;
  try {
    const description = JSON.parse(text) as ModelDescription;
    if (description.format !== FORMAT)
      throw new Error(`its format is "${description.format}", this version reads "${FORMAT}"`);
    model = buildModel(description.spec, description.shape, 0);
    model.parameters.write(decodeSafetensors(await readFile(join(folder, 'weights.safetensors'))).weights);
    return { model, description };
  } catch (error) {
    model?.dispose();
    throw new Failure(
      `The model in ${folder} cannot be read (${messageOf(error)}); copy it again, or train it again.`,
    );
  }
}

/** A trained model on disk: `model/model.json` and `model/weights.safetensors`. The same files serve a browser. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Failure, messageOf, UsageError } from '../base/errors.js';
import { writeWhole } from '../base/files.js';
import type { Config } from '../config/schema.js';
import { buildModel, type ModelShape, type TaggingModel } from '../models/model.js';
import type { WeightValues } from '../models/parameters.js';
import { decodeSafetensors, encodeSafetensors } from '../models/safetensors.js';
import type { ModelSpec } from '../models/spec.js';
import type { Task } from '../models/task.js';
import type { Vocabulary } from '../text/vocabulary.js';
import { requireNetwork } from './baseline/format.js';
import { type ModelSettings, settingsOf } from './model-settings.js';

/** Changes when older files cannot be read any more. */
export const MODEL_FORMAT = 'polytag-model/1';

/** Names of the files of a model. */
export const MODEL_FILES = { description: 'model.json', weights: 'weights.safetensors' } as const;

/** Where the weights of a model come from that was not trained here. */
export interface ModelOrigin {
  /** In a few words: the package, the file. */
  source: string;
  /** SHA-256 of the file that held the weights, hexadecimal. */
  sha256: string;
  licence: string | null;
  citation: string[];
  /** What its authors report of the test part. */
  reported: { roc_auc: number; pr_auc: number } | null;
}

/** Everything about a model but its weights. */
export interface ModelDescription {
  format: typeof MODEL_FORMAT;
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
  /** Entries of jieba's user dictionary that the lyrics are segmented with; absent where there are none. */
  dictionary?: string[];
  /** What it was trained on, with which protocol. */
  trained_on: { dataset: string; protocol: string; fingerprint: string; synthetic: string | null };
  /**
   * What becomes of the end of a recording that fills no whole window: `cover` moves the last window back so that it
   * ends where the recording ends, `drop` leaves the end out. `cover` when absent.
   */
  remainder?: 'cover' | 'drop';
  /** Absent for a model of a run. */
  origin?: ModelOrigin;
  /** What follows from the above for whoever computes inputs; absent in models of the first version. */
  settings?: ModelSettings;
}

/**
 * The files of a model.
 *
 * @param weights - of the network, by name
 * @param description - everything else
 * @returns contents by file name
 */
export function modelFiles(
  weights: ReadonlyMap<string, WeightValues>,
  description: Omit<ModelDescription, 'format' | 'settings'>,
): Record<string, string | Uint8Array> {
  const whole: ModelDescription = {
    format: MODEL_FORMAT,
    ...description,
    settings: settingsOf(description),
  };
  return {
    [MODEL_FILES.weights]: encodeSafetensors(weights, { format: MODEL_FORMAT }),
    [MODEL_FILES.description]: `${JSON.stringify(whole, null, 2)}\n`,
  };
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
  description: Omit<ModelDescription, 'format' | 'settings'>,
): Promise<void> {
  const files = modelFiles(model.parameters.read(), description);
  for (const [name, content] of Object.entries(files)) await writeWhole(join(folder, name), content);
}

/**
 * Reads what a model is, without its weights.
 *
 * @param folder - `model/` of a run
 * @returns its description
 * @throws UsageError when there is no model; Failure when it is damaged or wants inputs that this version has not
 */
export async function readModelDescription(folder: string): Promise<ModelDescription> {
  const text = await readFile(join(folder, MODEL_FILES.description), 'utf8').catch(() => {
    throw new UsageError(
      `${folder} holds no model (model.json is missing); give the model/ folder of a finished run.`,
    );
  });
  const parsed: unknown = await readable(folder, () => JSON.parse(text));
  requireNetwork(folder, parsed);
  return readable(folder, () => {
    const description = parsed as ModelDescription;
    if (description.format !== MODEL_FORMAT)
      throw new Error(`its format is "${description.format}", this version reads "${MODEL_FORMAT}"`);
    const { settings } = description;
    if (settings && !isDeepStrictEqual(settings, settingsOf(description)))
      throw new Error('its settings are not those that this version computes inputs with');
    return description;
  });
}

/**
 * Reads a model. An engine must be running.
 *
 * @param folder - `model/` of a run
 * @returns the network with its weights, and its description
 * @throws UsageError when there is no model; Failure when its files are damaged
 */
export async function loadModel(
  folder: string,
): Promise<{ model: TaggingModel; description: ModelDescription }> {
  const description = await readModelDescription(folder);
  return readable(folder, async () => {
    const model = buildModel(description.spec, description.shape, 0);
    try {
      model.parameters.write(decodeSafetensors(await readFile(join(folder, MODEL_FILES.weights))).weights);
      return { model, description };
    } catch (error) {
      model.dispose();
      throw error;
    }
  });
}

/** Says of whatever goes wrong that the model's files are damaged. */
async function readable<T>(folder: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new Failure(
      `The model in ${folder} cannot be read (${messageOf(error)}); copy it again, or train it again.`,
    );
  }
}

/** Networks of transcription, from the models of this machine. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, messageOf, systemCode, UsageError } from '../../base/errors.js';
import { modelsFolder } from '../../base/package.js';
import { loadEngine } from '../../engine/engine.js';
import { type BasicPitch, readBasicPitch } from '../polyphonic/basic-pitch.js';

/** Where a network is: a model that was pulled, a file of it, and the folder of all models. */
export interface PulledFile {
  model: string;
  file: string;
  folder?: string;
}

/**
 * Reads a file of a model that was pulled, starts the engine, and opens the network in it. Throws a UsageError when the
 * model was not pulled, a Failure when the file is damaged, and what `open` throws as a RangeError.
 */
export async function openPulled<Network>(
  { model, file, folder = modelsFolder() }: PulledFile,
  open: (bytes: Uint8Array) => Network,
): Promise<Network> {
  const path = join(folder, model, file);
  const bytes = await readFile(path).catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw new Failure(`${path} cannot be read (${messageOf(error)}).`);
    throw new UsageError(`The model ${model} is not installed; run "polytag models pull ${model}".`);
  });
  await loadEngine();
  try {
    return open(bytes);
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new Failure(
      `${path} is not the model (${messageOf(error)}); run "polytag models pull ${model} --force".`,
    );
  }
}

/** Opens Basic Pitch; see `openBasicPitch` of the library. `folder`: where models that were pulled are. */
export const openBasicPitch = (folder?: string): Promise<BasicPitch> =>
  openPulled({ model: 'basic-pitch', file: 'model.onnx', folder }, readBasicPitch);

/** The frozen models of a network's inputs on disk: those that are installed, and those in the folder of the network. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { CHECKSUMS, checkedBytes } from '../base/checksums.js';
import { UsageError } from '../base/errors.js';
import { exists } from '../base/files.js';
import { EMBEDDING, type EmbeddingOptions, embedding } from '../inputs/embedding.js';
import { type InputsConfig, inputEntries } from '../inputs/schema.js';
import { Embedder } from '../models/embedder.js';
import type { Predictor } from '../models/predictor.js';
import { copyModel, weightsSha256 } from './model-files.js';
import { findModel } from './store.js';

/** Folder, in that of a network, of the frozen models that make its inputs, each under the input's name. */
const FROZEN = 'frozen';

/**
 * Folder of the frozen model of an input: in that of the network that has it, else the installed one.
 *
 * @param folder - of the network; null for none
 * @throws UsageError where the model is not installed, or not the one that the config was made with
 */
export async function frozenModelFolder(
  inputs: InputsConfig,
  input: string,
  folder: string | null,
): Promise<string> {
  const { model, frozen } = embeddingOptions(inputs, input);
  const own = folder === null ? null : join(folder, FROZEN, input);
  const place = own !== null && (await exists(own)) ? own : await findModel(model);
  const sha256 = await weightsSha256([place]);
  if (sha256 !== frozen!.sha256)
    throw new UsageError(
      `inputs.${input}: the model ${model} is not the one that this was made with (SHA-256 ${sha256}, not ${frozen!.sha256}); put that model back, or train again.`,
    );
  return place;
}

/** Copies the frozen models of inputs into the folder of the network that was trained on their embeddings. */
export async function saveFrozenModels(folder: string, inputs: InputsConfig): Promise<void> {
  for (const { name, kindName } of inputEntries(inputs))
    if (kindName === EMBEDDING)
      await copyModel(await frozenModelFolder(inputs, name, null), join(folder, FROZEN, name));
}

/** Content of the frozen models' files in the folder of a network, by their names from it; none where it has none. */
export async function frozenModelFiles(folder: string): Promise<Record<string, Uint8Array>> {
  const place = join(folder, FROZEN);
  if (!(await exists(place))) return {};
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(
      paths.map(async (path) => [
        relative(folder, path).replaceAll('\\', '/'),
        basename(path) === CHECKSUMS ? await readFile(path) : await checkedBytes(path),
      ]),
    ),
  );
}

const embeddingOptions = (inputs: InputsConfig, input: string): EmbeddingOptions =>
  inputEntries(inputs).find(({ name }) => name === input)!.options as EmbeddingOptions;

/** Opens a model for its embeddings, those of a layer. */
export type OpenFrozen = (folder: string, layer: string) => Promise<Predictor>;

/**
 * Opens the frozen model of an input. An engine must be running. Throws as `open`.
 *
 * @param place - of the model, from `frozenModelFolder`
 */
export async function openEmbedderOf(
  inputs: InputsConfig,
  input: string,
  place: string,
  open: OpenFrozen,
): Promise<Embedder> {
  const options = embeddingOptions(inputs, input);
  const rows = embedding.frozen!(embedding.settings(options, inputs.sample_rate))!;
  return new Embedder(await open(place, options.layer), rows);
}

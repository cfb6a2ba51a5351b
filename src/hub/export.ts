/** A model as files for other tools. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { addChecksums, CHECKSUMS, checkedBytes } from '../base/checksums.js';
import { Failure, messageOf, UsageError } from '../base/errors.js';
import { writeWhole } from '../base/files.js';
import { MODEL_FILES } from '../models/description.js';
import { decodeSafetensors } from '../models/safetensors.js';
import { cardFiles } from './card.js';
import type { Files } from './export-formats/format.js';
import { type ExportFormat, exportFormats, GRAPH_FORMATS } from './export-formats/index.js';
import { frozenModelFiles } from './frozen-folder.js';
import { readModelDescription } from './model-folder.js';
import { findModel } from './store.js';

/** How a model is exported. */
export interface ExportOptions {
  /** Whether a graph takes samples in place of the mel spectrogram. Default: false. */
  withFrontend?: boolean;
  /** The cache's part for models. */
  folder?: string;
  /** Receives what the user should know, a sentence each. */
  log?: (line: string) => void;
}

/**
 * Writes a model for other tools: weights or a graph, `model.json` with everything that computing its inputs needs, its card,
 * and programs that load it. The folder is new or empty, or holds the same or a part of it.
 *
 * @param format - `safetensors`; `tfjs`: TensorFlow.js's manifest and shards, and a graph model; `onnx`: the network as a
 *   graph. The last two start an engine.
 * @returns the paths of the files
 * @throws UsageError when there is no such model, the folder is in use, or the front end cannot be a part of a graph;
 *   Failure when the model is damaged, or has an operation that ONNX export does not support
 */
export async function exportModel(
  nameOrRun: string,
  format: ExportFormat,
  out: string,
  { withFrontend = false, folder, log = () => {} }: ExportOptions = {},
): Promise<string[]> {
  if (withFrontend && !GRAPH_FORMATS.includes(format))
    throw new UsageError(
      `--with-frontend: ${format} holds no graph; give --format ${GRAPH_FORMATS.join(' or ')}, or leave it out.`,
    );
  const place = await findModel(nameOrRun, folder);
  const description = await readModelDescription(place);
  const read = (name: string): Promise<Buffer> =>
    checkedBytes(join(place, name)).catch((error: unknown) => {
      throw new Failure(
        `The model in ${place} cannot be read (${name}: ${messageOf(error)}); fetch or train it again.`,
      );
    });
  const bytes = await read(MODEL_FILES.weights);
  const { files: own, use } = await readable(place, () => {
    const { weights } = decodeSafetensors(bytes); // Damaged models are not exported.
    return exportFormats[format]({ description, bytes, weights }, { withFrontend, log });
  });
  const files: Files = {
    ...own,
    [MODEL_FILES.description]: await read(MODEL_FILES.description),
    ...(await cardFiles(description, { tags: [format], more: `\n## Use\n\n${use}\n` })),
  };
  // What makes its inputs goes with it.
  Object.assign(files, await readable(place, () => frozenModelFiles(place)));
  // The licence is copied with the weights, and what the model was trained on.
  for (const name of ['LICENSE', MODEL_FILES.seen]) {
    const content = await read(name).catch(() => null);
    if (content) files[name] = content;
  }
  await requireFree(out, files);
  for (const [name, content] of Object.entries(files)) await writeWhole(join(out, name), content);
  await addChecksums(out, Object.keys(files));
  return [...Object.keys(files), CHECKSUMS].map((name) => join(out, name));
}

/** Throws a UsageError where a folder holds anything but the same export, or a part of it. */
async function requireFree(out: string, files: Files): Promise<void> {
  const names = Object.keys(files);
  const entries = await readdir(out, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (entry.isDirectory()) continue;
    const name = relative(out, join(entry.parentPath, entry.name)).replaceAll('\\', '/');
    const isUnfinished =
      /\.part$/.test(name) && [...names, CHECKSUMS].some((own) => name.startsWith(`${own}.`));
    const isSame =
      Object.hasOwn(files, name) &&
      Buffer.from(files[name]).equals(await readFile(join(out, name)).catch(() => Buffer.alloc(0)));
    if (!isUnfinished && !isSame && name !== CHECKSUMS)
      throw new UsageError(`${out} is not empty; give another folder with --out.`);
  }
}

/** Turns any error into a Failure about a damaged model. */
async function readable<Result>(place: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`The model in ${place} cannot be read (${messageOf(error)}); fetch or train it again.`);
  }
}

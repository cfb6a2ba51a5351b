/** Extensions that a config names: modules that add to the registries without a fork. */
import { pathToFileURL } from 'node:url';
import { UsageError } from '../base/errors.js';
import { importExtension } from '../base/extensions.js';
import { exists, fileSha256 } from '../base/files.js';
import { register } from '../base/registry.js';
import type { DataSet } from '../data/data-set.js';
import { dataSets } from '../data/sets/index.js';
import { type ModelExtension, registerModelParts, toolkit } from '../models/extension.js';
import { type LossKind, losses } from '../training/losses/index.js';

/** The registries that an extension may add to, by name. */
export interface Extension extends ModelExtension {
  losses?: Record<string, LossKind>;
  dataSets?: Record<string, DataSet>;
}

/** An extension in a run's record or a stored model. */
export interface ExtensionRecord {
  file: string;
  /** Hexadecimal. */
  sha256: string;
}

/**
 * Loads extensions that are not loaded yet. Throws a UsageError for a missing file or a taken name; a Failure when a
 * module throws.
 */
export async function loadExtensions(files: readonly string[]): Promise<ExtensionRecord[]> {
  const records: ExtensionRecord[] = [];
  for (const file of files) {
    if (!(await exists(file)))
      throw new UsageError(`extensions: there is no file ${file}; paths are relative to the config.`);
    await importExtension(pathToFileURL(file).href, toolkit, (extension: Extension) => {
      registerModelParts(extension);
      for (const [name, kind] of Object.entries(extension.losses ?? {}))
        register(losses as Record<string, unknown>, 'loss', name, kind);
      for (const [name, kind] of Object.entries(extension.dataSets ?? {}))
        register(dataSets as Record<string, unknown>, 'data set', name, kind);
    });
    records.push({ file, sha256: await fileSha256(file) });
  }
  return records;
}

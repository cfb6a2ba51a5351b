/** Fetches published models: the package that holds their weights by pip, out of which they are read. */
import { join } from 'node:path';
import { modelsFolder } from '../base/cache.js';
import { Failure, messageOf, UsageError } from '../base/errors.js';
import { fileSha256 } from '../base/sha256.js';
import { type RunCommand, runCommand } from '../install/command.js';
import { downloadWheels, type OnBytes } from '../install/download.js';
import type { Wheel } from '../install/pins.js';
import { findPip } from '../install/python.js';
import { musicnnWeightMap, readMusicnnWheel } from './musicnn-wheel.js';
import { type PublishedModel, type PublishedName, publishedModels } from './published.js';
import { cachedModels, placeModel, writingModels } from './store.js';
import { zooModelFiles } from './zoo-model.js';

/** How models are fetched. */
export interface PullOptions {
  /** The package, already here; pip fetches it when left out. */
  from?: string;
  /** Whether models that are here are fetched again. */
  force?: boolean;
  /** The cache's part for models. */
  folder?: string;
  /** Runs pip. */
  run?: RunCommand;
  /** Told what happens, a sentence at a time. */
  log: (line: string) => void;
  onBytes?: OnBytes;
}

/**
 * Fetches models and stores them in the cache, each whole or not at all.
 *
 * @param names - which ones
 * @param options - where the package comes from, and who is told
 * @returns the folder of each, in the order of the names
 * @throws Failure when the package cannot be had or is not the pinned one
 */
export async function pullModels(names: readonly PublishedName[], options: PullOptions): Promise<string[]> {
  const { folder = modelsFolder(), force = false, log } = options;
  await writingModels(
    async (temporary) => {
      const here = force ? [] : await cachedModels(folder);
      const missing = names.filter((name) => !here.includes(name));
      const fetched = new Map<Wheel, string>();
      for (const name of missing) {
        const model: PublishedModel = publishedModels[name];
        const { wheel, licence } = model;
        if (!fetched.has(wheel)) {
          log(`${wheel.requirement}, ${Math.round(wheel.bytes / 1e6)} MB; licence: ${licence}.`);
          fetched.set(wheel, await obtainWheel(wheel, temporary, options));
        }
        await placeModel(name, await publishedFiles(name, model, fetched.get(wheel)!), folder);
      }
    },
    { folder, log },
  );
  return names.map((name) => join(folder, name));
}

async function obtainWheel(
  wheel: Wheel,
  temporary: string,
  { from, run = runCommand, onBytes }: PullOptions,
): Promise<string> {
  if (from !== undefined) {
    const sha256 = await fileSha256(from).catch((error: unknown) => {
      throw new UsageError(`${from} cannot be read (${messageOf(error)}); give the file ${wheel.file}.`);
    });
    if (sha256 !== wheel.sha256)
      throw new Failure(
        `${from} is not the file that polytag knows (its SHA-256 is ${sha256.slice(0, 12)}…, that of ${wheel.file} ${wheel.sha256.slice(0, 12)}…); download it again.`,
      );
    return from;
  }
  const pip = await findPip(run).catch(() => {
    throw new Failure(
      `Python 3 with pip is needed to fetch ${wheel.requirement}, and none was found: install it (Debian and Ubuntu: "apt install python3-pip"), or fetch ${wheel.file} elsewhere and give it with --from FILE.`,
    );
  });
  const [path] = await downloadWheels([wheel], temporary, pip, run, onBytes);
  return path;
}

async function publishedFiles(
  name: PublishedName,
  model: PublishedModel,
  wheel: string,
): Promise<Record<string, string | Uint8Array>> {
  const { architecture, checkpoint, dataset, protocol, citation, reported } = model;
  const { weights, labels, licence } = await readMusicnnWheel(wheel, model);
  const files = await zooModelFiles(
    {
      name,
      architecture,
      labels,
      origin: {
        source: `${model.wheel.requirement.replace('==', ' ')} on the Python Package Index, ${checkpoint}`,
        sha256: model.wheel.sha256,
        licence: model.licence,
        citation,
        reported,
      },
      trainedOn: { dataset, protocol },
    },
    weights,
    musicnnWeightMap(architecture),
    wheel,
  );
  return { ...files, LICENSE: licence };
}

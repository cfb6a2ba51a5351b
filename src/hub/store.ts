/** Models on this machine: those in the cache folder by name, and those of runs by folder. */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { addChecksums } from '../base/checksums.js';
import { UsageError } from '../base/errors.js';
import { exists, explainWriteError, writeWhole } from '../base/files.js';
import { withLock } from '../base/lock.js';
import { nearestName } from '../base/nearest-name.js';
import { modelsFolder } from '../base/package.js';
import { MODEL_FILES } from '../models/description.js';
import { isKnown } from './known/index.js';
import { isGraph, PUBLISHED_NAMES, PULLABLE_NAMES } from './published/index.js';

/** Valid names of models. */
const NAME = /^[a-z0-9][a-z0-9._-]*$/;

/** Suffix of unfinished folders. */
const UNFINISHED = /\.part$/;

/** Throws a UsageError for a name under which no model can be stored. */
export function requireModelName(name: string): void {
  if (!NAME.test(name) || UNFINISHED.test(name))
    throw new UsageError(
      `"${name}" is not a valid model name; use lower-case letters, digits, dots, hyphens and underscores.`,
    );
}

/**
 * Name of a model that is imported: the one that is given, else the file's without its ending. Throws a UsageError for one
 * that cannot be stored, or that a published model has.
 */
export function importName(given: string | undefined, file: string): string {
  const name = given ?? basename(file, extname(file)).toLowerCase();
  requireModelName(name);
  if ((PULLABLE_NAMES as string[]).includes(name))
    throw new UsageError(`${name} is the name of a published model; give another with --name.`);
  return name;
}

/**
 * Runs work that writes models while no other process does, and removes what a killed one left behind. `work` gets a
 * temporary folder of its own, which is removed at the end.
 */
export async function writingModels<T>(
  work: (temporary: string) => Promise<T>,
  { folder = modelsFolder(), log }: { folder?: string; log: (line: string) => void },
): Promise<T> {
  const onWait = (): void => log('Another process is fetching models; waiting for it.');
  return withLock(join(folder, '.lock'), onWait, async () => {
    for (const name of await readdir(folder))
      if (UNFINISHED.test(name)) await rm(join(folder, name), { recursive: true, force: true });
    const temporary = join(folder, `.${randomUUID().slice(0, 8)}.part`);
    try {
      await mkdir(temporary);
      return await work(temporary);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  });
}

/**
 * Puts a model into the cache, whole or not at all, replacing one of the same name. Call it inside `writingModels`.
 * Throws a Failure when the disk is full or the folder cannot be written.
 */
export async function placeModel(
  name: string,
  files: Record<string, string | Uint8Array>,
  folder: string = modelsFolder(),
): Promise<string> {
  const target = join(folder, name);
  const [fresh, old] = ['new', 'old'].map((which) => `${target}.${which}.part`);
  try {
    for (const [file, content] of Object.entries(files)) await writeWhole(join(fresh, file), content);
    await addChecksums(fresh, Object.keys(files));
    if (await exists(target)) await rename(target, old);
    await rename(fresh, target);
    await rm(old, { recursive: true, force: true });
    return target;
  } catch (error) {
    await rm(fresh, { recursive: true, force: true }).catch(() => undefined);
    throw explainWriteError(target, error);
  }
}

/** Stores an imported model and returns its folder. Throws a UsageError where one of its name is there, unless `force`. */
export function placeImport(
  name: string,
  files: Record<string, string | Uint8Array>,
  { force, folder, log }: { force: boolean; folder: string; log: (line: string) => void },
): Promise<string> {
  return writingModels(
    async () => {
      if (!force && (await cachedModels(folder)).includes(name))
        throw new UsageError(
          `The model ${name} exists already; replace it with --force, or give another --name.`,
        );
      return placeModel(name, files, folder);
    },
    { folder, log },
  );
}

/** Names of the models in the cache, in alphabetical order. */
export async function cachedModels(folder: string = modelsFolder()): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries
    .filter((entry) => entry.isDirectory() && NAME.test(entry.name))
    .map(({ name }) => name);
  return names.filter((name) => !UNFINISHED.test(name)).sort();
}

/** Folders of the runs in `reports` that ended with a model, in alphabetical order. */
export async function runsWithModels(reports: string): Promise<string[]> {
  const entries = await readdir(reports, { withFileTypes: true }).catch(() => []);
  const runs = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(reports, name));
  const finished = await Promise.all(runs.map((run) => exists(join(run, 'model', MODEL_FILES.description))));
  return runs.filter((_, i) => finished[i]).sort();
}

/** Between the names of models that predict in one pass. */
const AND = '+';

/**
 * Folders of the models that a name stands for: of one model, or of several joined by "+", such as an extractor of
 * embeddings and classifiers of these. A classifier may go without the name of the extractor before it: `mood_happy` after
 * `discogs-effnet` is `mood_happy-discogs-effnet`. Throws as `findModel`.
 */
export async function findModels(names: string, folder: string = modelsFolder()): Promise<string[]> {
  // A folder may have the sign in its name.
  if (!names.includes(AND) || (await exists(names))) return [await findModel(names, folder)];
  const [first, ...heads] = names.split(AND);
  const cached = await cachedModels(folder);
  const whole = async (head: string): Promise<string> => {
    const name = `${head}-${first}`;
    if (cached.includes(head) || (await exists(head))) return head;
    return cached.includes(name) || isKnown(name) ? name : head;
  };
  const all = [first, ...(await Promise.all(heads.map(whole)))];
  return Promise.all(all.map((name) => findModel(name, folder)));
}

/**
 * Folder of a model, given its name in the cache or the folder of a run or of a model. Throws a UsageError when there
 * is none, with how to get it.
 */
export async function findModel(nameOrRun: string, folder: string = modelsFolder()): Promise<string> {
  const candidates = [join(nameOrRun, 'model'), nameOrRun];
  if (NAME.test(nameOrRun)) candidates.unshift(join(folder, nameOrRun));
  for (const candidate of candidates)
    if (await exists(join(candidate, MODEL_FILES.description))) return candidate;
  if (isGraph(nameOrRun))
    throw new UsageError(
      `${nameOrRun} is a model of "polytag transcribe" and has no tags; choose another model ("polytag models list").`,
    );
  if ((PUBLISHED_NAMES as string[]).includes(nameOrRun))
    throw new UsageError(`The model ${nameOrRun} is not installed; run "polytag models pull ${nameOrRun}".`);
  if (isKnown(nameOrRun))
    throw new UsageError(
      `The model ${nameOrRun} is not installed; run "polytag models pull ${nameOrRun}", which asks for --accept-licence.`,
    );
  const known = [
    ...new Set([...PUBLISHED_NAMES, ...(await cachedModels(folder)).filter((name) => !isGraph(name))]),
  ];
  throw new UsageError(
    `There is no model "${nameOrRun}", and no run with one in that folder; known are ${known.join(', ')}, nearest ${nearestName<string>(nameOrRun, known)}.`,
  );
}

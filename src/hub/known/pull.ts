/** Fetches known models from their publisher and imports them. */
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UsageError } from '../../base/errors.js';
import { withLock } from '../../base/lock.js';
import { modelsFolder } from '../../base/package.js';
import { downloadFile, type OnBytes } from '../../data/download/file.js';
import { PATIENT, type RetryPolicy } from '../../data/download/retry.js';
import { importGraph } from '../graph/import.js';
import { cachedModels } from '../store.js';
import { ESSENTIA_MODELS } from './essentia-extractors.js';
import { requireFirstSeen } from './first-seen.js';
import { knownModels } from './index.js';
import { knownSize } from './list.js';
import type { KnownModel } from './model.js';

export interface PullKnownOptions {
  /** Whether the licences of the models are accepted that ask for it. */
  acceptLicence: boolean;
  /** Address under which the catalogue's paths are. Default: the publisher's. */
  mirror?: string;
  /** Whether models that are installed are fetched again. */
  force?: boolean;
  folder?: string;
  /** How long a broken connection is tried again. */
  policy?: RetryPolicy;
  log: (line: string) => void;
  /** Receives the bytes of a graph that have come, and all of them (null: unknown). */
  onBytes?: OnBytes;
}

/** Folder of what is being downloaded, in the cache's part for models: an interrupted download continues from there. */
const DOWNLOADS = '.downloads';

/** Names with the extractors that they need before them, each once. */
function withExtractors(names: readonly string[], known: Readonly<Record<string, KnownModel>>): string[] {
  return [
    ...new Set(
      names.flatMap((name) => {
        const { needs } = known[name];
        return needs === null ? [name] : [needs, name];
      }),
    ),
  ];
}

/**
 * Fetches models with the extractors that they need, and imports them. What is installed is left alone unless `force`, which
 * an extractor that was not named itself does not follow. Returns the folders of all of them, extractors before classifiers.
 *
 * @throws UsageError, before anything is fetched, when a model cannot be run or its licence was not accepted
 * @throws Failure when a file cannot be fetched, is not the known one or not the one that was pulled first, or cannot be imported
 */
export async function pullKnown(
  names: readonly string[],
  {
    acceptLicence,
    mirror = ESSENTIA_MODELS,
    force = false,
    folder = modelsFolder(),
    ...options
  }: PullKnownOptions,
  known: Readonly<Record<string, KnownModel>> = knownModels,
): Promise<string[]> {
  for (const name of names)
    if (known[name].obstacle !== null)
      throw new UsageError(`${name} cannot be run: ${known[name].obstacle}.`);
  const wanted = withExtractors(names, known);
  const missing = async (): Promise<string[]> => {
    const here = await cachedModels(folder);
    return wanted.filter((name) => !here.includes(name) || (force && names.includes(name)));
  };
  requireLicences(await missing(), acceptLicence, known);
  const onWait = (): void => options.log('Another process is pulling models; waiting for it.');
  await withLock(join(folder, `${DOWNLOADS}.lock`), onWait, async () => {
    for (const name of await missing())
      await pullOne(name, known[name], { ...options, folder, base: baseOf(mirror) });
  });
  return wanted.map((name) => join(folder, name));
}

/** The address with a slash at its end. Throws UsageError for what is no address of the web. */
function baseOf(mirror: string): string {
  if (!/^https?:\/\/\S+$/.test(mirror))
    throw new UsageError(`--mirror: "${mirror}" is not an address that begins with https:// or http://.`);
  return mirror.endsWith('/') ? mirror : `${mirror}/`;
}

function requireLicences(
  names: readonly string[],
  isAccepted: boolean,
  known: Readonly<Record<string, KnownModel>>,
): void {
  const asked = names.filter((name) => known[name].licence.isAsked);
  if (isAccepted || asked.length === 0) return;
  const texts = [...new Set(asked.map((name) => `${known[name].licence.text} (${known[name].licence.url})`))];
  throw new UsageError(
    `The licence of ${asked.join(', ')}: ${texts.join('; ')}; nothing was fetched: give --accept-licence if you accept ${texts.length === 1 ? 'it' : 'them'}.`,
  );
}

async function pullOne(
  name: string,
  { path, needs, frontEnd, isRegression, sha256, licence, bytes }: KnownModel,
  {
    folder,
    base,
    policy = PATIENT,
    log,
    onBytes,
  }: Pick<PullKnownOptions, 'policy' | 'log' | 'onBytes'> & { folder: string; base: string },
): Promise<void> {
  log(`${name}, ${knownSize({ bytes })}; licence: ${licence.text}.`);
  const place = join(folder, DOWNLOADS, basename(path));
  const [metadata, graph] = [`${place}.json`, `${place}.onnx`];
  const fetchFile = async (end: '.json' | '.onnx', sum: string | null, report: OnBytes): Promise<void> => {
    const remote = { url: `${base}${path}${end}`, path: `${place}${end}`, sha256: sum ?? undefined };
    await downloadFile(remote, policy, undefined, report);
    await requireFirstSeen(`${path}${end}`, remote.path, folder);
  };
  try {
    await fetchFile('.json', null, () => {});
    await fetchFile('.onnx', sha256, (done, total) => onBytes?.(done, total ?? bytes));
    await importGraph({
      ...{ file: graph, metadata, name, folder, log, force: true, isRegression },
      ...(needs !== null && { extractor: needs }),
      ...(frontEnd !== null && { frontend: frontEnd }),
      origin: { source: `${ESSENTIA_MODELS}${path}.onnx`, licence: `${licence.text} (${licence.url})` },
    });
  } finally {
    // Parts of files stay, whole ones do not: they are in the model, or were refused.
    for (const file of [metadata, graph]) await rm(file, { force: true });
  }
}

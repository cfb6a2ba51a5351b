/** Fetches published models into the cache. */
import { join } from 'node:path';
import { modelsFolder } from '../base/package.js';
import { publishedCard, sizeText } from './card.js';
import { type PublishedGraph, readGraphFiles } from './published/graph.js';
import { pullable } from './published/index.js';
import type { PublishedModel } from './published/model.js';
import {
  describeSource,
  type ModelSource,
  type ObtainOptions,
  obtain,
  sourceName,
} from './published/sources.js';
import { cachedModels, placeModel, writingModels } from './store.js';
import { zooModelFiles } from './zoo-model.js';

export interface PullOptions extends ObtainOptions {
  /** Whether models in the cache are fetched again. */
  force?: boolean;
  folder?: string;
  /** Receives one-sentence progress messages. */
  log: (line: string) => void;
}

/**
 * Fetches models into the cache, each whole or not at all, and returns their folders in the order of the names. Throws
 * a Failure when a file cannot be fetched or is not the pinned one.
 */
export async function pullModels(
  names: readonly string[],
  options: PullOptions,
  published: Record<string, PublishedModel | PublishedGraph> = pullable,
): Promise<string[]> {
  const { folder = modelsFolder(), force = false, log } = options;
  await writingModels(
    async (temporary) => {
      const here = force ? [] : await cachedModels(folder);
      const missing = names.filter((name) => !here.includes(name));
      const fetched = new Map<ModelSource, string>();
      for (const name of missing) {
        const model = published[name];
        const { source, licence } = model;
        if (!fetched.has(source)) {
          log(`${sourceName(source)}, ${sizeText(source.bytes)}; licence: ${licence}.`);
          fetched.set(source, await obtain(source, temporary, options));
        }
        const file = fetched.get(source)!;
        const files =
          'files' in model ? await graphFiles(name, model, file) : await publishedFiles(name, model, file);
        await placeModel(name, files, folder);
      }
    },
    { folder, log },
  );
  return names.map((name) => join(folder, name));
}

/** A graph's files and its card. */
async function graphFiles(
  name: string,
  graph: PublishedGraph,
  file: string,
): Promise<Record<string, string | Uint8Array>> {
  return { ...(await readGraphFiles(graph, file)), 'README.md': publishedCard(name, graph) };
}

async function publishedFiles(
  name: string,
  model: PublishedModel,
  file: string,
): Promise<Record<string, string | Uint8Array>> {
  const { architecture, options, inputs, dataset, protocol, citation, reported, source, licence } = model;
  const { weights, map, labels, licence: text } = await model.read(file);
  const files = await zooModelFiles(
    {
      name,
      architecture,
      options,
      inputs,
      labels,
      origin: {
        source: `${describeSource(source)}, ${model.origin}`,
        sha256: source.sha256,
        licence,
        citation,
        reported,
      },
      trainedOn: { dataset, protocol },
    },
    weights,
    map,
    file,
  );
  return text === null ? files : { ...files, LICENSE: text };
}

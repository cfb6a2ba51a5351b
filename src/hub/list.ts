/** Lists published models, those in the cache and those of runs. */
import { join } from 'node:path';
import { messageOf } from '../base/errors.js';
import { modelsFolder } from '../base/package.js';
import { describeSpec } from '../models/spec-parts.js';
import { readGraphDescription, readModelDescription } from './model-folder.js';
import { isGraph, PULLABLE_NAMES, publishedGraphs, publishedModels } from './published/index.js';
import { cachedModels, runsWithModels } from './store.js';

export interface ListedModel {
  /** What `--model` takes: a name, or a run's folder. */
  name: string;
  /** `to pull`: published but not in the cache; `here`: in the cache; `run`: of a run; `damaged`: unreadable. */
  state: 'to pull' | 'here' | 'run' | 'damaged';
  architecture: string;
  /** Number of labels; null where there are none, or unknown before the model is pulled. */
  labels: number | null;
  trainedOn: string;
}

/** Lists published models, then imported ones, then the runs in `reports`. */
export async function listModels(reports: string, folder: string = modelsFolder()): Promise<ListedModel[]> {
  const cached = await cachedModels(folder);
  const published = PULLABLE_NAMES.map(async (name): Promise<ListedModel> => {
    if (isGraph(name)) {
      const { dataset } = publishedGraphs[name];
      const state = cached.includes(name) ? 'here' : 'to pull';
      return { name, state, architecture: 'onnx', labels: null, trainedOn: dataset };
    }
    if (cached.includes(name)) return describe(name, 'here', join(folder, name));
    const { architecture, dataset } = publishedModels[name];
    return { name, state: 'to pull', architecture, labels: null, trainedOn: dataset };
  });
  const imported = cached.filter((name) => !(PULLABLE_NAMES as string[]).includes(name));
  const runs = await runsWithModels(reports);
  return Promise.all([
    ...published,
    ...imported.map((name) => describe(name, 'here', join(folder, name))),
    ...runs.map((run) => describe(run, 'run', join(run, 'model'))),
  ]);
}

async function describe(name: string, state: 'here' | 'run', folder: string): Promise<ListedModel> {
  try {
    const graph = await readGraphDescription(folder);
    if (graph) {
      const { labels, trained_on } = graph;
      return { name, state, architecture: 'onnx', labels: labels.length, trainedOn: trained_on.dataset };
    }
    const { spec, labels, trained_on } = await readModelDescription(folder);
    return {
      name,
      state,
      architecture: describeSpec(spec),
      labels: labels.length,
      trainedOn: trained_on.dataset,
    };
  } catch (error) {
    return { name, state: 'damaged', architecture: '', labels: null, trainedOn: messageOf(error) };
  }
}

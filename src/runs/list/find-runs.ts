/** Every run below a folder: what it is, how far it came, and its numbers. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { messageOf } from '../../base/errors.js';
import type { Config } from '../../config/schema.js';
import { flatMetrics } from '../../eval/flat-metrics.js';
import type { ModelSpec } from '../../models/spec.js';
import { describeSpec } from '../../models/spec-parts.js';
import { RUN_FILES, runPath } from '../layout.js';
import { epochsOf, holdsRun, isFinished, readEnvironment, readMetrics } from '../read.js';

/** `part`: finished, on a part of the data or of its labels, so that its numbers say little. */
export type ListedState = 'finished' | 'part' | 'unfinished' | 'broken';

/** A run in a list. */
export interface ListedRun {
  folder: string;
  state: ListedState;
  /** Why it is not a whole finished run, in a few words; empty for one. */
  remark: string;
  name: string;
  /** `mel + lyrics, self-attention`. */
  model: string;
  seed: number | null;
  epochs: number;
  /** When its last file was written. */
  changed: Date;
  /** Of the test split, as `flatMetrics` names them; none of an unfinished or broken run. */
  metrics: Record<string, number | null>;
  /** As it was recorded; empty where it cannot be read. It may be of another version, and is not checked. */
  config: Partial<Config>;
}

/** Names of folders that hold no runs, however many files. */
const PASSED_OVER = new Set(['node_modules', 'checkpoints', 'figures', 'tables', 'tensorboard', 'model']);

/** How notes begin of a run of fewer examples, or of imported scores of fewer labels. */
const PARTS = /^(?:--(fast-dev-run|limit|overfit|allow-missing)\b|(\d+ of \d+ labels):)/;

/**
 * Lists the runs in a folder and in those below it, sorted by path; the folder may be a run itself. A damaged run is
 * listed with what is wrong with it.
 */
export async function findRuns(folder: string): Promise<ListedRun[]> {
  if (await holdsRun(folder)) return [await describeRun(folder)];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const below = entries
    .filter((entry) => entry.isDirectory() && !PASSED_OVER.has(entry.name) && !entry.name.startsWith('.'))
    .map(({ name }) => join(folder, name))
    .sort();
  const found: ListedRun[] = [];
  for (const path of below) found.push(...(await findRuns(path)));
  return found;
}

async function describeRun(folder: string): Promise<ListedRun> {
  const finished = await isFinished(folder);
  const changed = (await stat(runPath(folder, finished ? 'metrics' : 'config'))).mtime;
  const listed: ListedRun = {
    ...{ folder, state: 'broken', remark: '', name: '', model: '', seed: null, epochs: 0 },
    ...{ changed, metrics: {}, config: {} },
  };
  try {
    const config = await readYaml(folder);
    if (typeof config !== 'object' || config === null)
      throw new Error(`${RUN_FILES.config} is not a map of keys`);
    listed.config = config as Partial<Config>;
    const { name, seed, model } = listed.config;
    listed.name = String(name ?? '');
    listed.seed = typeof seed === 'number' ? seed : null;
    listed.model = modelText(model);
    listed.epochs = (await epochsOf(folder)).length;
    if (!finished) return { ...listed, state: 'unfinished', remark: `after ${listed.epochs} epochs` };
    listed.metrics = flatMetrics(await readMetrics(folder));
    const { notes } = await readEnvironment(folder);
    const part = (Array.isArray(notes) ? notes.map(String) : []).find((note) => PARTS.test(note));
    return part === undefined
      ? { ...listed, state: 'finished' }
      : { ...listed, state: 'part', remark: PARTS.exec(part)!.slice(1).find(Boolean)! };
  } catch (error) {
    // The folder stands beside it.
    const remark = messageOf(error).split('\n')[0].replaceAll(join(folder, '/'), '').replace(/:$/, '.');
    return { ...listed, state: 'broken', remark };
  }
}

async function readYaml(folder: string): Promise<unknown> {
  const text = await readFile(runPath(folder, 'config'), 'utf8');
  try {
    return parse(text);
  } catch (error) {
    throw new Error(`${RUN_FILES.config} is not valid YAML: ${messageOf(error)}`);
  }
}

/** The model in a few words; of an extension that is not loaded, the kinds as they are written. */
function modelText(model: ModelSpec | undefined): string {
  try {
    return model ? describeSpec(model) : '';
  } catch {
    return Object.keys(model?.branches ?? {}).join(' + ');
  }
}

/** Where a model attends in a recording. */

import { Failure } from '../../../base/errors.js';
import { loadedExtensions } from '../../../base/extensions.js';
import { WindowPool } from '../../../catalogue/tag/window-pool.js';
import type { Windows } from '../../../inputs/cutter.js';
import type { Predictor } from '../../../models/predictor.js';

/** Attention of one branch. */
export interface BranchAttention {
  branch: string;
  input: string;
  heads: number;
  steps: number;
  /** Seconds that a step lasts. */
  step_seconds: number;
  /** Row-major [heads × steps]. */
  weights: number[];
}

/** Joins the batches of a recording's windows. */
function joined(parts: readonly Windows[], names: readonly string[]): Windows {
  const values = names.map((name): [string, Float32Array] => {
    const all = new Float32Array(parts.reduce((sum, { values: own }) => sum + own[name].length, 0));
    let at = 0;
    for (const { values: own } of parts) {
      all.set(own[name], at);
      at += own[name].length;
    }
    return [name, all];
  });
  return {
    count: parts.reduce((sum, { count }) => sum + count, 0),
    starts: parts.flatMap(({ starts }) => starts),
    values: Object.fromEntries(values),
  };
}

/**
 * Attention over a recording, of branches whose steps lie in time; null where the model has none, or takes lyrics too.
 * Throws Failure for a recording that cannot be decoded.
 */
export async function attentionOver(predictor: Predictor, path: string): Promise<BranchAttention[] | null> {
  const { grid, list } = predictor.inputs;
  if (predictor.attention === undefined || list.some(({ source }) => source === 'text')) return null;
  const names = list.map(({ name }) => name);
  const pool = new WindowPool(1);
  const parts: Windows[] = [];
  const paths = (async function* () {
    yield path;
  })();
  const cut = { inputs: predictor.description.inputs, names, remainder: predictor.remainder };
  try {
    for await (const event of pool.decode(paths, { ...cut, extensions: loadedExtensions() })) {
      if ('error' in event) throw new Failure(event.error);
      if ('windows' in event) parts.push(event.windows);
    }
  } finally {
    await pool.close();
  }
  const windows = joined(parts, names);
  const windowSeconds = (grid.frames * grid.hopLength) / grid.sampleRate;
  const attention = predictor.attention(windows, windows.starts);
  if (attention.length === 0) return null;
  return attention.map(({ branch, input, heads, steps, weights, chunks }) => ({
    ...{ branch, input, heads, steps },
    step_seconds: (chunks * windowSeconds) / steps,
    weights: Array.from(weights, (weight) => Number(weight.toPrecision(4))),
  }));
}

/** Plans and runs a sweep. */
import { join } from 'node:path';
import { messageOf } from '../../base/errors.js';
import { loadDataset } from '../../data/sets/index.js';
import { type Comparison, compareRuns } from '../compare/comparison.js';
import { settingNames } from '../compare/experiment-names.js';
import { executePlan, type RunOutcome, threadsPerJob } from '../launch/execute.js';
import type { ExecuteOptions } from '../launch/options.js';
import { datasetLoader, epochsOf, readRun, type StoredRun } from '../read.js';
import type { Rung } from './halving.js';
import { planSweep, runsOf, type SweepPlan, splitSeeds } from './plan.js';
import { bestValidation, readResults, type SweptResult } from './results.js';
import { type SearchName, searches } from './search.js';
import { parseSweepWords } from './values.js';

export interface SweepRequest {
  config: string;
  /** `key=a,b,c` and overrides. */
  words: readonly string[];
  search: SearchName;
  /** Runs of each setting. Default: 1. */
  seeds?: number;
  /** Number of settings that are drawn, for a random search. */
  trials?: number;
  searchSeed: number;
  eta: number;
}

export interface PreparedSweep {
  request: SweepRequest;
  plan: SweepPlan;
  rungs: Rung[];
}

/** The results of a sweep, with details for its page. */
export interface SweepOutcome {
  plan: SweepPlan;
  results: SweptResult[];
  outcomes: RunOutcome[];
  /** How settings were chosen, in words. */
  search: string;
  rungs: readonly Rung[];
  /** Parallel runs and threads of each; null where a cluster decides. */
  jobs: { count: number; threads: number } | null;
  dataset: { name: string; protocol: string; synthetic: string | null };
  /** Of the finished experiments; null where fewer than two can be compared. */
  comparison: Comparison | null;
  notes: string[];
}

/** Most experiments on the comparison's page, whose pairs grow quadratically. */
const MOST_COMPARED = 10;

const BOOTSTRAP_SAMPLES = 1000;

/**
 * Resolves every setting of a sweep and checks it against the config. Throws a UsageError for a wrong word, key or
 * value.
 */
export async function prepareSweep(request: SweepRequest): Promise<PreparedSweep> {
  const { fixed, swept: all } = parseSweepWords(request.words);
  const { swept, seeds } = splitSeeds(all, request.seeds);
  const kind = searches[request.search];
  const settings = kind.settings(swept, { trials: request.trials, seed: request.searchSeed });
  const plan = await planSweep(request.config, fixed, settings, seeds ?? request.seeds ?? 1);
  return { request, plan, rungs: kind.rungs(plan, request.eta) };
}

/**
 * Runs a sweep and compares its finished experiments. Finished runs are kept; a stopped sweep is resumed. The results
 * so far are returned also when runs failed or a signal stopped the work. Throws as `executePlan`.
 */
export async function runSweep(sweep: PreparedSweep, options: ExecuteOptions): Promise<SweepOutcome> {
  const { plan, request } = sweep;
  const { out, log } = options;
  const kind = searches[request.search];
  const outcomes = await kind.run({
    plan,
    eta: request.eta,
    log,
    execute: (experiments, pauseAfter) => executePlan(runsOf(plan, experiments), { ...options, pauseAfter }),
    score: async (experiment, epochs) => {
      const scores: number[] = [];
      for (const { folder } of runsOf(plan, [experiment])) {
        const best = bestValidation(await epochsOf(join(out, folder)), epochs);
        if (best === null) return null;
        scores.push(best.score);
      }
      return scores.reduce((sum, score) => sum + score, 0) / scores.length;
    },
  });
  const results = await readResults(plan, out, outcomes);
  const notes = [...plan.notes];
  const comparison = await compareFinished(results, out, notes, options.signal);
  for (const note of notes.slice(plan.notes.length)) log(note);
  const [{ config }] = plan.experiments;
  const { name, protocol, synthetic } = await loadDataset(config.data);
  return {
    plan,
    results,
    outcomes,
    search: `${request.search}, ${kind.describe}`,
    rungs: sweep.rungs,
    jobs: options.launcher === 'local' ? { count: options.jobs, threads: threadsPerJob(options.jobs) } : null,
    dataset: { name, protocol, synthetic },
    comparison,
    notes,
  };
}

/** Compares the finished experiments, the best on the validation split where there are many. */
async function compareFinished(
  results: readonly SweptResult[],
  out: string,
  notes: string[],
  signal: AbortSignal | undefined,
): Promise<Comparison | null> {
  const finished = results.filter(({ runs }) => runs.every(({ status }) => status === 'finished'));
  if (finished.length < 2 || signal?.aborted) return null;
  const chosen = finished.slice(0, MOST_COMPARED);
  if (chosen.length < finished.length)
    notes.push(
      `The comparison shows the ${chosen.length} experiments that are best on the validation split, of ${finished.length}.`,
    );
  try {
    const load = datasetLoader(null);
    const runs: StoredRun[] = [];
    const names = settingNames(chosen.map(({ setting }) => setting));
    const nameOf = new Map<string, string>();
    for (const [i, { runs: swept }] of chosen.entries())
      for (const run of swept) {
        const folder = join(out, run.folder);
        nameOf.set(folder, names[i]);
        runs.push(await readRun(folder, load));
      }
    const compared = compareRuns(runs, {
      ...{ samples: BOOTSTRAP_SAMPLES, seed: 1, progress: true },
      nameOf: ({ folder }) => nameOf.get(folder) || undefined,
    });
    if (compared.leftOut.length === runs.length - 1) {
      notes.push('The experiments have different test sets or protocols and are not compared.');
      return null;
    }
    return compared;
  } catch (error) {
    // A failed comparison must not lose the sweep's results.
    notes.push(`The experiments could not be compared: ${messageOf(error)}`);
    return null;
  }
}

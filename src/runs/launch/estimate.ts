/** Estimates the time of a plan from its finished runs, else by timing a few steps of each model. */
import { join } from 'node:path';
import { messageOf } from '../../base/errors.js';
import type { Config } from '../../config/schema.js';
import { type Dataset, examplesOf } from '../../data/dataset.js';
import { loadDataset } from '../../data/sets/index.js';
import { loadEngine } from '../../engine/engine.js';
import type { BaselineSpec } from '../../models/baselines/spec.js';
import { networkOf } from '../baseline/learner.js';
import { epochsOf, readMetrics } from '../read.js';
import { teacherConfig } from '../teacher.js';
import { threadsPerJob } from './execute.js';
import { type PlannedRun, type RunStatus, stateOfRun } from './plan.js';
import { readStudyRecord } from './record.js';
import { timeEmbedding, timeSteps } from './step-times.js';

export interface PlanEstimate {
  runs: {
    run: PlannedRun;
    status: RunStatus;
    /** Seconds that it took, or that the rest of it will take; null where unknown. */
    seconds: number | null;
    basis: 'finished runs' | 'timed steps';
  }[];
  /** Seconds until all are done with that many jobs at once; null where a run's time is unknown. */
  seconds: number | null;
}

/** Seconds that all timing together may take, and the least and the most of one model. */
const TIMING_SECONDS = 15;
const LEAST_SECONDS = 0.2;
const MOST_SECONDS = 1.5;

/** Seconds in which a run loads the engine and writes its report. */
const FRAME_SECONDS = 3;

/**
 * Estimates the time of a plan: an upper bound, since early stopping is not foreseen. Throws a UsageError for errors of
 * a data set.
 */
export async function estimatePlan(
  plan: readonly PlannedRun[],
  options: { out: string; jobs: number; log: (line: string) => void },
): Promise<PlanEstimate> {
  const { out, jobs } = options;
  const record = await readStudyRecord(out);
  const states = await Promise.all(plan.map(async (run) => (await stateOfRun(run, out)).status));
  const took = new Map<string, number[]>();
  const own = new Map<PlannedRun, number>();
  for (const [i, run] of plan.entries()) {
    if (states[i] !== 'finished') continue;
    const noted = record?.runs.find(({ folder }) => folder === run.folder)?.seconds ?? 0;
    const trained = (await readMetrics(join(out, run.folder)).catch(() => null))?.training?.seconds ?? 0;
    const seconds = Math.max(noted, trained);
    own.set(run, seconds);
    for (const key of [run.group, costOf(run)]) took.set(key, [...(took.get(key) ?? []), seconds]);
  }
  const unknown = plan.filter(
    (run, i) => states[i] !== 'finished' && !took.has(run.group) && !took.has(costOf(run)),
  );
  const timed = await timeModels(unknown, options);
  const runs: PlanEstimate['runs'] = [];
  for (const [i, run] of plan.entries()) {
    const known = took.get(run.group) ?? took.get(costOf(run));
    const whole = own.get(run) ?? (known ? mean(known) : (timed.get(costOf(run)) ?? null));
    const epochs = states[i] === 'begun' ? (await epochsOf(join(out, run.folder))).length : 0;
    const left = 1 - epochs / run.config.training.epochs;
    const seconds = whole === null ? null : whole * left;
    runs.push({ run, status: states[i], seconds, basis: known ? 'finished runs' : 'timed steps' });
  }
  const left = runs.filter(({ status }) => status !== 'finished').map(({ seconds }) => seconds);
  const allKnown = left.every((seconds) => seconds !== null);
  return { runs, seconds: allKnown ? makespan(left, jobs) : null };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** What the time of a run depends on; runs with the same text take equally long. */
function costOf({ config }: PlannedRun): string {
  const { data, inputs, model, training, evaluation } = config;
  const { epochs, batch_size: batch, augment, chunks, labelled, distillation } = training;
  return JSON.stringify([
    data,
    { ...inputs, store: null },
    model,
    epochs,
    batch,
    augment,
    evaluation,
    chunks,
    labelled,
    distillation,
  ]);
}

/** Seconds of whole runs, by what they depend on. */
async function timeModels(
  runs: readonly PlannedRun[],
  { jobs, log }: { jobs: number; log: (line: string) => void },
): Promise<Map<string, number>> {
  const kinds = new Map(runs.map((run) => [costOf(run), run]));
  const times = new Map<string, number>();
  if (kinds.size === 0) return times;
  process.env.TF_NUM_INTRAOP_THREADS = String(threadsPerJob(jobs));
  await loadEngine();
  const each = Math.min(MOST_SECONDS, Math.max(LEAST_SECONDS, TIMING_SECONDS / kinds.size));
  log(`Timing steps of ${kinds.size} model${kinds.size > 1 ? 's' : ''}.`);
  const loaded = new Map<string, Promise<Dataset>>();
  for (const [key, { config, group }] of kinds) {
    const name = JSON.stringify(config.data);
    const loading = loaded.get(name) ?? loadDataset(config.data);
    loaded.set(name, loading);
    const dataset = await loading;
    try {
      times.set(key, await secondsOfRun(config, dataset, each));
    } catch (error) {
      log(`${group} cannot be timed: ${messageOf(error)}`);
    }
  }
  return times;
}

/** Seconds of a run, with the teacher that is trained first where there is one. `each`: seconds that timing may take. */
async function secondsOfRun(config: Config, dataset: Dataset, each: number): Promise<number> {
  if (config.model.predictions) return FRAME_SECONDS;
  if (config.model.baseline)
    // A baseline has no steps; fitting it takes about as long as the rest of a run.
    return FRAME_SECONDS + (await embeddingSeconds(config.model.baseline, dataset, each));
  const { epochs, batch_size: batch, labelled, distillation } = config.training;
  const { step, recording, chunks } = await timeSteps(config, dataset, each);
  const [all, validation, test] = (['train', 'validation', 'test'] as const).map(
    (split) => examplesOf(dataset, split).length,
  );
  // A student learns of unlabelled clips too.
  const train = distillation ? all : Math.round(all * labelled);
  const epoch = Math.max(1, Math.floor((train * chunks) / batch)) * step + validation * recording;
  // The test split is scored once as it is, and again under each changed condition.
  const tests = test * (1 + config.evaluation.conditions.length);
  const own = FRAME_SECONDS + epochs * epoch + (validation + tests) * recording;
  if (!distillation) return own;
  // The teacher, taken to be as large as the student, scores the training split.
  const scoring = own + all * recording;
  return distillation.teacher === null
    ? scoring + (await secondsOfRun(teacherConfig(config), dataset, each))
    : scoring;
}

/** Seconds in which a network embeds every recording for a baseline; 0 for other features. */
async function embeddingSeconds(spec: BaselineSpec, dataset: Dataset, seconds: number): Promise<number> {
  const network = await networkOf(spec);
  if (!network) return 0;
  try {
    return dataset.examples.length * (await timeEmbedding(network, dataset, seconds));
  } finally {
    network.dispose();
  }
}

/** Seconds of a schedule in which free jobs take the next run. */
function makespan(seconds: readonly number[], jobs: number): number {
  const free = new Array<number>(jobs).fill(0);
  for (const one of seconds) {
    const first = free.indexOf(Math.min(...free));
    free[first] += one;
  }
  return Math.max(...free);
}

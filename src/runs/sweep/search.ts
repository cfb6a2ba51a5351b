/** Search strategies: each draws settings and runs their experiments. */
import { UsageError } from '../../base/errors.js';
import { countText } from '../../base/format.js';
import type { RunOutcome } from '../launch/execute.js';
import { bracket, promote, type Rung } from './halving.js';
import type { SweepPlan, SweptExperiment } from './plan.js';
import { gridSettings, randomSettings, type Setting } from './settings.js';
import type { SweptKey } from './values.js';

export interface DrawOptions {
  trials: number | undefined;
  seed: number;
}

export interface SearchContext {
  plan: SweepPlan;
  eta: number;
  /** Runs experiments with all their seeds, up to `pauseAfter` or to the end. */
  execute(experiments: readonly SweptExperiment[], pauseAfter?: number): Promise<RunOutcome[]>;
  /** Validation score of an experiment after `epochs`, higher is better; null when undefined. */
  score(experiment: SweptExperiment, epochs: number): Promise<number | null>;
  log: (line: string) => void;
}

interface SearchKind {
  /** For the help and the page. */
  describe: string;
  settings(swept: readonly SweptKey[], options: DrawOptions): Setting[];
  /** Epochs of each rung; one rung of all epochs without halving. */
  rungs(plan: SweepPlan, eta: number): Rung[];
  /** The last outcome of every run that was begun. */
  run(context: SearchContext): Promise<RunOutcome[]>;
}

function requireTrials(trials: number | undefined): number {
  if (trials === undefined)
    throw new UsageError('A random search needs --trials N: how many settings are drawn.');
  return trials;
}

/** Epochs of the longest training in a plan. */
function epochsOf({ experiments }: SweepPlan): number {
  return Math.max(...experiments.map(({ config }) => config.training.epochs));
}

const whole = (plan: SweepPlan): Rung[] => [{ candidates: plan.experiments.length, epochs: epochsOf(plan) }];

const runAll: SearchKind['run'] = ({ plan, execute }) => execute(plan.experiments);

function halvingRungs(plan: SweepPlan, eta: number): Rung[] {
  const [{ config }] = plan.experiments;
  const { epochs, early_stopping: stopping } = config.training;
  for (const other of plan.experiments) {
    const { training, model } = other.config;
    if (model.baseline || model.predictions)
      throw new UsageError(
        'Halving stops training early, and a baseline (model.baseline) or imported scores (model.predictions) have no epochs; give --search grid or random.',
      );
    if (training.epochs !== epochs)
      throw new UsageError(
        'Halving divides training.epochs among its rungs, so it cannot be swept; give one value, and --eta.',
      );
    if (training.early_stopping.metric !== stopping.metric)
      throw new UsageError(
        'Halving ranks by training.early_stopping.metric, so it cannot be swept; give one value.',
      );
  }
  return bracket(plan.experiments.length, epochs, eta);
}

async function halve({ plan, eta, execute, score, log }: SearchContext): Promise<RunOutcome[]> {
  const rungs = halvingRungs(plan, eta);
  const last = new Map<string, RunOutcome>();
  let candidates = plan.experiments;
  for (const [i, { epochs }] of rungs.entries()) {
    const isLast = i === rungs.length - 1;
    log(
      `Rung ${i + 1} of ${rungs.length}: ${countText(candidates.length, 'experiment')} to ${countText(epochs, 'epoch')}.`,
    );
    const outcomes = await execute(candidates, isLast ? undefined : epochs);
    for (const outcome of outcomes) last.set(outcome.run.folder, outcome);
    if (isLast || outcomes.some(({ status }) => status === 'interrupted' || status === 'waiting')) break;
    const failed = new Set(outcomes.filter(({ status }) => status === 'failed').map(({ run }) => run.group));
    const scored: { candidate: SweptExperiment; score: number | null }[] = [];
    for (const candidate of candidates)
      scored.push({
        candidate,
        score: failed.has(candidate.group) ? null : await score(candidate, epochs),
      });
    candidates = promote(scored, rungs[i + 1].candidates);
    if (candidates.length === 0) break;
    log(`Promoted: ${candidates.map(({ group }) => group).join('; ')}.`);
  }
  return [...last.values()];
}

export const searches = {
  grid: {
    describe: 'every combination of the values',
    settings: (swept, { trials }) => {
      if (trials !== undefined)
        throw new UsageError(
          '--trials needs --search random or halving: a grid has a fixed number of settings.',
        );
      return gridSettings(swept);
    },
    rungs: whole,
    run: runAll,
  },
  random: {
    describe: 'settings drawn at random, each key independently',
    settings: (swept, { trials, seed }) => randomSettings(swept, requireTrials(trials), seed),
    rungs: whole,
    run: runAll,
  },
  halving: {
    describe:
      'successive halving: all settings are trained for a few epochs, and the best on the validation split are promoted to the next rung',
    settings: (swept, { trials, seed }) =>
      trials === undefined && swept.every(({ kind }) => kind === 'list')
        ? gridSettings(swept)
        : randomSettings(swept, requireTrials(trials), seed),
    rungs: halvingRungs,
    run: halve,
  },
} satisfies Record<string, SearchKind>;

export type SearchName = keyof typeof searches;

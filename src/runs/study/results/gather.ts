/** From a study's finished runs to its results. */
import { join } from 'node:path';
import { Failure } from '../../../base/errors.js';
import { groupBy } from '../../../base/group-by.js';
import { compareRuns } from '../../compare/comparison.js';
import { datasetLoader, type LoadDataset, readConditions, readRun } from '../../read.js';
import type { Study, StudyRun } from '../study.js';
import type { StudyResult } from './study-result.js';
import { type FinishedRun, isContrast, type PanelResult, summarisePanel } from './summary.js';

/** Which runs are gathered, and how. */
export interface GatherOptions {
  /** The study's folder. */
  out: string;
  /** The runs that finished. */
  finished: readonly StudyRun[];
  /** The others, in sentences. */
  missing: string[];
  overrides: readonly string[];
  seeds: number;
  /** Bootstrap resamples. */
  samples: number;
}

/**
 * Compares a study's runs, panel by panel.
 *
 * @throws Failure when no run has finished
 */
export async function gatherStudy(study: Study, options: GatherOptions): Promise<StudyResult> {
  const { out, finished, missing, overrides, seeds, samples } = options;
  if (finished.length === 0)
    throw new Failure(`No run of the study has finished; the logs in ${out} say why.`);
  const load = datasetLoader(null);
  const panels: PanelResult[] = [];
  for (const panel of study.panels) {
    const runs = await Promise.all(
      finished.filter((run) => run.panel === panel.name).map((run) => readFinished(run, out, load)),
    );
    if (runs.length === 0) continue;
    const experimentOf = new Map(runs.map(({ stored, planned }) => [stored.folder, planned.experiment]));
    const nameOf = (group: { runs: { folder: string }[] }): string => experimentOf.get(group.runs[0].folder)!;
    const labelOf = new Map(study.groups.map(({ name, label }) => [name, label]));
    const comparison = compareRuns(
      runs.map(({ stored }) => stored),
      {
        samples,
        seed: 1,
        progress: true,
        nameOf: ({ folder }) => labelOf.get(experimentOf.get(folder)!),
        tests: (first, second) => isContrast(study, nameOf(first), nameOf(second)),
      },
    );
    panels.push(summarisePanel(study, panel, runs, comparison));
  }
  requireOneTask(study, panels);
  return { study, panels, overrides, seeds, missing };
}

/** @throws Failure when some panels are of numbers and others of labels, whose metrics no table can hold */
function requireOneTask({ name }: Study, panels: readonly PanelResult[]): void {
  const kinds = groupBy(panels, ({ comparison }) => comparison.task === 'regression');
  if (kinds.size < 2) return;
  const names = (of: boolean): string =>
    kinds
      .get(of)!
      .map(({ panel }) => panel.name)
      .join(',');
  throw new Failure(
    `The study "${name}" has panels of numbers and of labels, which one report cannot hold; gather the finished runs twice, with --panels ${names(true)} and with --panels ${names(false)}, the second with another --out.`,
  );
}

async function readFinished(planned: StudyRun, out: string, load: LoadDataset): Promise<FinishedRun> {
  const folder = join(out, planned.folder);
  const stored = await readRun(folder, load);
  const conditions = (await readConditions(folder)) as FinishedRun['conditions'];
  return { planned, stored, conditions };
}

/** The results for programs: the content of `results.json`. */
export function resultsRecord({ study, panels, overrides, seeds, missing }: StudyResult): object {
  return {
    study: study.name,
    overrides,
    seeds,
    missing,
    panels: panels.map(({ panel, comparison, groups, contrasts }) => ({
      name: panel.name,
      protocol: comparison.protocol,
      examples: comparison.examples,
      ...(comparison.task === 'regression'
        ? { mean_rmse: comparison.constant.value }
        : { majority_accuracy: comparison.constant.value }),
      experiments: groups.map(
        ({ name, label, metrics, seeds: own, trainingSeconds, retrieval, measures, conditions }) => ({
          name,
          label,
          ...Object.fromEntries(
            comparison.compared.map((metric) => {
              const { value, deviation, interval } = metrics[metric];
              return [metric, { mean: value, deviation, ci95: interval }];
            }),
          ),
          seeds: own,
          training_seconds: trainingSeconds,
          ...(Object.keys(measures).length > 0 && { measures }),
          ...(retrieval.length > 0 && { retrieval }),
          conditions: conditions.map(({ retrieval: found, ...condition }) => ({
            ...condition,
            ...(found.length > 0 && { retrieval: found }),
          })),
        }),
      ),
      differences: contrasts.map(({ group, minus, metrics, bySeed, published }) => ({
        group,
        minus,
        metrics,
        by_seed: bySeed,
        published: published ?? null,
      })),
    })),
  };
}

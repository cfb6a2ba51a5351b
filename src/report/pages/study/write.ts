/** From a study's finished runs to its page, tables, figures and record. */
import { join, relative } from 'node:path';
import { Failure } from '../../../base/errors.js';
import { writeWhole } from '../../../base/files.js';
import { COMPARED_METRICS } from '../../../eval/difference/paired-bootstrap.js';
import { compareRuns } from '../../../runs/compare/comparison.js';
import { datasetLoader, type LoadDataset, readConditions, readRun } from '../../../runs/read.js';
import type { StudyResult } from '../../../runs/study/results/study-result.js';
import {
  comparisonFolder,
  type FinishedRun,
  isContrast,
  type PanelResult,
  summarisePanel,
} from '../../../runs/study/results/summary.js';
import { studyTables } from '../../../runs/study/results/tables.js';
import type { Study, StudyRun } from '../../../runs/study/study.js';
import { svgFigure } from '../../charts/svg.js';
import { packedPlotly } from '../../kit/plotly.js';
import { writeComparison } from '../compare/write.js';
import { contrastsChart } from './contrasts.js';
import { studyPage } from './page.js';

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
  /** Bootstrap resamples, and their seed. */
  samples: number;
}

/**
 * Compares a study's runs, panel by panel, and writes `study.html`, `results.json`, `tables/`, `figures/` and
 * `compare/<panel>/`.
 *
 * @returns the results, the content of `results.json`, and the path of the page
 * @throws Failure when no run has finished
 */
export async function writeStudy(
  study: Study,
  options: GatherOptions,
): Promise<{ result: StudyResult; record: object; page: string }> {
  const { out, finished, missing, overrides, seeds, samples } = options;
  if (finished.length === 0)
    throw new Failure(`No run of the study has finished; the logs in ${out} say why.`);
  const load = datasetLoader(null);
  const panels: PanelResult[] = [];
  const comparisonPages: Record<string, string> = {};
  for (const panel of study.panels) {
    const runs = await Promise.all(
      finished.filter((run) => run.panel === panel.name).map((run) => readFinished(run, out, load)),
    );
    if (runs.length === 0) continue;
    const experimentOf = new Map(runs.map(({ stored, planned }) => [stored.folder, planned.experiment]));
    const nameOf = (group: { runs: { folder: string }[] }): string => experimentOf.get(group.runs[0].folder)!;
    const comparison = compareRuns(
      runs.map(({ stored }) => stored),
      {
        samples,
        seed: 1,
        progress: true,
        tests: (first, second) => isContrast(study, nameOf(first), nameOf(second)),
      },
    );
    const written = await writeComparison(comparisonFolder(out, panel.name), comparison);
    comparisonPages[panel.name] = relative(out, written.page);
    panels.push(summarisePanel(study, panel, runs, comparison));
  }
  const result: StudyResult = { study, panels, overrides, seeds, missing, comparisonPages };
  for (const [name, text] of studyTables(result)) await writeWhole(join(out, 'tables', name), text);
  for (const [name, text] of studyFigures(result)) await writeWhole(join(out, 'figures', name), text);
  const record = resultsRecord(result);
  await writeWhole(join(out, 'results.json'), `${JSON.stringify(record, null, 2)}\n`);
  const page = join(out, 'study.html');
  await writeWhole(page, studyPage(result, await packedPlotly()));
  return { result, record, page };
}

/** A forest plot of each panel's differences in accuracy and in ROC-AUC; none where the study asks for none. */
function studyFigures(result: StudyResult): [string, string][] {
  return result.panels.flatMap((panel) =>
    (['accuracy', 'roc_auc'] as const).flatMap((metric): [string, string][] => {
      const chart = contrastsChart(result, panel, metric);
      const note = panel.comparison.synthetic === null ? null : 'synthetic corpus';
      const name = `${panel.panel.name}-${metric.replace('_', '-')}.svg`;
      return chart.rows!.length === 0 ? [] : [[name, svgFigure([chart], note)]];
    }),
  );
}

async function readFinished(planned: StudyRun, out: string, load: LoadDataset): Promise<FinishedRun> {
  const folder = join(out, planned.folder);
  const stored = await readRun(folder, load);
  return { planned, stored, conditions: await readConditions(folder) };
}

/** The results for programs: the content of `results.json`. */
function resultsRecord({ study, panels, overrides, seeds, missing }: StudyResult): object {
  return {
    study: study.name,
    overrides,
    seeds,
    missing,
    panels: panels.map(({ panel, comparison, groups, contrasts }) => ({
      name: panel.name,
      protocol: comparison.protocol,
      examples: comparison.examples,
      majority_accuracy: comparison.majorityAccuracy,
      experiments: groups.map(({ name, label, metrics, seeds: own, trainingSeconds, conditions }) => ({
        name,
        label,
        ...Object.fromEntries(
          COMPARED_METRICS.map((metric) => {
            const { value, deviation, interval } = metrics[metric];
            return [metric, { mean: value, deviation, ci95: interval }];
          }),
        ),
        seeds: own,
        training_seconds: trainingSeconds,
        conditions,
      })),
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

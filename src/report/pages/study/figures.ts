/** The figures of a study, for a paper. */
import { CERTAIN } from '../../../runs/compare/comparison.js';
import { METRIC_NAMES } from '../../../runs/compare/tables.js';
import type { StudyResult } from '../../../runs/study/results/study-result.js';
import { type ForestRow, forestFigure } from '../../figures/forest.js';
import { LEGEND } from '../compare/figures.js';

/**
 * Draws a forest plot of each task's differences in accuracy and in ROC-AUC.
 *
 * @param result - what came of the study
 * @returns file names and contents; none where the study asks for no difference
 */
export function studyFigures({ study, panels }: StudyResult): [string, string][] {
  const labels = new Map(study.groups.map(({ name, label }) => [name, label]));
  return panels.flatMap(({ panel, contrasts, comparison }) =>
    (['accuracy', 'roc_auc'] as const).flatMap((metric): [string, string][] => {
      const rows = contrasts.flatMap(({ group, minus, metrics }): ForestRow[] => {
        const { difference, interval, pHolm } = metrics[metric];
        if (difference === null) return [];
        const certain = pHolm !== null && pHolm < CERTAIN;
        return [{ name: `${labels.get(group)} − ${labels.get(minus)}`, difference, interval, certain }];
      });
      const figure = forestFigure(
        `Difference in ${METRIC_NAMES[metric]}, ${panel.label}`,
        rows,
        LEGEND,
        comparison.synthetic === null ? null : 'synthetic corpus',
      );
      return figure === null ? [] : [[`${panel.name}-${metric.replace('_', '-')}.svg`, figure]];
    }),
  );
}

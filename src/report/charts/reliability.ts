/** The reliability diagram: how often what has a score is true. */
import { rounded } from '../../base/format.js';
import type { CalibrationBin } from '../../eval/calibration.js';
import { type Chart, diagonal, type LineMark, lineStyle } from './chart.js';

/** One line per model over the diagonal of perfect calibration. */
export function reliabilityChart(
  models: readonly { label: string; bins: readonly CalibrationBin[] }[],
): Chart {
  const lines = models.map(
    ({ label, bins }, i): LineMark => ({
      ...{ kind: 'line', name: label, ends: 'dots' },
      ...lineStyle(i),
      x: bins.map(({ score }) => rounded(score)),
      y: bins.map(({ truth }) => rounded(truth)),
      hover: bins.map(
        ({ score, truth, count }) =>
          `${label}\nscore ${score.toFixed(3)}: true in ${(100 * truth).toFixed(1)} % of ${count}`,
      ),
    }),
  );
  return {
    title: 'Reliability diagram',
    x: { title: 'mean score', range: [0, 1] },
    y: { title: 'share that is true', range: [0, 1.01] },
    marks: [diagonal('perfect calibration'), ...lines],
  };
}

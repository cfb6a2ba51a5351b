/** How scores are distributed, and whether they can be read as probabilities. */
import { calibrate } from '../../../eval/calibration.js';
import { metricText } from '../../../eval/format.js';
import { labelColumn } from '../../../eval/predictions.js';
import type { RunReport } from '../../../eval/run-report.js';
import { type Chart, histogram } from '../../charts/chart.js';
import { figure } from '../../charts/figure.js';
import { reliabilityChart } from '../../charts/reliability.js';
import { html } from '../../kit/html.js';
import type { Section } from '../../kit/sections.js';

/** Steps of 0.025. */
const BINS = 40;

/** The section of score distributions, label by label. */
export function scoresSection({ predictions, metrics }: RunReport): Section {
  const charts = predictions.labels.map((label, j): Chart => {
    const { scores, targets } = labelColumn(predictions, j);
    const { threshold } = metrics.per_label[j];
    const [positives, negatives] = [1, 0].map((truth) => {
      const counts = new Array<number>(BINS).fill(0);
      scores.forEach((score, row) => {
        if (targets[row] === truth) counts[Math.min(BINS - 1, Math.max(0, Math.floor(score * BINS)))]++;
      });
      return counts;
    });
    const look = { unit: 'examples', isShare: true, opacity: 0.62 };
    const total = (counts: number[]): number => counts.reduce((sum, count) => sum + count, 0);
    return {
      title: `Scores of ${label}`,
      x: { title: 'score', range: [0, 1] },
      y: { title: 'share of examples', percent: true },
      marks: [
        histogram(negatives, { ...look, tone: 'lower', name: `without the label (${total(negatives)})` }),
        histogram(positives, { ...look, tone: 'higher', name: `with the label (${total(positives)})` }),
        ...(threshold === null
          ? []
          : [{ kind: 'guide' as const, x: threshold, tone: 'text' as const, dash: 'dash' as const }]),
      ],
    };
  });
  return {
    id: 'scores',
    title: 'Score distributions',
    link: 'Scores',
    html: html`${figure({
      name: 'scores',
      choices: [{ label: 'Label', name: 'label', options: predictions.labels }],
      panels: [{ charts }],
    })}
    <p class="aside">Each histogram shows shares of its own examples, so that rare labels can be seen${
      metrics.per_label.some(({ threshold }) => threshold !== null) &&
      '; the dashed line is the threshold from which the label is predicted'
    }.</p>`,
  };
}

/** The section of the reliability diagram. */
export function calibrationSection({ predictions }: RunReport): Section {
  const { bins, expectedError, expectedErrorOfLabels, brier } = calibrate(predictions);
  const counts: Chart = {
    title: 'Decisions by score',
    x: { title: 'mean score', range: [0, 1] },
    y: { title: 'decisions (logarithmic)', scale: 'log' },
    marks: [
      {
        ...{ kind: 'bars', tone: 0, width: 0.07 },
        counts: { unit: 'decisions', values: bins.map(({ count }) => count) },
        x: bins.map(({ score }) => score),
        y: bins.map(({ count }) => count),
      },
    ],
  };
  return {
    id: 'calibration',
    title: 'Calibration',
    html: html`${figure({ name: 'calibration', panels: [{ charts: [reliabilityChart([{ label: 'model', bins }])] }, { charts: [counts] }] })}
    <p class="aside">All decisions, every label of every example. Points below the dotted line: the model is overconfident.
      Expected calibration error ${metricText(expectedError)} of all decisions, ${metricText(expectedErrorOfLabels)} ${
        predictions.task === 'tagging' ? 'as the mean over tags' : 'of the predicted class'
      }; Brier score ${metricText(brier)}. A penalty α &gt; 1 on missed positives makes scores too high on purpose.</p>`,
  };
}

import { describe, expect, it } from 'vitest';
import type { Example } from '../../src/data/dataset.js';
import { evaluatePredictions } from '../../src/eval/evaluate.js';
import { scoreOf, usableMetric, validationMetrics } from '../../src/training/validation-metric.js';
import { madeTagging } from '../eval/made.js';
import { golden, referenceNumbers } from '../eval/regression/reference.js';

const example = (targets: Example['targets'], id: string): Example => ({
  ...{ id, audio: null, lyrics: null, split: 'validation', song: null, artist: null, title: '' },
  targets,
});

const numbers = [0.1, 0.4].map((value, i) => example(Float64Array.of(value), `n${i}`));
const tags = [0, 1].map((value, i) => example(Uint8Array.of(value), `t${i}`));

describe('the metric that early stopping follows', () => {
  it('is CCC of numbers where the config has its default, else what it names', () => {
    expect(usableMetric('roc_auc', 'regression', numbers)).toBe('ccc');
    expect(usableMetric('r2', 'regression', numbers)).toBe('r2');
    expect(usableMetric('rmse', 'regression', numbers)).toBe('rmse');
    expect(usableMetric('roc_auc', 'tagging', tags)).toBe('roc_auc');
    expect(usableMetric('pr_auc', 'tagging', tags)).toBe('pr_auc');
  });

  it('is refused of another task', () => {
    expect(() => usableMetric('accuracy', 'regression', numbers)).toThrow(
      /accuracy is a metric of labels, and the data set's task is regression; give loss or r2 or rmse or pearson or ccc/,
    );
    expect(() => usableMetric('ccc', 'tagging', tags)).toThrow(/give roc_auc or pr_auc or loss or accuracy/);
  });

  it('is the loss, with a note, where no number varies', () => {
    const notes: string[] = [];
    const same = [0, 1].map((i) => example(Float64Array.of(0.5, Number.NaN), `s${i}`));
    expect(usableMetric('ccc', 'regression', same, (note) => notes.push(note))).toBe('loss');
    expect(notes.join()).toContain('No target varies in the validation split');
  });

  it('is the loss, with a note that names the metric, where no label can be ranked', () => {
    const notes: string[] = [];
    expect(usableMetric('pr_auc', 'tagging', tags.slice(1), (note) => notes.push(note))).toBe('loss');
    expect(notes.join()).toContain('follows the loss in place of PR-AUC');
  });

  it('is macro PR-AUC as the report has it', () => {
    const predictions = madeTagging(20, 2, 10);
    const options = { protocol: 'labelled', split: 'test', seed: 1, bootstrapSamples: 0 };
    const { pr_auc: reported } = evaluatePredictions(predictions, options);
    expect(validationMetrics.pr_auc.value({ predictions, loss: 1 })).toBe(reported.macro);
    expect(validationMetrics.pr_auc.value({ predictions: referenceNumbers(), loss: 1 })).toBeNull();
  });

  it('has the values of the evaluation, null of the other task, and a score that is higher the better', () => {
    const predictions = referenceNumbers();
    for (const metric of ['r2', 'rmse', 'pearson', 'ccc'] as const) {
      const mean = golden.targets.reduce((sum, own) => sum + own[metric], 0) / 3;
      expect(validationMetrics[metric].value({ predictions, loss: 1 })).toBeCloseTo(mean, 10);
      expect(validationMetrics[metric].value({ predictions: madeTagging(20, 2, 10), loss: 1 })).toBeNull();
    }
    expect(validationMetrics.roc_auc.value({ predictions, loss: 1 })).toBeNull();
    expect([scoreOf('rmse', 2), scoreOf('loss', 2), scoreOf('ccc', 2)]).toEqual([-2, -2, 2]);
  });
});

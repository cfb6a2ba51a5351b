/** The page of a study. */
import { describe, expect, it } from 'vitest';
import { packedPlotly } from '../../src/report/kit/plotly.js';
import { studyPage } from '../../src/report/pages/study/page.js';
import type { StudyResult } from '../../src/runs/study/results/study-result.js';
import { madeStudy } from './made-pages.js';

const pageOf = async (result: StudyResult): Promise<string> =>
  studyPage(result, await packedPlotly(), { links: new Map() });

/** The made study with other labels. */
function labelled(labels: Record<string, string>): StudyResult {
  const result = madeStudy();
  const rename = <Group extends { name: string; label: string }>(group: Group): Group => ({
    ...group,
    label: labels[group.name],
  });
  return {
    ...result,
    study: { ...result.study, groups: result.study.groups.map(rename) },
    panels: result.panels.map((panel) => ({ ...panel, groups: panel.groups.map(rename) })),
  };
}

describe('the page of a study', () => {
  it('gives experiments letters where a name is long, and says what they stand for', async () => {
    const long = 'linear weighting, weights from validation';
    const page = await pageOf(labelled({ all: long, mel: 'mel alone' }));
    expect(page).toContain(`<dt>A</dt><dd>${long}</dd>`);
    expect(page).toContain('<dt>B</dt><dd>mel alone</dd>');
    expect(page).toContain('"B\\n− A"');
    expect(page).toContain(`>A: ${long}</`);
    expect(page).not.toContain('A: A:');
  });

  it('leaves short names as they are', async () => {
    const page = await pageOf(labelled({ all: 'all', mel: 'mel alone' }));
    expect(page).not.toContain('<dt>A</dt>');
    expect(page).toContain('"mel alone\\n− all"');
  });

  it('shows themes of two experiments or more', async () => {
    const { study, ...rest } = madeStudy();
    const of = (...groups: string[]): Promise<string> =>
      pageOf({ ...rest, study: { ...study, themes: [{ title: 'A theme of ours', groups }] } });
    expect(await of('all', 'mel')).toContain('A theme of ours');
    const one = await of('all', 'not-run');
    expect(one).not.toContain('A theme of ours');
    expect(one).not.toContain('One thing at a time');
  });

  it('shows published numbers beside those measured, and says where a claim does not hold', async () => {
    const { study, panels, ...rest } = madeStudy();
    const at = (group: string) => ({ panel: 'tags', group, measure: 'f1' });
    const published = {
      source: 'made numbers (Someone and Other 2020).',
      measures: [{ name: 'f1', label: 'weighted F1', paths: ['f1.weighted'] }],
      rows: [{ panel: 'tags', group: 'mel', values: { f1: 0.7654 } }],
      claims: [
        { text: 'All is ahead of mel.', greater: at('all'), less: at('mel') },
        { text: 'Mel is ahead of all.', greater: at('mel'), less: at('all') },
      ],
    };
    const [all, mel] = panels[0].groups;
    const measured = (mean: number, interval: [number, number] | null) => ({
      f1: { mean, deviation: interval && 0.01, interval },
    });
    const groups = [
      { ...all, measures: measured(0.8123, [0.7, 0.9]) },
      { ...mel, measures: measured(0.6123, null) },
    ];
    const page = await pageOf({
      ...rest,
      study: { ...study, published },
      panels: [{ ...panels[0], groups }],
    });
    expect(page).toContain('Published and measured');
    expect(page).toContain('0.765');
    expect(page).toContain('All is ahead of mel. So it is here: 0.812 against 0.612.');
    expect(page).toContain('Mel is ahead of all. <strong>Here it is not so: 0.612 against 0.812.</strong>');
    expect(await pageOf(madeStudy())).not.toContain('Published and measured');
  });

  it('says how many seeds there are in sentences', async () => {
    const { panels, study, ...rest } = madeStudy();
    const clips = `Test clips: 120 of tags.`;
    expect(await pageOf({ panels, study, ...rest })).toMatch(
      new RegExp(`3 runs on [^.]*, with 2 seeds each; deterministic experiments run once\\. ${clips}`),
    );
    expect(await pageOf({ panels, study, ...rest, seeds: 1 })).toMatch(
      new RegExp(`3 runs on [^.]*, with 1 seed each\\. ${clips}`),
    );
  });
});

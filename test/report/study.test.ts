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

/** A run stands among published results of its own protocol, and nowhere else. */
import { describe, expect, it } from 'vitest';
import { findReferenceTable, type MeasuredRun, referenceTables } from '../../src/eval/reference-points.js';
import type { RunReport } from '../../src/eval/run-report.js';
import { literatureSection } from '../../src/report/pages/run/literature.js';
import { madeClassReport, madeReport } from '../eval/made-report.js';

const LABELLED: MeasuredRun = {
  dataset: 'MagnaTagATune',
  protocol: 'top-50 tags, labelled clips, official split',
  split: 'test',
  labels: 50,
  examples: 4332,
};
const ALL = { ...LABELLED, protocol: 'top-50 tags, all clips, official split', examples: 5329 };

/** The section of a made run that says it is another one. */
function sectionOf(own: Partial<MeasuredRun>, made = madeReport({ rows: 80, clips: 0 })): string | null {
  const { dataset, ...metrics } = { ...LABELLED, ...own };
  const report: RunReport = { ...made, dataset, metrics: { ...made.metrics, ...metrics } };
  return literatureSection(report)?.html.text ?? null;
}

describe('published results', () => {
  it('are macro averages between chance and 1, each with its paper, one table a protocol', () => {
    for (const { rows } of referenceTables)
      for (const { rocAuc, prAuc, paper } of rows) {
        expect(rocAuc ?? prAuc).not.toBeNull();
        if (rocAuc !== null) expect(rocAuc > 0.5 && rocAuc < 1).toBe(true);
        if (prAuc !== null) expect(prAuc > 0.05 && prAuc < 1).toBe(true);
        expect(paper).toMatch(/ 20\d\d$/);
      }
    const keys = referenceTables.map(({ dataset, protocol }) => `${dataset} ${protocol}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('are those of the run’s protocol', () => {
    const musicnn = (run: MeasuredRun): unknown => {
      const found = findReferenceTable(run);
      return found && 'rows' in found && found.rows.find(({ name }) => name === 'Musicnn');
    };
    expect(musicnn(LABELLED)).toMatchObject({ rocAuc: 0.9106, prAuc: 0.4493 });
    expect(musicnn(ALL)).toMatchObject({ rocAuc: 0.9067, prAuc: 0.3831 });
  });

  it.each([
    [
      'split',
      { protocol: 'top-50 tags, labelled clips, artist-disjoint split 0123' },
      /this run is of “top-50.*artist-disjoint/,
    ],
    ['labels', { labels: 14 }, /means over 50 labels, and this run scores 14/],
    ['clips', { examples: 4000 }, /all 4,332 test clips, and this run was evaluated on 4,000/],
    ['part', { split: 'validation' }, /of the test split.*on the validation split/],
  ])('are not shown where the %s differs, which a sentence says', (_, own, sentence) => {
    const text = sectionOf(own);
    expect(text).toMatch(sentence);
    expect(text).not.toContain('<table');
  });

  it('are no section where there are none', () => {
    expect(sectionOf({ dataset: 'GTZAN' })).toBeNull();
    expect(sectionOf({}, madeClassReport({ rows: 80, clips: 0 }))).toBeNull();
  });

  it('are a chart and a table with the run among them', () => {
    const text = sectionOf({})!;
    expect(text).toContain('Harmonic CNN');
    expect(text).toContain('this run');
    expect(text).toContain('0.9129');
    expect(text.match(/<tbody>[\s\S]*<\/tbody>/)![0].match(/<tr/g)).toHaveLength(11);
  });
});

import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { rankByLabel } from '../../../src/eval/difference/label-ranks.js';
import { svgFigure } from '../../../src/report/charts/svg.js';
import { cliques, ranksChart } from '../../../src/report/pages/compare/ranks.js';

const { cases } = JSON.parse(await readFile(new URL('fixtures/friedman.json', import.meta.url), 'utf8')) as {
  cases: { areas: number[][]; mean: number[]; chi_square: number; p: number }[];
};

describe('rankByLabel', () => {
  it.each(cases)(
    'gives the values of scipy.stats.friedmanchisquare (fixtures/friedman.py, SciPy 1.17.1)',
    (one) => {
      const ranks = rankByLabel(one.areas)!;
      for (const [i, mean] of one.mean.entries()) expect(ranks.mean[i]).toBeCloseTo(mean, 12);
      expect(ranks.chiSquare).toBeCloseTo(one.chi_square, 9);
      expect(ranks.p / one.p).toBeCloseTo(1, 8);
      expect(ranks.labels).toBe(one.areas[0].length);
    },
  );

  it("gives the critical difference of Demšar's example: four experiments on fourteen sets, 1.25", () => {
    const areas = Array.from({ length: 4 }, (_, i) => Array.from({ length: 14 }, (__, j) => 0.1 * i + j));
    expect(rankByLabel(areas)!.criticalDifference).toBeCloseTo(1.25, 2);
  });

  it('leaves out labels that one of them lacks, and says nothing of few labels or experiments', () => {
    const [{ areas }] = cases;
    const holes = areas.map((own, i) => own.map((area, j) => (i === 1 && j < 2 ? null : area)));
    expect(rankByLabel(holes)).toEqual(rankByLabel(areas.map((own) => own.slice(2))));
    expect(rankByLabel(areas.map((own) => own.slice(0, 9)))).toBeNull();
    expect(rankByLabel(areas.slice(0, 2))).toBeNull();
    const same = rankByLabel(areas.map(() => areas[0]))!;
    expect(same).toMatchObject({ mean: [2, 2, 2], chiSquare: 0, p: 1 });
  });
});

describe('the diagram', () => {
  it('joins neighbours within the critical difference, the widest groups alone', () => {
    expect(cliques([1, 1.5, 2.2, 4], 1)).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(cliques([1, 1.5, 1.9, 4], 1)).toEqual([[0, 2]]);
    expect(cliques([1, 3], 1)).toEqual([]);
  });

  it('names every experiment, and writes no text unescaped', () => {
    const ranks = rankByLabel(cases[1].areas)!;
    const svg = svgFigure([ranksChart(ranks, ['one', '<b>', 'a & b', 'x'.repeat(50)])], null);
    for (const text of ['>one<', '>&lt;b&gt;<', '>a &amp; b<', `>${'x'.repeat(43)}…<`])
      expect(svg).toContain(text);
    expect(svg).toMatch(/^<svg .*<\/svg>\n$/s);
  });
});

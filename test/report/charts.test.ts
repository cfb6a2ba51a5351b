/** Every chart can be drawn by both renderers. */
import { describe, expect, it } from 'vitest';
import { plotlyOf } from '../../src/report/charts/browser/plotly.js';
import {
  annotationOf,
  guideOf,
  type Look,
  legendNames,
  plain,
  tracesOf,
} from '../../src/report/charts/browser/plotly-marks.js';
import { cutApart, cutText, describeChart, nameLines } from '../../src/report/charts/browser/text.js';
import { type Chart, diagonal, histogram, pieces } from '../../src/report/charts/chart.js';
import { differenceChart, estimateChart } from '../../src/report/charts/forest.js';
import { reliabilityChart } from '../../src/report/charts/reliability.js';
import { roundTicks } from '../../src/report/charts/scale.js';
import { svgFigure } from '../../src/report/charts/svg.js';
import { magmaColours } from '../../src/report/kit/browser/picture.js';
import { taggramChart } from '../../src/report/pages/catalogue/taggrams.js';
import { ranksChart } from '../../src/report/pages/compare/ranks.js';
import { rankFigure } from '../../src/report/pages/run/curves.js';
import { labelsFigure } from '../../src/report/pages/run/labels.js';
import { trainingCharts } from '../../src/report/pages/run/training.js';
import { HOSTILE, madeReport } from '../eval/made-report.js';
import { madeTaggram } from './made-pages.js';

const report = madeReport({ rows: 80, labels: 12, songs: 40, clips: 0 });
const axis = { title: HOSTILE };

/** At least one chart for every mark, axis and builder. */
const CHARTS: Record<string, Chart> = {
  bars: labelsFigure(report)[0],
  'ROC curves': rankFigure(report, 'roc')[0],
  'precision-recall curves': rankFigure(report, 'precisionRecall')[0],
  'loss over epochs': trainingCharts(report)[0],
  'a metric with gaps': trainingCharts(report)[1],
  reliability: reliabilityChart([{ label: HOSTILE, bins: [{ score: 0.1, truth: 0.2, count: 3 }] }]),
  estimates: estimateChart(
    'Estimates',
    'accuracy',
    [
      { name: 'one', value: 0.5, interval: [0.4, 0.6], runs: [0.45, 0.55] },
      { name: HOSTILE, value: null, interval: null },
    ],
    { x: 0.3, name: 'chance' },
  ),
  differences: differenceChart('Differences', 'accuracy', [
    { name: `one\n− ${'long '.repeat(20)}`, difference: 0.1, interval: [0.05, 0.15], significant: true },
    { name: 'two', difference: -0.1, interval: null, significant: false, published: 0.2 },
  ]),
  ranks: ranksChart({ mean: [1.2, 2.1, 2.7], labels: 20, chiSquare: 9, p: 0.01, criticalDifference: 0.8 }, [
    'one',
    'two',
    HOSTILE,
  ]),
  'heat map over time': taggramChart(madeTaggram(HOSTILE, 20)),
  matrix: {
    title: 'Matrix',
    x: { title: 'predicted', names: ['a', HOSTILE] },
    y: { title: 'true' },
    rows: [{ name: 'a' }, { name: HOSTILE }],
    marks: [
      {
        ...{ kind: 'cells', range: [-1, 1], colours: 'diverging' },
        values: [
          [1, null],
          [-0.5, 0.2],
        ],
      },
    ],
  },
  histogram: {
    title: 'Histogram',
    x: { title: 'score', range: [0, 1] },
    y: { title: 'share', percent: true },
    marks: [
      histogram([1, 0, 3], { unit: 'examples', isShare: true, tone: 'higher', name: 'with' }),
      { kind: 'guide', x: 0.4, tone: 'text', dash: 'dash' },
    ],
  },
  'logarithmic columns': {
    title: 'Counts',
    x: axis,
    y: { title: 'count', scale: 'log' },
    marks: [
      {
        kind: 'bars',
        counts: { unit: 'decisions', values: [1, 1000] },
        x: [0.1, 0.9],
        y: [1, 1000],
        width: 0.1,
        tone: 0,
      },
    ],
  },
  map: {
    title: 'Map',
    x: { title: '', hidden: true },
    y: { title: '', hidden: true },
    plane: true,
    marks: [
      {
        kind: 'dots',
        x: [0, 1, null],
        y: [1, 0, 1],
        tone: 1,
        hover: [HOSTILE, 'b', 'c'],
        opacities: [1, 0.5, 1],
      },
      { kind: 'dots', x: [0.5], y: [0.5], tone: 'muted', shades: { title: 'score', values: [0.3] } },
      { kind: 'text', x: 0.5, y: 0.5, text: HOSTILE, tone: 'text', bold: true },
    ],
  },
  'many lines': {
    title: 'Lines',
    x: { ...axis, ticks: [{ at: 0, text: HOSTILE }] },
    y: axis,
    marks: [
      diagonal('perfect'),
      { kind: 'line', x: [0, 1, 2], y: [1, null, 3], tone: 9, name: HOSTILE, dash: 'dash', ends: 'dots' },
      { kind: 'line', x: [0, 1], y: [1, 2], tone: 'line', step: true, label: 'only under the pointer' },
      { kind: 'line', ...pieces([{ x: [0, 0], y: [1, 2] }]), tone: 'muted', ends: 'y-caps' },
    ],
  },
  'nothing at all': { title: 'Nothing', x: axis, y: axis, marks: [] },
};

const look: Look = {
  theme: {
    ...{ text: '#000000', muted: '#808080', line: '#cccccc', background: '#ffffff' },
    ...{
      positive: '#d55e00',
      negative: '#0072b2',
      series: Array.from({ length: 8 }, (_, i) => `#00000${i}`),
    },
  },
  width: 1000,
  isTouch: false,
  magma: magmaColours(),
  cut: cutText,
  apart: cutApart,
  lines: nameLines,
};
const laidOut = (chart: Chart, width = 1000) =>
  plotlyOf(chart, { ...look, width }, { plain, tracesOf, guideOf, annotationOf, legendNames });

/** Every number in a value, however deep. */
const numbersIn = (value: unknown): number[] =>
  typeof value === 'number'
    ? [value]
    : value !== null && typeof value === 'object'
      ? Object.values(value).flatMap(numbersIn)
      : [];

describe.each(Object.entries(CHARTS))('the chart "%s"', (_, chart) => {
  it('is plain data: JSON keeps all of it', () => {
    const back = JSON.parse(JSON.stringify(chart)) as Chart;
    expect(svgFigure([back], null)).toBe(svgFigure([chart], null));
    expect(JSON.stringify(laidOut(back))).toBe(JSON.stringify(laidOut(chart)));
  });

  it('is an SVG of numbers', () => {
    const svg = svgFigure([chart], 'synthetic corpus');
    expect(svg).toMatch(/^<svg [^>]*role="img">\n<title>[\s\S]*<\/svg>\n$/);
    expect(svg).not.toMatch(/NaN|Infinity|undefined|null/);
    expect(svg).toContain('synthetic corpus');
  });

  it('escapes its texts in SVG', () => {
    expect(svgFigure([chart], HOSTILE)).not.toMatch(/<(?:script|img)/);
  });

  it('names every row in SVG', () => {
    const svg = svgFigure([chart], null);
    expect(svg.match(/text-anchor="end"/g)?.length ?? 0).toBeGreaterThanOrEqual(chart.rows?.length ?? 0);
  });

  it('is made of traces that the carried part of Plotly knows', () => {
    for (const trace of laidOut(chart).traces) expect(['scatter', 'bar', 'heatmap']).toContain(trace.type);
  });

  it('gives Plotly finite numbers', () => {
    expect(numbersIn(laidOut(chart)).every(Number.isFinite)).toBe(true);
  });

  it('gives Plotly escaped texts', () => {
    expect(JSON.stringify(laidOut(chart))).not.toMatch(/<(?:script|img)/);
  });

  it('has a place for every row in Plotly', () => {
    const { layout } = laidOut(chart);
    const names = (layout.yaxis as { ticktext?: string[] }).ticktext ?? [];
    expect(names.length).toBeGreaterThanOrEqual(chart.rows?.length ?? 0);
  });

  it('cuts long names on a narrow screen', () => {
    const { layout } = laidOut(chart, 360);
    const names = (layout.yaxis as { ticktext?: string[] }).ticktext ?? [];
    for (const line of names.flatMap((name) => name.replace(/&\w+;/g, '_').split('<br>')))
      expect(line.length).toBeLessThanOrEqual(24);
  });

  it('is described by its title and more', () => {
    expect(describeChart(chart).startsWith(`${chart.title}.`)).toBe(true);
  });
});

describe('roundTicks', () => {
  it('gives multiples of 1, 2 or 5 within the range', () => {
    expect(roundTicks(0, 1)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(roundTicks(-0.13, 0.21)).toEqual([-0.1, 0, 0.1, 0.2]);
    expect(roundTicks(3, 3)).toEqual([3]);
  });
});

describe('describeChart', () => {
  it('names the highest and the lowest row', () => {
    expect(describeChart(CHARTS.differences)).toBe(
      'Differences. Of 2 rows the highest is one − long long long long long long long long long long long long long long long long long long long long  with 0.1, the lowest two with -0.1.',
    );
  });

  it('names the lines', () => {
    expect(describeChart(CHARTS['loss over epochs'])).toBe('Loss over epochs. Shown: training, validation.');
  });
});

describe('names in Chinese', () => {
  const name = '低能量低压力（平静、放松、治愈、岁月静好）';
  const chart = differenceChart('差异', 'accuracy', [
    { name, difference: 0.1, interval: [0.05, 0.15], significant: true },
    { name: 'short', difference: -0.1, interval: null, significant: false },
  ]);

  it('lie within an SVG: each character is as wide as the font is high', () => {
    const svg = svgFigure([chart], null);
    const [, x] = /<text x="([\d.]+)"[^>]*text-anchor="end"[^>]*>低能量/.exec(svg)!;
    expect(svg).toContain(`>${name}<`);
    expect(Number(x) - 11 * [...name].length).toBeGreaterThanOrEqual(0);
    expect(svg).toMatch(/font-family="[^"]*'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei'/);
  });

  it('are cut at half as many characters, never within one', () => {
    expect(cutText('低能量低压力', 12)).toBe('低能量低压力');
    expect(cutText('低能量低压力', 11)).toBe('低能量低压…');
    expect(cutText('低能量低压力', 10)).toBe('低能量低…');
    expect(cutText('a𠮷b', 3)).toBe('a…');
    expect(cutText('letters', 7)).toBe('letters');
    expect(cutText('letters', 6)).toBe('lette…');
  });
});

describe('names that are cut', () => {
  it('stay different: a common beginning is left out, and what is still alike is not cut', () => {
    const names = ['learning_rate=0.001,kind=a', 'learning_rate=0.001,kind=b', 'short'];
    expect(cutApart(names, 12, cutText)).toEqual(['…ind=a', '…ind=b', 'short']);
    const twins = ['abcdefgh1', 'abcdefgh1xyz', 'abcdefgh2'];
    const cut = cutApart(twins, 6, cutText);
    expect(new Set(cut).size).toBe(3);
    expect(cutApart(['same long name', 'same long name'], 6, cutText)).toEqual(['same …', 'same …']);
  });

  it('stay different in rows of two lines', () => {
    const rows = ['a-long-name-of-one-experiment-1\n− another', 'a-long-name-of-one-experiment-2\n− another'];
    const lines = nameLines(rows, 18, cutText, cutApart);
    expect(lines[0][0]).not.toBe(lines[1][0]);
    expect(lines[0][1]).toBe('− another');
  });
});

describe('the columns of a heat map', () => {
  const confusion = (names: string[]): Chart => ({
    title: 'Confusion',
    x: { title: 'predicted', names },
    y: { title: 'true' },
    rows: names.map((name) => ({ name })),
    marks: [{ kind: 'cells', values: names.map(() => names.map(() => 1)), range: [0, 1], colours: 'share' }],
  });
  const names = ['high-energy/low-stress', 'high-energy/high-stress', 'low-energy/low-stress', 'calm'];

  it('all have their names, on several lines or turned', () => {
    for (const width of [1000, 700, 360]) {
      const { tickvals, ticktext, tickangle } = laidOut(confusion(names), width).layout.xaxis!;
      expect(tickvals).toEqual([0, 1, 2, 3]);
      expect(new Set(ticktext as string[]).size).toBe(4);
      const whole = (ticktext as string[]).map((text) => text.replaceAll('<br>', ''));
      if (tickangle === 0) expect(whole).toEqual(names);
    }
    expect(laidOut(confusion(names), 1200).layout.xaxis!.tickangle).toBe(0);
    expect(laidOut(confusion(names), 360).layout.xaxis!.tickangle).toBe(-60);
  });

  it('stand beside rows with their whole names where there is room', () => {
    expect(laidOut(confusion(names), 680).layout.yaxis!.ticktext).toEqual(names);
    expect(laidOut(confusion(names), 680).layout.xaxis!.tickangle).toBe(0);
  });
});

describe('the title of an axis', () => {
  const chart = differenceChart('Differences', 'ROC-AUC macro', [
    { name: 'another − baseline', difference: 0.1, interval: [0.05, 0.15], significant: true },
  ]);
  const titleAt = (width: number): string =>
    (laidOut(chart, width).layout.xaxis!.title as { text: string }).text;

  it('takes two lines on a narrow screen', () => {
    expect(titleAt(1000)).toBe('difference in ROC-AUC macro');
    expect(titleAt(330)).toBe('difference in<br>ROC-AUC macro');
    expect(laidOut(chart, 330).layout.margin!.b! - laidOut(chart, 1000).layout.margin!.b!).toBe(17);
  });
});

/** What all pages are put together from: their frame, their tables, and the sentence about intervals. */
import { describe, expect, it } from 'vitest';
import { frame } from '../../src/report/kit/frame.js';
import { html } from '../../src/report/kit/html.js';
import { table } from '../../src/report/kit/text.js';
import { headlineSection } from '../../src/report/pages/run/headline.js';
import { madeReport } from '../eval/made-report.js';

describe('the top of a page', () => {
  const page = frame({
    title: 'title',
    heading: 'heading',
    lead: html`<p class="lead" data-x="20 % test">60 % training, 20 % test, 6 epochs in 1 min 12 s at 16 kHz, 5 songs</p>`,
    notes: ['5 s are too few'],
    main: html`<p>20 % stay</p>`,
    footer: html``,
    script: '',
  });

  it('keeps numbers with their units in one line', () => {
    expect(page).toContain(
      '>60\u00a0% training, 20\u00a0% test, 6 epochs in 1\u00a0min 12\u00a0s at 16\u00a0kHz, 5 songs<',
    );
    expect(page).toContain('<li>5\u00a0s are too few</li>');
  });

  it('leaves attributes as they are', () => expect(page).toContain('data-x="20 % test"'));
});

describe('a name at the beginning of a row', () => {
  const rowOf = (name: string): string => table({ head: ['', ''], rows: [[name, '1']] }).text;

  it('may be broken between its parts, and nowhere else', () => {
    expect(rowOf('model.branches.max_tokens')).toContain('>model.<wbr>branches.<wbr>max_<wbr>tokens</th>');
    expect(rowOf('low-energy/low-stress')).toContain('>low-energy/<wbr>low-stress</th>');
    expect(rowOf('a & b <i>')).toContain('>a &amp; b &lt;i&gt;</th>');
  });

  it('is not broken in numbers', () => expect(rowOf('0.001')).toContain('>0.001</th>'));
});

describe('an interval without width', () => {
  const report = madeReport();

  it('is explained, where there is one', () => {
    const { metrics } = report;
    const perfect = { ...metrics, accuracy: 1, accuracy_ci95: [1, 1] as [number, number] };
    const explained = /An interval without width/;
    expect(headlineSection(report)!.html.text).not.toMatch(explained);
    expect(headlineSection({ ...report, metrics: perfect })!.html.text).toMatch(explained);
  });
});

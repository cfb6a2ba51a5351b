/** How often single chunks of recordings are right, and recordings by several rules over their chunks. */
import { metricText } from '../../../eval/format.js';
import type { RunReport } from '../../../eval/run-report.js';
import { SLICE_RULES, type SliceResult, type SliceRule } from '../../../eval/slices.js';
import type { Content } from '../../kit/html.js';
import { html } from '../../kit/html.js';
import type { Section } from '../../kit/sections.js';
import { table } from '../../kit/text.js';

const TITLES: Record<SliceRule, string> = {
  vote: 'Recording: vote of chunks with a probability above 0.5',
  majority: 'Recording: vote of all chunks',
  mean_log_probability: 'Recording: mean log-probability',
  mean_probability: 'Recording: mean probability (all other numbers of this page)',
};

/** The section of chunks; null where every recording has one. */
export function slicesSection({ metrics }: RunReport): Section | null {
  const { slices, examples } = metrics;
  if (!slices) return null;
  const row = (title: string, count: number, { f1_weighted, accuracy }: SliceResult): Content[] => [
    ...[title, count.toLocaleString('en')],
    ...[metricText(f1_weighted), metricText(accuracy)],
  ];
  return {
    id: 'slices',
    title: 'Chunks and recordings',
    link: 'Chunks',
    html: html`${table({
      head: ['Decided', 'Decisions', 'F1 (weighted)', 'Accuracy'],
      rows: [
        row('Each chunk alone', slices.count, slices.per_slice),
        ...SLICE_RULES.map((rule) => row(TITLES[rule], examples, slices.per_recording[rule])),
      ],
    })}
    <p class="aside">A chunk is what the model takes at once (inputs.chunk_seconds). Papers that classify artists or genres report chunks
      (&ldquo;frame level&rdquo;) or whole recordings (&ldquo;song level&rdquo;), which are easier. The first vote leaves doubtful chunks out, unless all are
      (Nasrullah and Zhao 2019); of equal votes, the sum of probabilities decides.</p>`,
  };
}

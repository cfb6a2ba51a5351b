/** The page of a comparison. */
import { countText } from '../../../base/format.js';
import type { ClipAudio } from '../../../runs/compare/clip-audio.js';
import type { Comparison } from '../../../runs/compare/comparison.js';
import { html } from '../../kit/html.js';
import type { PackedPlotly } from '../../kit/plotly.js';
import { sectionsPage } from '../../kit/shell.js';
import { sections } from './sections/index.js';
import { COMPARE_STYLE } from './style.js';

/** A comparison with what its page plays. */
export interface ComparedPage extends Comparison {
  audio: ClipAudio;
}

/**
 * Makes the page of a comparison.
 *
 * @param comparison - what is said, and the audio of its clips
 * @param plotly - of `packedPlotly`
 * @returns HTML that works offline and from disk
 */
export function comparePage(comparison: ComparedPage, plotly: PackedPlotly): string {
  const { groups, dataset, synthetic, protocol, split, examples, labels, leftOut, notes } = comparison;
  const runs = groups.reduce((sum, group) => sum + group.runs.length, 0);
  const title = groups.length === 1 ? groups[0].label : `${groups.length} experiments compared`;
  const [reference] = groups[0].runLabels;
  return sectionsPage({
    title,
    heading: html`<h1>${title}</h1>
${synthetic && html`<p class="badge"><b>Synthetic corpus</b> <span>${synthetic}</span></p>`}
<p class="lead">${countText(runs, 'run')} on ${dataset}: ${protocol}, the ${split} part, ${countText(examples, 'example')}, ${countText(labels.length, 'label')}.</p>
${leftOut.length > 0 && html`<div class="badge refused"><b>Not compared</b> <div>${countText(leftOut.length, 'run')} ${leftOut.length === 1 ? 'was' : 'were'} not asked what ${reference} was asked, and numbers from different test sets or protocols say nothing about each other:<ul>${leftOut.map(({ run, reason }) => html`<li>${run.folder}: ${reason}</li>`)}</ul></div></div>`}
${notes.length > 0 && html`<ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`}`,
    sections: sections.flatMap((section) => section(comparison) ?? []),
    style: COMPARE_STYLE,
    plotly,
  });
}

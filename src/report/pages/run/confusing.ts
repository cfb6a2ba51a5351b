/** When a vote of snippets is confusing, and how good that verdict is. */
import { countText } from '../../../base/format.js';
import { metricText } from '../../../eval/format.js';
import type { RunReport } from '../../../eval/run-report.js';
import { html } from '../../kit/html.js';
import type { Section } from '../../kit/sections.js';
import { table } from '../../kit/text.js';

/** The section of the verdict; null where none was fitted. */
export function confusingSection({ metrics }: RunReport): Section | null {
  const { confusing } = metrics;
  if (!confusing) return null;
  const { margin, precision, recall, mixes, recordings, snippets } = confusing;
  return {
    id: 'confusing',
    title: 'Confusing votes',
    link: 'Verdict',
    html: html`<p>A vote of ${countText(snippets, 'snippet')} counts as confusing where its margin is below ${metricText(margin)}.</p>
      ${table({
        head: ['On validation recordings', 'Value'],
        rows: [
          ['Precision: mixes among what is called confusing', metricText(precision)],
          ['Recall: mixes that are called confusing', metricText(recall)],
          ['Mixes of two recordings of different classes', mixes],
          ['Recordings alone', recordings],
        ],
      })}
      <p class="aside">The margin is the mean probability of the class less that of the best other one. Precision and recall are of halves of
      the recordings, each by the threshold of the other; <code>polytag classify</code> uses the threshold of all.</p>`,
  };
}

/** How often a catalogue has each tag, and how the tags' scores are distributed. */
import { rounded } from '../../../base/format.js';
import { type Chart, histogram } from '../../charts/chart.js';
import { figure } from '../../charts/figure.js';
import { html } from '../../kit/html.js';
import type { Section } from '../../kit/sections.js';
import { percentText } from '../../kit/text.js';
import type { CatalogueSummary } from './summary.js';

/** The section of tags by frequency. */
export function tagsSection({ tracks, failed, tags }: CatalogueSummary): Section {
  const tagged = tracks - failed;
  const share = (count: number): number => (tagged === 0 ? 0 : count / tagged);
  const measures = [
    { title: 'share of tracks', percent: true, values: tags.map(({ count }) => rounded(share(count))) },
    { title: 'mean score', percent: false, values: tags.map(({ mean }) => rounded(mean)) },
  ];
  const charts = measures.map(
    ({ title, percent, values }): Chart => ({
      title: `Tags by ${title}`,
      x: { title, percent },
      rows: tags.map(({ label, count, mean }, i) => ({
        name: label,
        hover: `${label}\n${count} of ${tagged} tracks (${percentText(share(count))})\nmean score ${mean.toFixed(3)}`,
        keys: [values[i]],
      })),
      marks: [{ kind: 'bars', tone: 0, x: values, y: tags.map((_, i) => i) }],
    }),
  );
  return {
    id: 'tags',
    title: 'Tags by frequency',
    html: html`${figure({
      name: 'tags',
      choices: [{ label: 'Show', name: 'shows', options: measures.map(({ title }) => title) }],
      rows: { sorts: ['what is shown'], filter: true, most: 50 },
      panels: [{ charts }],
    })}
    <p class="aside">A track has a tag when its score is above the tag's threshold. The mean score is over all tagged tracks.</p>`,
  };
}

/** The section of score distributions; null where nothing was tagged. */
export function scoresSection({ tags, tracks, failed }: CatalogueSummary): Section | null {
  if (tags.length === 0 || tracks === failed) return null;
  const sorted = [...tags].sort((a, b) => b.count - a.count || b.mean - a.mean);
  const charts = sorted.map(
    ({ label, histogram: counts }): Chart => ({
      title: `Scores of ${label}`,
      x: { title: 'score', range: [0, 1] },
      y: { title: 'tracks' },
      marks: [histogram(counts, { unit: 'tracks', tone: 0 })],
    }),
  );
  return {
    id: 'scores',
    title: 'Score distributions',
    html: figure({
      name: 'scores',
      choices: [{ label: 'Tag', name: 'tag', options: sorted.map(({ label }) => label) }],
      logarithmic: true,
      panels: [{ charts }],
    }),
  };
}

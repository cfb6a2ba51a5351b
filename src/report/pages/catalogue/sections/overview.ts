/** How large the catalogue is, and how much of it has tags. */

import { countText, durationText } from '../../../../base/format.js';
import { type Html, html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';
import type { CatalogueSummary } from '../summary.js';
import type { CatalogueView } from '../view.js';

const whole = (count: number): string => count.toLocaleString('en-US');
const percent = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 0.01 ? 2 : 1)} %`;

function card(name: string, value: string, explanation: string): Html {
  return html`<div class="card"><h3>${name}</h3><p class="value">${value}</p><p class="explanation">${explanation}</p></div>`;
}

/** Makes the section of headline numbers. */
export const overview = defineSection<CatalogueSummary, CatalogueView>({
  id: 'overview',
  title: 'Overview',
  data: ({ summary }) => summary,
  html: ({ tracks, failed, seconds, untagged, tags }) => {
    const tagged = tracks - failed;
    const given = tags.reduce((sum, { count }) => sum + count, 0);
    const used = tags.filter(({ count }) => count > 0).length;
    return html`<div class="cards">
      ${card('Tracks tagged', whole(tagged), `of ${whole(tracks)} in the table; ${durationText(seconds)} of audio were heard`)}
      ${card('Failed', whole(failed), tracks === 0 ? 'the table is empty' : `${percent(failed / tracks)} of all tracks; the reasons are below`)}
      ${card('Tags a track', tagged === 0 ? '–' : (given / tagged).toFixed(1), `on average; ${untagged === 0 ? 'every track has one' : `${countText(untagged, 'track')} without one`}`)}
      ${card('Tags in use', whole(used), `of the model's ${whole(tags.length)}`)}
    </div>`;
  },
  draw: [],
});

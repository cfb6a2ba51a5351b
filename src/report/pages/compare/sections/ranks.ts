/** Mean ranks over the labels, where there are several experiments. */

import type { Comparison } from '../../../../runs/compare/comparison.js';
import { Html, html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';
import { rankFigure } from '../rank-figure.js';
import { pText } from './texts.js';

/** Makes the section of ranks; absent for fewer than three experiments or ten labels. */
export const ranks = defineSection<object, Comparison>({
  id: 'ranks',
  title: 'Ranks over the labels',
  data: ({ ranks: found }) => (found === null ? null : {}),
  html: (_, { ranks: found, groups, synthetic }) => {
    const { labels, chiSquare, p } = found!;
    const names = groups.map(({ label }) => label);
    return html`<div class="wide"><div class="paper">${new Html(rankFigure(found!, names, synthetic && 'synthetic corpus'))}</div></div>
    <p class="aside">Mean rank by ROC-AUC over ${labels} labels, 1 is best; a thick line joins experiments whose mean ranks differ by
      less than Nemenyi's critical difference at 0.05. Friedman: χ² ${chiSquare.toFixed(2)}, ${groups.length - 1} degrees of freedom,
      p ${pText(p)} (Demšar 2006). The labels are tagged on the same clips and go together, so the test finds more than there is:
      it says whether a difference is the same for most labels, and the intervals above, which draw songs, how sure and how large it is.</p>`;
  },
  draw: [],
});

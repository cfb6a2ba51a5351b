/** The words that speak for and against each label. */

import type { BaselineReport } from '../../../../eval/run-report.js';
import type { WeightedTerm } from '../../../../text/tfidf.js';
import { type Html, html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';

/** A space at an end would not be seen. */
const visible = (term: string): string => term.replaceAll(' ', '\u00b7');

/** Terms of words have spaces inside, of characters at their ends too. */
const isPlain = (terms: readonly WeightedTerm[]): boolean => terms.every(({ term }) => term === term.trim());

function chips(kind: string, list: readonly WeightedTerm[], plain: boolean): Html {
  return html`<ul class="chips">${list.map(
    ({ term, weight }) =>
      html`<li class="${kind}">${plain ? term : visible(term)} <span>${weight >= 0 ? '+' : '−'}${Math.abs(weight).toFixed(2)}</span></li>`,
  )}</ul>`;
}

/** Makes the section of telling terms; absent where a model has no weight for each word. */
export const terms = defineSection<NonNullable<BaselineReport['terms']>>({
  id: 'terms',
  title: 'Telling terms',
  data: ({ baseline }) => baseline?.terms ?? null,
  html: (labels, { baseline }) => {
    const plain = labels.every((label) => isPlain(label.for) && isPlain(label.against));
    return html`<p class="aside">The terms of the lyrics that weigh most for each label and against it${
      baseline!.folds.length > 1 && ', on average over the folds'
    }; how much a term counts in a track is its TF-IDF times this weight.${!plain && ' A dot stands for a space.'}</p>
      <dl class="verdicts terms">${labels.map(
        (label) =>
          html`<dt>${label.label}</dt><dd>${chips('hit', label.for, plain)}${label.against.length > 0 && chips('wrong', label.against, plain)}</dd>`,
      )}</dl>`;
  },
  draw: [],
});

/** What a run shows of a classical classifier: the settings that were tried, and the terms it relies on. */
import { metricText } from '../../../eval/format.js';
import type { ReportBase } from '../../../eval/run-report.js';
import type { WeightedTerm } from '../../../text/tfidf.js';
import { type Html, html } from '../../kit/html.js';
import type { Section } from '../../kit/sections.js';
import { table } from '../../kit/text.js';

/** The section of the settings that were tried. */
export function baselineSection({ baseline }: ReportBase): Section | null {
  if (!baseline) return null;
  const { title, metric, folds } = baseline;
  const isFolded = folds.length > 1;
  const settings = [...new Set(folds.flatMap(({ tried }) => tried.map(({ setting }) => setting)))];
  const rows = settings.map((setting) => [
    setting || 'the only one',
    ...folds.map(({ tried }) => {
      const found = tried.find((one) => one.setting === setting);
      if (!found) return '–';
      return found.chosen ? html`<b>${metricText(found.score)} ✓</b>` : metricText(found.score);
    }),
  ]);
  return {
    id: 'baseline',
    title: 'Baseline',
    html: html`<p>${title.charAt(0).toUpperCase() + title.slice(1)}${isFolded && `, fitted once for each of ${folds.length} folds; every track is scored by the fit that did not see it`}.
      ${folds.some(({ tried }) => tried.length > 1) && `The setting was chosen on the validation split by ${metric}.`}</p>
      ${table({ head: ['Setting', ...folds.map((_, fold) => (isFolded ? `Fold ${fold + 1}` : `Validation ${metric}`))], rows })}
      <p class="aside">${isFolded && `Validation ${metric} of each fold. `}✓: chosen${isFolded && ' in the fold'}.</p>`,
  };
}

/** A space at an end would not be seen. */
const visible = (term: string): string => term.replaceAll(' ', '\u00b7');

/** Terms of words have spaces inside, terms of characters at their ends too. */
const isPlain = (terms: readonly WeightedTerm[]): boolean => terms.every(({ term }) => term === term.trim());

/** The section of each label's most informative terms. */
export function termsSection({ baseline }: ReportBase): Section | null {
  if (!baseline?.terms) return null;
  const { terms, folds } = baseline;
  const plain = terms.every((label) => isPlain(label.for) && isPlain(label.against));
  const chips = (kind: string, list: readonly WeightedTerm[]): Html =>
    html`<ul class="chips">${list.map(
      ({ term, weight }) =>
        html`<li class="${kind}">${plain ? term : visible(term)} <span>${weight >= 0 ? '+' : '−'}${Math.abs(weight).toFixed(2)}</span></li>`,
    )}</ul>`;
  return {
    id: 'terms',
    title: 'Most informative terms',
    link: 'Terms',
    html: html`<p class="aside">The terms of the lyrics with the largest weights for and against each label${
      folds.length > 1 && ', averaged over the folds'
    }. A term contributes its TF-IDF times this weight.${!plain && ' A dot stands for a space.'}</p>
      <dl class="verdicts terms">${terms.map(
        (label) =>
          html`<dt>${label.label}</dt><dd>${chips('hit', label.for)}${label.against.length > 0 && chips('false', label.against)}</dd>`,
      )}</dl>`,
  };
}

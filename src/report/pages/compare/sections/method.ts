/** How the numbers were made. */
import { countText } from '../../../../base/format.js';
import type { Comparison } from '../../../../runs/compare/comparison.js';
import { html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';

/** Makes the section that a reviewer looks for. */
export const method = defineSection<object, Comparison>({
  id: 'method',
  title: 'Method',
  data: () => ({}),
  html: (_, { bootstrap: { samples, seed, unit, groups } }) => html`<p><b>Intervals and differences.</b> ${
    samples > 0 && groups > 1
      ? html`${countText(samples, 'resample')} of ${countText(groups, unit)}, seed ${seed}; all runs are read under the same
      resamples (paired bootstrap, percentile intervals). The p-value is twice the share of resamples on the rarer side of
      zero, so it cannot be below ${(2 / (samples + 1)).toPrecision(1)}.`
      : html`None: ${samples === 0 ? 'no resamples were asked for' : `the test set is a single ${unit}`}.`
  } ${unit === 'clip' && 'Songs are not known here, so single clips are drawn; clips of the same song make such intervals too narrow.'}</p>
    <p><b>Labels.</b> The test of DeLong, DeLong and Clarke-Pearson (1988) in the form of Sun and Xu (2014)${unit === 'song' && ', with the variance of Obuchowski (1997) because clips of a song are not independent; the tables also have the p-value that takes clips as independent'}.
      It is an approximation for many examples: be careful with labels of a few positives.</p>
    <p><b>Several tests.</b> Holm (1979): over the labels of a pair, and over the pairs of a metric.</p>
    <p><b>Several seeds.</b> An experiment of several runs is represented by the mean of their metrics, not by a joint
      prediction. Intervals and p-values say what another test set would change; what another training would change is the
      standard deviation over seeds, and an experiment of one run says nothing about that.</p>`,
  draw: [],
});

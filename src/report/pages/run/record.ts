/** What was run, and what is needed to run it again. */
import { countText, durationText } from '../../../base/format.js';
import type { ReportBase } from '../../../eval/run-report.js';
import { html } from '../../kit/html.js';
import type { Section } from '../../kit/sections.js';
import { details, record } from '../../kit/text.js';

/** What was run, in a sentence or two; `predicted`: `50 tags`. */
export function summaryOf({ dataset, metrics, history }: ReportBase, predicted: string): string {
  const { bootstrap, training } = metrics;
  const songs = bootstrap.unit === 'clip' ? '' : ` from ${countText(bootstrap.groups, bootstrap.unit)}`;
  const epochs = training?.epochs ?? history.length;
  const trained =
    epochs > 0 &&
    ` The model was trained for ${countText(epochs, 'epoch')}${training ? ` in ${durationText(training.seconds)}` : ''}.`;
  return `Evaluated on the ${metrics.split} split of ${dataset}, protocol “${metrics.protocol}”: ${countText(metrics.examples, 'example')}${songs}, ${predicted}.${trained || ''}`;
}

/** What is needed to repeat the run. */
export function recordSection({ config, environment }: ReportBase): Section {
  const pairs = Object.entries(environment).map(
    ([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value, null, 1)] as const,
  );
  return {
    id: 'record',
    title: 'Configuration and environment',
    link: 'Configuration',
    html: html`${details('Resolved configuration', html`<pre tabindex="0">${config}</pre>`, true)}
    ${details('Environment', record(pairs), true)}`,
  };
}

/** How a sweep was made. */

import { countText } from '../../../base/format.js';
import { html } from '../../kit/html.js';
import { defineSection } from '../../kit/section.js';
import type { SweepReport } from './subject.js';

/** Makes the section on the method. */
export const method = defineSection<object, SweepReport>({
  id: 'method',
  title: 'Method',
  data: () => ({}),
  html: (
    _,
    { plan, search, rungs, jobs },
  ) => html`<p>Search: ${search}. ${plan.experiments.length} experiments with ${
    plan.seeds.length === 1 ? html`the seed ${plan.seeds[0]}` : html`the seeds ${plan.seeds.join(', ')}`
  } each.${
    rungs.length > 1 &&
    html` Rungs: ${rungs.map(({ candidates, epochs }) => `${countText(candidates, 'experiment')} to ${countText(epochs, 'epoch')}`).join(', ')}; a run goes on from where it
      stopped, and its learning rate keeps to the schedule over all epochs (Jamieson and Talwalkar 2016). What goes on is decided on the
      validation part.`
  } The test part decides nothing: it is evaluated once a run, after training.</p>
    ${
      jobs !== null &&
      html`<p>${jobs.count} ${jobs.count === 1 ? 'run' : 'runs'} at once with ${jobs.threads} ${jobs.threads === 1 ? 'thread' : 'threads'} each.
      The number of threads decides the last bits of a result: the same number of jobs on such a machine gives the same bytes.</p>`
    }
    <p>Of many settings, the one that is best on the validation part is a little lucky there: its validation metric promises more than
      it keeps (Cawley and Talbot 2010), and its test metric is the one to report.</p>`,
  draw: [],
});

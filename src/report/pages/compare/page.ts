/** The page of a comparison: `compare.html`. */
import { countText } from '../../../base/format.js';
import { metricText } from '../../../eval/format.js';
import type { ClipAudio } from '../../../runs/compare/clip-audio.js';
import type { Comparison } from '../../../runs/compare/comparison.js';
import { SINGLE_RUNS } from '../../../runs/compare/pairs.js';
import { figure } from '../../charts/figure.js';
import { reliabilityChart } from '../../charts/reliability.js';
import { alert } from '../../kit/frame.js';
import { html } from '../../kit/html.js';
import { letterNames } from '../../kit/letters.js';
import { linked, type ReportLinks } from '../../kit/links.js';
import type { PackedPlotly } from '../../kit/plotly.js';
import { type Section, sectionsPage } from '../../kit/sections.js';
import { table } from '../../kit/text.js';
import { clipsSection } from './clips.js';
import { differencesSection, labelsSection } from './differences.js';
import { learningSection } from './learning.js';
import { ranksSection } from './ranks.js';
import { resultsSection } from './results.js';

/** Where the page of a comparison stands among others. */
export interface ComparisonPlace {
  links: ReportLinks;
  /** The sweep or study that it belongs to: its name, and its page's address from this one. */
  parent?: { title: string; address: string } | null;
  /** The command that makes the page again. */
  command?: string | null;
}

/** Makes the page of a comparison, which plays the clips that `audio` holds. */
export function comparePage(
  given: Comparison,
  audio: ClipAudio,
  plotly: PackedPlotly,
  { links, parent, command }: ComparisonPlace,
): string {
  const letters = letterNames(given.groups.map(({ label }) => label));
  const comparison = {
    ...given,
    groups: given.groups.map((group, i) => ({ ...group, label: letters.names[i] })),
  };
  const { groups, dataset, synthetic, protocol, split, examples, labels, leftOut, notes } = comparison;
  const runs = groups.reduce((sum, group) => sum + group.runs.length, 0);
  const title = groups.length === 1 ? given.groups[0].label : `${groups.length} experiments compared`;
  const [reference] = groups[0].runLabels;
  return sectionsPage({
    title,
    heading: title,
    synthetic,
    lead: html`<p class="lead">${countText(runs, 'run')} on ${dataset}: ${protocol}, ${split} split, ${countText(examples, 'example')}, ${countText(labels.length, comparison.task === 'regression' ? 'predicted number' : 'label')}.${parent && html` Part of <a href="${parent.address}">${parent.title}</a>.`}</p>`,
    alerts: [
      leftOut.length > 0 &&
        alert(
          'Not compared',
          html`The test set or protocol of ${countText(leftOut.length, 'run')} differs from that of ${reference}, so their numbers cannot be compared:<ul>${leftOut.map(({ run, reason }) => html`<li>${run.folder}: ${reason}</li>`)}</ul>`,
        ),
    ],
    notes,
    sections: [
      resultsSection(comparison, links),
      differencesSection(comparison, letters),
      labelsSection(comparison, letters),
      ranksSection(comparison),
      clipsSection(comparison, audio),
      learningSection(comparison),
      calibrationSection(comparison),
      settingsSection(comparison, links),
      methodSection(comparison),
    ],
    plotly,
    command,
  });
}

/** Whose scores can be read as probabilities; null for numbers. */
function calibrationSection({ groups }: Comparison): Section | null {
  const calibrated = groups.flatMap(({ label, calibration }) =>
    calibration ? [{ label, ...calibration }] : [],
  );
  if (calibrated.length === 0) return null;
  return {
    id: 'calibration',
    title: 'Calibration',
    html: html`${figure({ name: 'calibration', panels: [{ charts: [reliabilityChart(calibrated)] }] })}
    ${table({
      head: ['Experiment', 'Expected calibration error', 'The same, of labels', 'Brier score'],
      rows: calibrated.map(({ label, expectedError, expectedErrorOfLabels, brier }) => [
        label,
        metricText(expectedError),
        metricText(expectedErrorOfLabels),
        metricText(brier),
      ]),
    })}
    <p class="aside">All decisions, every label of every example, of all runs of an experiment; of labels: the mean over tags, or the predicted class alone
      (Guo et al. 2017). Lower is better for all of them.</p>`,
  };
}

/** What the runs differ in. */
function settingsSection({ groups, settings }: Comparison, links: ReportLinks): Section {
  return {
    id: 'settings',
    title: 'Settings that differ',
    link: 'Settings',
    html:
      settings.length === 0
        ? html`<p>The runs have the same settings, the same seed and the same software.</p>`
        : html`${table({
            head: [
              'Setting',
              ...groups.flatMap(({ runLabels, runs }) =>
                runLabels.map((label, i) => linked(label, links.get(runs[i].folder))),
              ),
            ],
            rows: settings.map(({ key, values }) => [key, ...values]),
            className: 'words',
          })}
    <p class="aside">Keys of the configs, defaults included, and the software and hardware. All other settings are the same; names,
      paths and settings of reports are not shown.</p>`,
  };
}

/** The section that a reviewer looks for. */
function methodSection({
  bootstrap: { samples, seed, unit, groups },
  pairs,
  compared,
  task,
}: Comparison): Section {
  const isRegression = task === 'regression';
  const ofMethods = pairs.filter(({ metrics }) => metrics[compared[0]].of === 'methods');
  const isPaired = ofMethods.every((pair) => pair.isPaired);
  return {
    id: 'method',
    title: 'Method',
    html: html`<p><b>This test set.</b> ${
      samples > 0 && groups > 1
        ? html`${countText(samples, 'resample')} of ${countText(groups, unit)}, seed ${seed}; all runs are evaluated on the same
      resamples (paired bootstrap, percentile intervals${!isRegression && "; PR-AUC's are shifted by the bootstrap's bias"}). A p-value is twice the
      share of resamples on the rarer side of zero, so it cannot be below ${(2 / (samples + 1)).toPrecision(1)}. The trained models are
      taken as given.`
        : html`None: ${samples === 0 ? 'no resamples were requested' : `the test set is a single ${unit}`}.`
    } ${unit === 'clip' && 'Songs are not known here, so single clips are drawn; clips of the same song make such intervals too narrow.'}</p>
    <p><b>The methods.</b> ${
      ofMethods.length > 0
        ? html`An experiment of several runs is represented by the mean of their metrics, not by a joint prediction. Its interval, and
      those of differences between two such experiments, cross both sources of chance: around each resample's value lies Student's
      distribution with the standard error over seeds, ${isPaired ? 'of the differences seed by seed, since the experiments share their seeds' : "of both sides, with Welch's degrees of freedom"}.`
        : html`Nothing is said about them: ${SINGLE_RUNS}`
    }</p>
    ${
      isRegression
        ? html`<p><b>Targets.</b> Differences in Lin's concordance, from the same resamples and in the same way as those of the means over targets.</p>`
        : html`<p><b>Labels.</b> The variance of DeLong, DeLong and Clarke-Pearson (1988) in the form of Sun and Xu (2014)${unit !== 'clip' && `, with the extension of Obuchowski (1997) because clips of one ${unit} are not independent`},
      and where both sides have several runs the variance over seeds added; Student's distribution, so that labels with few positives are not
      found too often. The tables also have DeLong's own p-value, which treats clips as independent and the models as given.</p>`
    }
    <p><b>Multiple tests.</b> Holm (1979): over the ${isRegression ? 'targets' : 'labels'} of a pair, and over the pairs of one metric. It does not cover the choice among
      metrics and tasks: name the one that decides before you look.</p>`,
  };
}

/** The page of a catalogue. */
import { countText, durationText } from '../../../base/format.js';
import { flatten } from '../../../runs/compare/settings.js';
import { type Html, html } from '../../kit/html.js';
import type { PackedPlotly } from '../../kit/plotly.js';
import { type Section, sectionsPage } from '../../kit/sections.js';
import { MAP_STYLE } from '../../kit/style.js';
import { details, percentText, record } from '../../kit/text.js';
import { mapSection } from './map.js';
import type { CatalogueSummary, FailureSummary } from './summary.js';
import { taggramsSection } from './taggrams.js';
import { scoresSection, tagsSection } from './tags.js';
import { TRACKS_STYLE, tracksSection } from './tracks.js';
import type { CatalogueView } from './view.js';

/** Makes the page of a catalogue. */
export function cataloguePage(view: CatalogueView, plotly: PackedPlotly): string {
  const { title, summary } = view;
  const { model, labels } = summary.header;
  return sectionsPage({
    title,
    heading: title,
    lead: html`<p class="lead">Tagged by the model ${model} with ${countText(labels.length, 'tag')}.</p>`,
    sections: [
      overviewSection(summary),
      tracksSection(view),
      mapSection(view),
      tagsSection(summary),
      scoresSection(summary),
      taggramsSection(view),
      failuresSection(summary),
      recordSection(summary),
    ],
    command: view.command,
    style: MAP_STYLE + TRACKS_STYLE,
    plotly,
  });
}

/** How large the catalogue is, and how much of it has tags. */
function overviewSection({ tracks, failed, seconds, untagged, tags }: CatalogueSummary): Section {
  const whole = (count: number): string => count.toLocaleString('en-US');
  const card = (name: string, value: string, explanation: string): Html =>
    html`<div class="card"><h3>${name}</h3><p class="value">${value}</p><p class="explanation">${explanation}</p></div>`;
  const tagged = tracks - failed;
  const given = tags.reduce((sum, { count }) => sum + count, 0);
  const used = tags.filter(({ count }) => count > 0).length;
  return {
    id: 'overview',
    title: 'Overview',
    html: html`<div class="cards">
      ${card('Tracks tagged', whole(tagged), `of ${whole(tracks)} in the table; ${durationText(seconds)} of audio`)}
      ${card('Failed', whole(failed), tracks === 0 ? 'the table is empty' : `${percentText(failed / tracks)} of all tracks; the reasons are below`)}
      ${card('Tags per track', tagged === 0 ? '–' : (given / tagged).toFixed(1), `on average; ${untagged === 0 ? 'every track has one' : `${countText(untagged, 'track')} without one`}`)}
      ${card('Tags in use', whole(used), `of the model's ${whole(tags.length)}`)}
    </div>`,
  };
}

/** What could not be tagged, or only in part, and why. */
function failuresSection({ failures, warnings }: CatalogueSummary): Section | null {
  if (failures.length + warnings.length === 0) return null;
  const list = (found: readonly FailureSummary[]): Html[] =>
    found.map(({ reason, count, paths }) =>
      details(
        `${countText(count, 'track')}: ${reason}`,
        html`<ul class="aside">${paths.map((path) => html`<li>${path}</li>`)}${count > paths.length && html`<li>and ${countText(count - paths.length, 'more track')}, all listed in the table</li>`}</ul>`,
        found.length === 1,
      ),
    );
  return {
    id: 'failures',
    title: failures.length > 0 ? 'Failures' : 'Warnings',
    html: html`${list(failures)}${warnings.length > 0 && failures.length > 0 && html`<h3>Tagged with a warning</h3>`}${list(warnings)}`,
  };
}

/** What is needed to tag the catalogue again. */
function recordSection({ header }: CatalogueSummary): Section {
  return {
    id: 'record',
    title: 'Model and settings',
    html: record([
      ['model', header.model],
      ['tags', header.labels.length],
      ['embedding', header.embedding === null ? 'none' : `${header.embedding} numbers`],
      ...Object.entries(header.record).map(([key, value]) => [key, settingsOf(value)] as const),
    ]),
  };
}

/** A recorded value: settings that are JSON as a line for each. */
function settingsOf(value: string): Html | string {
  let settings: unknown;
  try {
    settings = JSON.parse(value);
  } catch {
    return value;
  }
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) return value;
  return html`${[...flatten(settings)].map(([key, text]) => html`${key}: ${text}<br>`)}`;
}

/** The sections of the page of a run that finds pitch, from what one quotes to what one looks up. */
import { metricText } from '../../../../eval/format.js';
import { PITCH_MEASURES, type PitchMeasure, pitchMeasures } from '../../../../eval/pitch/scores.js';
import type { PitchReport } from '../../../../eval/run-report.js';
import { figure } from '../../../charts/figure.js';
import { html } from '../../../kit/html.js';
import type { MakeSection, Section } from '../../../kit/sections.js';
import { table } from '../../../kit/text.js';
import { clipsSection } from '../examples.js';
import { card, intervalsSentence } from '../headline.js';
import { recordSection } from '../record.js';
import { trainingSection } from '../training.js';
import { curveChart, shownRecordings } from './curves.js';

const EXPLANATIONS: Record<PitchMeasure, string> = {
  overall_accuracy: 'Share of all frames that are right: voiced with a pitch within 50 cents, or unvoiced.',
  raw_pitch_accuracy: 'Share of the voiced frames whose pitch is within 50 cents, called voiced or not.',
  raw_chroma_accuracy: 'The same without regard to the octave.',
  voicing_recall: 'Share of the voiced frames that are called voiced.',
  voicing_false_alarm: 'Share of the unvoiced frames that are called voiced; lower is better.',
};

/** Titles of columns. */
const SHORT: Record<PitchMeasure, string> = {
  overall_accuracy: 'Overall',
  raw_pitch_accuracy: 'Raw pitch',
  raw_chroma_accuracy: 'Raw chroma',
  voicing_recall: 'Recall',
  voicing_false_alarm: 'False alarm',
};

const titleOf = (measure: PitchMeasure): string => {
  const { title } = pitchMeasures[measure];
  return title[0].toUpperCase() + title.slice(1);
};

function resultsSection({ metrics }: PitchReport): Section {
  return {
    id: 'headline',
    title: 'Results',
    html: html`<div class="cards">${PITCH_MEASURES.map((measure) =>
      card({
        name: titleOf(measure),
        value: metrics[measure],
        interval: metrics[`${measure}_ci95`],
        chance: measure === 'overall_accuracy' ? metrics.unvoiced_baseline.overall_accuracy : null,
        chanceText: 'calling every frame unvoiced',
        explanation: EXPLANATIONS[measure],
      }),
    )}</div>
      <p class="aside">The melody measures of mir_eval, at ${metrics.frames.toLocaleString('en')} frames of the network, of which
        ${metrics.voiced_frames.toLocaleString('en')} are voiced; means over recordings. ${intervalsSentence(metrics)} The bars run from 0 to 1.</p>`,
  };
}

function recordingsSection({ metrics }: PitchReport): Section {
  return {
    id: 'recordings',
    title: 'Recording by recording',
    link: 'Recordings',
    html: html`${table({
      head: ['Recording', 'Frames', 'Voiced', ...PITCH_MEASURES.map((measure) => SHORT[measure])],
      rows: metrics.per_recording.map((one) => [
        ...[one.recording, one.frames, one.voiced],
        ...PITCH_MEASURES.map((measure) => metricText(one[measure])),
      ]),
    })}
    <p class="aside">Accuracies, and recall and false alarms of voicing. A dash: undefined, because the recording has no voiced, or no unvoiced, frame.</p>`,
  };
}

function curvesSection(report: PitchReport): Section | null {
  const shown = shownRecordings(report);
  if (shown.length === 0) return null;
  return {
    id: 'curves',
    title: 'Pitch over time',
    link: 'Curves',
    html: html`${figure({
      name: 'curves',
      choices: [{ label: 'Recording', name: 'curve', options: shown.map(({ id }) => id) }],
      panels: [{ charts: shown.map(curveChart) }],
    })}
    <p class="aside">From the best to the worst overall accuracy, evenly spread. The broad line is the truth; where a line breaks, its curve is unvoiced.</p>`,
  };
}

function examplesSection(report: PitchReport): Section | null {
  const scoresOf = new Map(report.metrics.per_recording.map((one) => [one.recording, one]));
  return clipsSection(report, (row) => {
    const one = scoresOf.get(report.predictions.ids[row])!;
    return html`<p class="hint">${PITCH_MEASURES.map((measure) => `${pitchMeasures[measure].title} ${metricText(one[measure])}`).join(', ')}</p>`;
  });
}

const sections: readonly MakeSection<PitchReport>[] = [
  resultsSection,
  trainingSection,
  curvesSection,
  recordingsSection,
  examplesSection,
  recordSection,
];

/** The sections that a run of pitch has something for. */
export const pitchSections = (report: PitchReport): (Section | null)[] =>
  sections.map((section) => section(report));

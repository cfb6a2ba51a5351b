/** The page of a recording: one file that needs nothing else. */

import { countText, durationText } from '../../../base/format.js';
import { LEVEL_COSTS } from '../../../features/segments/adaptive.js';
import { magmaColours } from '../../kit/browser/magma.js';
import { htmlDocument } from '../../kit/document.js';
import { Html, html } from '../../kit/html.js';
import type { RecordingFacts } from './analysis.js';
import { drawPictures } from './browser/draw-pictures.js';
import { drawSound } from './browser/draw-sound.js';
import { drawStructure } from './browser/draw-structure.js';
import { openTimeline } from './browser/timeline.js';
import type { RecordingData } from './data.js';
import type { EmbeddedSound } from './sound.js';
import { RECORDING_STYLE } from './style.js';

/** A recording as its page shows it. */
export interface RecordingView {
  /** Name of the file. */
  name: string;
  /** Format, rate and channels of the file, and what decoded it. */
  format: string;
  decoder: string;
  data: RecordingData;
  facts: RecordingFacts;
  sound: EmbeddedSound;
  /** What was cut or lost: sentences that a reader must not miss. */
  notes: string[];
}

/** What the levels of a segmentation are about, the finest first. */
const LEVEL_NAMES = ['note', 'phrase', 'scene'];

function lane(name: string, title: Html | string | null, label: string): Html {
  return html`<figure class="lane" data-lane="${name}">
${title !== null && html`<figcaption>${title}<span class="readout"></span></figcaption>`}
<div class="area"><canvas role="img" aria-label="${label}"></canvas><div class="cursor" hidden></div></div>
</figure>`;
}

/**
 * What is said of a recording, as terms and values.
 *
 * @param view - the recording
 * @returns pairs in the page's order
 */
export function factPairs({ data, facts, format, decoder }: RecordingView): [string, string][] {
  const level = (decibels: number | null): string => (decibels === null ? 'silence' : `${decibels} dB`);
  const cents = `${facts.tuningCents > 0 ? '+' : ''}${facts.tuningCents} cents`;
  return [
    ['Duration', `${durationText(data.seconds)}`],
    ['Format', format],
    ['Decoder', decoder],
    ['Tempo', facts.tempo > 0 ? `${facts.tempo.toFixed(1)} beats a minute` : 'none'],
    ['Beats', String(facts.beats)],
    ['Onsets', `${facts.onsets}, ${(facts.onsets / data.seconds).toFixed(1)} a second`],
    ['Tuning against A = 440 Hz', cents],
    ['Level (RMS), peak', `${level(facts.rmsDecibels)}, ${level(facts.peakDecibels)}`],
    ['Voiced', `${Math.round(100 * facts.voiced)} % of the time`],
    ['Segments', facts.segments.map((count, i) => countText(count, LEVEL_NAMES[i])).join(', ')],
  ];
}

/**
 * Makes the page.
 *
 * @param view - the recording
 * @returns HTML that works offline and from disk; every text of the recording in it is escaped
 */
export function recordingPage(view: RecordingView): string {
  const { name, data, sound, notes } = view;
  const script = `'use strict';
const timeline = (${openTimeline})(${magmaColours});
(${drawSound})(timeline);
(${drawPictures})(timeline);
(${drawStructure})(timeline);
timeline.start();`;
  const audio = Buffer.from(sound.bytes.buffer, sound.bytes.byteOffset, sound.bytes.length).toString(
    'base64',
  );
  // The level whose segments a person would name, unless there is hardly any border in it.
  const chosen = view.facts.segments[2] >= 3 ? 2 : view.facts.segments[1] >= 3 ? 1 : 0;
  const body = html`<header>
<h1>${name}</h1>
<dl class="facts">${factPairs(view).map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>
${notes.length > 0 && html`<ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`}
<noscript><p class="badge"><b>No scripts</b> <span>The plots of this page are drawn by a script, which this browser does not run.</span></p></noscript>
</header>
<main>
<div class="player">
<audio controls preload="auto" src="data:${sound.mediaType};base64,${new Html(audio)}"></audio>
<div class="controls">
<span data-clock></span>
<span class="zoom"><button type="button" name="out" aria-label="Show more time">−</button><button type="button" name="in" aria-label="Show less time">+</button><button type="button" name="whole">whole</button></span>
<label><input type="checkbox" name="onsets" checked> onsets</label>
<label><input type="checkbox" name="beats" checked> beats</label>
<label><input type="checkbox" name="borders" checked> borders</label>
<label>segments <select name="level">${LEVEL_COSTS.map(
    (_, i) =>
      html`<option value="${i}"${i === chosen && html` selected`}>${LEVEL_NAMES[i]}s (${view.facts.segments[i]})</option>`,
  )}</select></label>
</div>
</div>
${lane('overview', null, 'The whole recording, and the part of it that is shown')}
${lane('axis', null, 'Time')}
${lane('segments', 'Segments: of one colour and letter, what sounds alike', 'Segments over time')}
${lane(
  'waveform',
  html`Waveform<span class="keys"><i style="--colour:var(--series-2)"></i>beats <i style="--colour:var(--series-3)"></i>onsets</span>`,
  'Waveform with beats and onsets',
)}
${lane('mel', 'Log-mel spectrogram', 'Log-mel spectrogram, frequency over time')}
${lane('chroma', 'Chroma', 'Energy of the twelve pitch classes over time')}
${lane('pitch', 'Pitch, where voiced', 'Fundamental frequency over time')}
<section>
<h2>Self-similarity</h2>
<p class="aside">Bright where two moments of the shown time sound alike; the squares are the segments of the chosen level.</p>
<div class="structure">
${lane('similarity', '', 'Self-similarity matrix, time against time')}
<div class="list" data-list="segments"></div>
</div>
</section>
<p class="hint">Click into a plot, or drag, to hear from there. <kbd>Ctrl</kbd> and the wheel zoom, <kbd>Shift</kbd> and the wheel move;
<kbd>space</kbd> plays, the arrows go 5 s back and forth, <kbd>+</kbd> and <kbd>−</kbd> zoom.</p>
</main>
<footer>Made by polytag. Mel spectrogram of 96 bands, frames of 512 samples every 16 ms at 16 kHz; chroma by the constant-Q transform;
beats after Ellis 2007; pitch by probabilistic YIN from ${data.pitch.fMin} to ${data.pitch.fMax} Hz; segments by novelty and agglomeration of neighbours.</footer>`;
  return htmlDocument({
    title: name,
    style: RECORDING_STYLE,
    body,
    data: { id: 'recording-data', value: data },
    script,
  });
}

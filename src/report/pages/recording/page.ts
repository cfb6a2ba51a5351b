/** The page of a recording. */
import { countText, durationText } from '../../../base/format.js';
import type { ScoredTag } from '../../../catalogue/tag/top-tags.js';
import { keyName } from '../../../features/harmony/key.js';
import { LEVEL_COSTS } from '../../../features/segments/adaptive.js';
import { frame } from '../../kit/frame.js';
import { type Html, html } from '../../kit/html.js';
import {
  colourKey,
  factsList,
  player,
  TIMELINE_HINT,
  tickBox,
  timelineScript,
  track,
} from '../../kit/timeline/page.js';
import type { EmbeddedSound } from '../../kit/timeline/sound.js';
import { TIMELINE_STYLE } from '../../kit/timeline/style.js';
import type { RecordingFacts } from './analysis.js';
import { drawHarmony } from './browser/draw-harmony.js';
import { drawPictures } from './browser/draw-pictures.js';
import { drawSound } from './browser/draw-sound.js';
import { drawStructure, withLevels } from './browser/draw-structure.js';
import type { RecordingData } from './data.js';
import { RECORDING_STYLE } from './style.js';

/** Tags of a recording, best first, and the model that gave them. */
export interface SongTags {
  model: string;
  tags: readonly ScoredTag[];
}

/** A recording as its page shows it. */
export interface RecordingView {
  /** Name of the file. */
  file: string;
  /** Of the file's own metadata; null where it does not say. */
  title: string | null;
  artist: string | null;
  album: string | null;
  /** Integrated loudness in LUFS; null for silence and for less than 400 ms. */
  loudness: number | null;
  tags: SongTags | null;
  /** Format, rate and channels of the file, and what decoded it. */
  format: string;
  decoder: string;
  data: RecordingData;
  facts: RecordingFacts;
  sound: EmbeddedSound;
  /** What was cut or lost: sentences that a reader must not miss. */
  notes: string[];
  /** The command that makes the page again. */
  command?: string | null;
}

/** Units of the levels of a segmentation, the finest first. */
const LEVEL_NAMES = ['note', 'phrase', 'scene'];

/** Facts about a recording as terms and values, in the page's order. */
export function factPairs({ data, facts, format, decoder, loudness }: RecordingView): [string, string][] {
  const level = (decibels: number | null): string =>
    decibels === null ? 'silence' : `${decibels} dB`.replace('-', '−');
  const cents = `${facts.tuningCents > 0 ? '+' : ''}${facts.tuningCents} cents`;
  return [
    ['Duration', durationText(data.seconds)],
    ['Key (estimate)', facts.key ? `${keyName(facts.key)}, else ${keyName(facts.key.next)}` : 'none'],
    ['Tempo', facts.tempo > 0 ? `${facts.tempo.toFixed(1)} beats per minute` : 'none'],
    ['Loudness', loudness === null ? 'not defined' : `${loudness.toFixed(1)} LUFS`.replace('-', '−')],
    ['Beats', String(facts.beats)],
    ['Onsets', `${facts.onsets}, ${(facts.onsets / data.seconds).toFixed(1)} per second`],
    ['Tuning relative to A = 440 Hz', cents],
    ['Level (RMS), peak', `${level(facts.rmsDecibels)}, ${level(facts.peakDecibels)}`],
    ['Voiced', `${Math.round(100 * facts.voiced)} % of the time`],
    ['Segments', facts.segments.map((count, i) => countText(count, LEVEL_NAMES[i])).join(', ')],
    ['Format', format],
    ['Decoder', decoder],
  ];
}

/** The tags with a bar for each score; false where no model was asked. */
function tagsList(tags: SongTags | null): Html | false {
  if (tags === null) return false;
  return html`<section class="tags"><h2>Tags <span class="hint">by ${tags.model}</span></h2><ul>${tags.tags.map(
    ({ tag, score }) =>
      html`<li><span>${tag}</span><i style="--share:${(100 * Math.min(1, Math.max(0, score))).toFixed(0)}%"></i><b>${score.toFixed(2)}</b></li>`,
  )}</ul></section>`;
}

/** Makes the page of a recording. */
export function recordingPage(view: RecordingView): string {
  const { file, title, artist, album, data, sound, notes, facts } = view;
  const name = title ?? file;
  // The level whose segments a person would name, unless there is hardly any border in it.
  const chosen = facts.segments[2] >= 3 ? 2 : facts.segments[1] >= 3 ? 1 : 0;
  return frame({
    title: artist === null ? name : `${name}, ${artist}`,
    heading: name,
    lead: html`${(artist !== null || title !== null) && html`<p class="lead">${[artist, album].filter((text) => text !== null).join(', ')} <span class="hint">${title !== null && file}</span></p>`}${factsList(factPairs(view))}`,
    notes,
    command: view.command,
    style: TIMELINE_STYLE + RECORDING_STYLE,
    main: html`${tagsList(view.tags)}${player(
      sound,
      html`${tickBox('onsets')} ${tickBox('beats')} ${tickBox('borders')}
<label>segments <select name="level">${LEVEL_COSTS.map(
        (_, i) =>
          html`<option value="${i}"${i === chosen && html` selected`}>${LEVEL_NAMES[i]}s (${facts.segments[i]})</option>`,
      )}</select></label>`,
    )}
${track('segments', 'Segments: similar ones have the same colour and letter', 'Segments over time')}
${track('keys', 'Keys', 'Keys over time')}
${track('chords', 'Chords', 'Chords over time')}
${track('melody', html`Melody <span class="hint">the strongest line, whoever plays it; low voices may lie an octave too high</span>`, 'Pitch of the melody over time')}
${track('waveform', html`Waveform<span class="keys">${colourKey('beats', 'var(--series-2)')}${colourKey('onsets', 'var(--series-3)')}</span>`, 'Waveform with beats and onsets')}
${track('mel', 'Log-mel spectrogram', 'Log-mel spectrogram, frequency over time')}
${track('chroma', 'Chroma', 'Energy of the twelve pitch classes over time')}
${track('pitch', html`Pitch, where voiced <span class="hint">for one voice: in a full mix it follows the strongest line and may jump by octaves</span>`, 'Fundamental frequency over time')}
<section>
<h2>Self-similarity</h2>
<p class="aside">Bright where two moments of the shown time are similar; the squares are the segments of the chosen level.</p>
<div class="structure">
${track('similarity', '', 'Self-similarity matrix, time against time')}
<div><p class="hint" data-count="segments" aria-live="polite"></p><div class="list" data-list="segments" tabindex="0" role="group" aria-label="Segments"></div></div>
</div>
</section>
${TIMELINE_HINT}`,
    footer: html`Made by polytag. Mel spectrogram of 96 bands, frames of 512 samples every 16 ms at 16 kHz; chroma by the constant-Q transform;
keys by the profiles of Albrecht and Shanahan 2013, and chords by templates and a hidden Markov model on half beats, both of NNLS chroma after Mauch and Dixon 2010; melody by the salience of Salamon and Gómez 2012; loudness after ITU-R BS.1770-4 and EBU R 128; beats after Ellis 2007; pitch by probabilistic YIN from ${data.pitch.fMin} to ${data.pitch.fMax} Hz; segments by novelty and agglomeration of neighbours.`,
    script: timelineScript(
      data,
      [withLevels, drawSound, drawPictures, drawStructure, drawHarmony],
      `const recording = withLevels(timeline);
for (const draw of [drawSound, drawPictures, drawStructure, drawHarmony]) draw(recording, outline);`,
    ),
  });
}

/** The page of a voice: its pitch and notes over the spectrogram, with a player of both, and the songs that it may be. */
import { transcriptionFacts } from '../../../transcription/facts.js';
import { semitoneOf } from '../../../transcription/melody.js';
import type { FoundSong } from '../../../transcription/songs/song-search.js';
import type { Transcription } from '../../../transcription/transcribe.js';
import { frame } from '../../kit/frame.js';
import { type Html, html } from '../../kit/html.js';
import { details, table } from '../../kit/text.js';
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
import { drawVoice } from './browser/draw-voice.js';
import { playNotes } from './browser/play-notes.js';
import type { VoiceData } from './data.js';

/** A voice as its page shows it. */
export interface VoiceView {
  /** Name of the file. */
  file: string;
  transcription: Transcription;
  /** Songs that were found, the best first; null where none were looked for. */
  found: readonly FoundSong[] | null;
  /** What found the pitch. */
  tracker: string;
  /** Format, rate and channels of the file, and what decoded it. */
  format: string;
  decoder: string;
  data: VoiceData;
  sound: EmbeddedSound;
  /** What makes the notes doubtful, and what was cut or lost. */
  notes: string[];
  /** The command that makes the page again. */
  command?: string | null;
}

/** Rules of the plot and of the list of notes. */
const VOICE_STYLE = `
[data-track=voice] canvas { height: 460px; }
[data-track=voice] .cursor { background: #ffffff; box-shadow: 0 0 3px #000000; }
.track .keys i { height: 9px; width: 12px; border-radius: 2px; vertical-align: -0.5px; }
button.time { border: 0; background: none; padding: 0; color: var(--accent); font-variant-numeric: tabular-nums; }
.list-of-notes .wide { max-height: 420px; overflow: auto; }
.list-of-notes table { min-width: min(100%, 560px); }
@media (max-width: 599px) { [data-track=voice] canvas { height: 340px; } }
`;

/** Notes that are listed. */
const LISTED = 500;

const titleOf = ({ song: { id, title } }: FoundSong): string => title ?? id;

function foundTable(found: readonly FoundSong[]): Html {
  const semitones = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
  return html`<section><h2>Songs</h2>${table({
    head: ['Song', 'Distance', 'From', 'Transposed', 'File'],
    rows: found.map((own) => [
      titleOf(own),
      own.distance.toFixed(3),
      own.start === 0 ? 'its beginning' : `note ${own.start + 1}`,
      semitones(own.transposition),
      own.song.id,
    ]),
  })}<p class="aside">The distance is about semitones per note: below 0.3 is a good match. Transposed: semitones from the score to the hum. The first song is drawn over the hum; the notes that the hum leaves out are dashed.</p></section>`;
}

function notesTable({ data, transcription: { notes, tuningCents } }: VoiceView): Html | false {
  if (data.notes.length === 0) return false;
  const rows = data.notes.slice(0, LISTED).map(({ onset, offset, pitch, name, confidence }) => {
    const cents = Math.round(100 * (pitch - semitoneOf({ pitch }, tuningCents)) - tuningCents);
    return [
      html`<button type="button" class="time" data-seek="${onset}">${onset.toFixed(2)} s</button>`,
      name,
      `${cents < 0 ? '−' : '+'}${Math.abs(cents)}`,
      `${(offset - onset).toFixed(2)} s`,
      confidence.toFixed(2),
    ];
  });
  const more = notes.length - rows.length;
  return html`<div class="list-of-notes">${details(
    'The notes as a list',
    html`${table({ head: ['From', 'Note', 'Cents', 'Length', 'Confidence'], rows })}${more > 0 && html`<p class="aside">And ${more} more: “--out notes.csv” writes them all.</p>`}`,
  )}</div>`;
}

/** Makes the page of a voice. */
export function voicePage(view: VoiceView): string {
  const { file, transcription, found, data, sound, notes, command } = view;
  const hasSong = data.song.length > 0;
  const facts: [string, string][] = [
    ...transcriptionFacts(transcription),
    ['Pitch by', view.tracker],
    ['Format', view.format],
    ['Decoder', view.decoder],
  ];
  const option = (value: string, label: string): Html => html`<option value="${value}">${label}</option>`;
  return frame({
    title: file,
    heading: file,
    lead: factsList(found?.length ? [['Nearest song', titleOf(found[0])], ...facts] : facts),
    notes,
    command,
    style: TIMELINE_STYLE + VOICE_STYLE,
    main: html`${player(
      sound,
      html`<label>play <select name="sound">${option('recording', 'the recording')}${option('notes', 'the notes')}${option('both', 'both')}${hasSong && option('song', 'the song')}</select></label>
${tickBox('spectrogram')} ${tickBox('pitch')} ${tickBox('notes')} ${tickBox('names')} ${hasSong && tickBox('song')}`,
    )}
${track(
  'voice',
  html`Pitch<span class="keys">${colourKey('notes, the paler the less certain', '#41c7ff')}${hasSong && colourKey('the song', '#4fc02f')}</span>`,
  'Notes and pitch curve over the spectrogram, pitch over time',
)}
${TIMELINE_HINT}
${notesTable(view)}
${found !== null && foundTable(found)}`,
    footer: html`Made by polytag. Spectrum of frames of 128 ms at 16 kHz, drawn over pitch; lines and names of notes are in the singer’s own tuning.`,
    script: timelineScript(data, [drawVoice, playNotes], 'drawVoice(timeline);\nplayNotes(timeline);'),
  });
}

/** The notes of a transcription as a score in MusicXML. */
import { placeOnGrid } from '../grid.js';
import { type GridNote, type NoteValue, QUARTER } from '../grid-notes.js';
import { semitoneOf } from '../melody.js';
import { fitMeter } from '../meter.js';
import type { Transcription } from '../transcribe.js';
import { DEFAULT_TEMPO } from './midi.js';
import { scoreXml } from './score-xml.js';
import type { Stretch } from './written-values.js';

/** How a score is written. */
export interface ScoreSettings {
  /** The shortest note: 16 for sixteenths. */
  shortest: NoteValue;
  /** Quarters in a bar. Default: 3 or 4, fitted to the notes. */
  beats?: number;
  /** Quarters before the first bar line, less than a bar. Default: fitted to the notes. */
  pickup?: number;
  /** Whether beats may be triplets of eighths. Default: false. */
  tuplets?: boolean;
}

/**
 * Everything from the beginning to the last bar's end, rests included, in order. `start`: ticks from a bar line at which
 * the first note begins.
 */
function stretchesOf(
  placed: readonly GridNote[],
  { notes, tuningCents }: Transcription,
  bar: number,
  start: number,
): Stretch[] {
  const stretches: Stretch[] = [];
  let at = start;
  for (const { note, begin, length } of placed) {
    const from = begin - placed[0].begin + start;
    if (from > at) stretches.push({ notes: [], begin: at, end: from });
    at = from + length;
    const midi = Math.min(127, Math.max(0, semitoneOf(notes[note], tuningCents)));
    stretches.push({ notes: [{ midi }], begin: from, end: at });
  }
  const end = Math.max(bar, Math.ceil(at / bar) * bar);
  if (end > at) stretches.push({ notes: [], begin: at, end });
  return stretches;
}

/**
 * The file `notes.musicxml` (MusicXML 4.0): one part of one voice. Notes are on the grid whatever `strength` moved them by,
 * and rests below an eighth are closed. A pickup is a bar of its own, which is not counted. Throws RangeError for a pickup
 * that is not a number of eighths below a bar.
 */
export function toMusicXml(transcription: Transcription, settings: ScoreSettings): string {
  const { shortest, tuplets = false } = settings;
  const { notes, tempo, key } = transcription;
  const bpm = tempo ?? DEFAULT_TEMPO;
  const binary = placeOnGrid(notes, bpm, { shortest });
  const { beats, pickup } = fitMeter(binary, settings);
  if (!(pickup >= 0 && pickup < beats && Number.isInteger(2 * pickup)))
    throw new RangeError(
      `pickup must be a number of halves of beats below a bar of ${beats}, not ${pickup}.`,
    );
  const [bar, before] = [beats * QUARTER, pickup * QUARTER];
  const inBeat = (QUARTER - (before % QUARTER)) % QUARTER;
  const placed = tuplets ? placeOnGrid(notes, bpm, { shortest, tuplets, first: inBeat }) : binary;
  const start = before === 0 ? 0 : bar - before;
  const sounding = notes.map((note) => semitoneOf(note, transcription.tuningCents));
  const mean = sounding.reduce((sum, midi) => sum + midi, 0) / Math.max(1, sounding.length);
  return scoreXml({
    ...{ tempo: bpm, key, beats, start },
    parts: [
      {
        ...{ name: 'Voice', clef: mean < 60 && sounding.length > 0 ? 'bass' : 'treble' },
        ...{ instruments: '', drum: null },
        voices: [stretchesOf(placed, transcription, bar, start)],
      },
    ],
  });
}

/** The notes of a transcription as CSV. */
import { semitoneOf } from '../melody.js';
import type { NoteList } from '../transcribe.js';

/** `note` is the MIDI number of the nearest semitone in the singer's own tuning. */
const HEADER = 'onset,offset,pitch,note,confidence';

/** The file `notes.csv`: a row per note, times in seconds, fractional MIDI pitch. */
export function toCsv({ notes, tuningCents }: NoteList): string {
  const rows = notes.map((note) =>
    [
      note.onset.toFixed(4),
      note.offset.toFixed(4),
      note.pitch.toFixed(4),
      semitoneOf(note, tuningCents),
      note.confidence.toFixed(3),
    ].join(','),
  );
  return `${[HEADER, ...rows].join('\n')}\n`;
}

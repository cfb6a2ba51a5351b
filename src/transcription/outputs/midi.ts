/** The notes of a transcription as a MIDI file. */
import { semitoneOf } from '../melody.js';
import type { NoteList } from '../transcribe.js';
import { keySignature, MIDI_QUARTER, midiFile, type TimedEvent } from './midi-file.js';

/** Tempo of a file whose notes have none, in quarters per minute: MIDI's own. */
export const DEFAULT_TEMPO = 120;

/** Loudness of a note without and with all confidence. */
const VELOCITY = { least: 40, most: 110 };

/** MIDI velocity of a note: the surer, the louder. */
export const velocityOf = ({ confidence }: { confidence: number }): number =>
  Math.round(VELOCITY.least + (VELOCITY.most - VELOCITY.least) * confidence);

/** Both ends of the notes. A note ends at the latest where the next of its pitch begins, which would end with it. */
function noteEvents({ notes, tuningCents, tempo }: NoteList): TimedEvent[] {
  const ticksOf = (seconds: number): number =>
    Math.round((seconds * MIDI_QUARTER * (tempo ?? DEFAULT_TEMPO)) / 60);
  const next = new Map<number, number>();
  return [...notes].reverse().flatMap((note) => {
    const noteNumber = Math.min(127, Math.max(0, semitoneOf(note, tuningCents)));
    const velocity = velocityOf(note);
    const begin = ticksOf(note.onset);
    const end = Math.max(begin + 1, Math.min(ticksOf(note.offset), next.get(noteNumber) ?? Infinity));
    next.set(noteNumber, begin);
    return [
      { ticks: begin, event: { deltaTime: 0, type: 'noteOn', channel: 0, noteNumber, velocity } as const },
      { ticks: end, event: { deltaTime: 0, type: 'noteOff', channel: 0, noteNumber, velocity: 0 } as const },
    ];
  });
}

/**
 * The file `notes.mid`: one track with tempo and key; each note is the nearest semitone in the singer's own tuning, the
 * louder the more certain. Times are exact to a tick, of which a quarter has 480.
 */
export function toMidi(transcription: NoteList): Uint8Array {
  const { tempo, key } = transcription;
  const microsecondsPerBeat = Math.round(60e6 / (tempo ?? DEFAULT_TEMPO));
  const events: TimedEvent[] = [
    { ticks: 0, event: { deltaTime: 0, meta: true, type: 'setTempo', microsecondsPerBeat } },
  ];
  if (key) events.push({ ticks: 0, event: keySignature(key) });
  return midiFile([[...events, ...noteEvents(transcription)]]);
}

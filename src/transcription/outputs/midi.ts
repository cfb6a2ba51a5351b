/** The notes of a transcription as a MIDI file. */
import { type MidiEvent, writeMidi } from 'midi-file';
import { semitoneOf } from '../melody.js';
import type { NoteList } from '../transcribe.js';
import { fifthsOf } from './key-signature.js';

/** Tempo of a file whose notes have none, in quarters per minute: MIDI's own. */
export const DEFAULT_TEMPO = 120;

const TICKS_PER_QUARTER = 480;

/** Loudness of a note without and with all confidence. */
const VELOCITY = { least: 40, most: 110 };

/** MIDI velocity of a note: the surer, the louder. */
export const velocityOf = ({ confidence }: { confidence: number }): number =>
  Math.round(VELOCITY.least + (VELOCITY.most - VELOCITY.least) * confidence);

/** Events that are encoded at a time: the library copies what it has for each of them, which takes a square of time. */
const PART = 512;

/** Bytes of the file's header, and of a track's before its events. */
const HEADER_BYTES = { file: 14, track: 8 };

/** A file of one track. */
function fileOf(events: readonly MidiEvent[]): Uint8Array {
  const header = { format: 0, numTracks: 1, ticksPerBeat: TICKS_PER_QUARTER } as const;
  const parts: number[][] = [];
  for (let at = 0; at < events.length; at += PART)
    parts.push(
      writeMidi({ header, tracks: [events.slice(at, at + PART)] }).slice(
        HEADER_BYTES.file + HEADER_BYTES.track,
      ),
    );
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const file = new Uint8Array(HEADER_BYTES.file + HEADER_BYTES.track + length);
  // Of a file with an empty track, all but the track's length.
  file.set(writeMidi({ header, tracks: [[]] }));
  new DataView(file.buffer).setUint32(HEADER_BYTES.file + 4, length);
  let at = HEADER_BYTES.file + HEADER_BYTES.track;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

/** An event and its time in ticks from the beginning. */
interface TimedEvent {
  ticks: number;
  event: MidiEvent;
}

/** Both ends of the notes. A note ends at the latest where the next of its pitch begins, which would end with it. */
function noteEvents({ notes, tuningCents, tempo }: NoteList): TimedEvent[] {
  const ticksOf = (seconds: number): number =>
    Math.round((seconds * TICKS_PER_QUARTER * (tempo ?? DEFAULT_TEMPO)) / 60);
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
  const events: MidiEvent[] = [
    {
      deltaTime: 0,
      meta: true,
      type: 'setTempo',
      microsecondsPerBeat: Math.round(60e6 / (tempo ?? DEFAULT_TEMPO)),
    },
  ];
  if (key)
    events.push({
      deltaTime: 0,
      meta: true,
      type: 'keySignature',
      key: fifthsOf(key),
      scale: key.mode === 'major' ? 0 : 1,
    });
  let before = 0;
  // Where one note ends as another begins, the end comes first.
  const order = (a: TimedEvent, b: TimedEvent): number =>
    a.ticks - b.ticks || Number(a.event.type === 'noteOn') - Number(b.event.type === 'noteOn');
  for (const { ticks, event } of noteEvents(transcription).sort(order)) {
    events.push({ ...event, deltaTime: ticks - before });
    before = ticks;
  }
  events.push({ deltaTime: 0, meta: true, type: 'endOfTrack' });
  return fileOf(events);
}

/** Events with times to the bytes of a MIDI file. */
import { type MidiEvent, writeMidi } from 'midi-file';
import type { Key } from '../../features/harmony/key.js';
import { fifthsOf } from './key-signature.js';

/** Ticks of a quarter in every file that is written. */
export const MIDI_QUARTER = 480;

/** An event and its time in ticks from the beginning. */
export interface TimedEvent {
  ticks: number;
  event: MidiEvent;
}

/** Events that are encoded at a time: the library copies what it has for each of them, which takes a square of time. */
const PART = 512;

/** Bytes of the file's header, and of a track's before its events. */
const HEADER_BYTES = { file: 14, track: 8 };

/** Text as the library takes it, a character for each byte: UTF-8, which most programs read. */
export const midiText = (text: string): string =>
  Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');

/** The event that tells the key. */
export const keySignature = (key: Key): MidiEvent => ({
  ...{ deltaTime: 0, meta: true, type: 'keySignature' },
  ...{ key: fifthsOf(key), scale: key.mode === 'major' ? 0 : 1 },
});

/** Where one note ends as another begins, the end comes first; all else stays in its order. */
const byTime = (a: TimedEvent, b: TimedEvent): number =>
  a.ticks - b.ticks || Number(a.event.type === 'noteOn') - Number(b.event.type === 'noteOn');

/** The bytes of a track's events. */
function eventBytes(events: readonly MidiEvent[]): number[][] {
  const header = { format: 0, numTracks: 1, ticksPerBeat: MIDI_QUARTER } as const;
  const skipped = HEADER_BYTES.file + HEADER_BYTES.track;
  const parts: number[][] = [];
  for (let at = 0; at < events.length; at += PART)
    parts.push(writeMidi({ header, tracks: [events.slice(at, at + PART)] }).slice(skipped));
  return parts;
}

/** The chunk of a track. */
function trackBytes(timed: readonly TimedEvent[]): Uint8Array {
  let before = 0;
  const events = [...timed].sort(byTime).map(({ ticks, event }): MidiEvent => {
    const deltaTime = ticks - before;
    before = ticks;
    return { ...event, deltaTime };
  });
  const ended = events.at(-1)?.type === 'endOfTrack';
  const end: MidiEvent[] = ended ? [] : [{ deltaTime: 0, meta: true, type: 'endOfTrack' }];
  const parts = eventBytes([...events, ...end]);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const chunk = new Uint8Array(HEADER_BYTES.track + length);
  chunk.set(midiTag('MTrk'));
  new DataView(chunk.buffer).setUint32(4, length);
  let at = HEADER_BYTES.track;
  for (const part of parts) {
    chunk.set(part, at);
    at += part.length;
  }
  return chunk;
}

const midiTag = (tag: string): number[] => [...tag].map((letter) => letter.charCodeAt(0));

/**
 * A MIDI file of 480 ticks per quarter: format 0 for one track, format 1 for several. Events of a track may be in any order;
 * it ends with its last event unless it has an `endOfTrack` of its own. Delta times are set here.
 */
export function midiFile(tracks: readonly (readonly TimedEvent[])[]): Uint8Array {
  const chunks = tracks.map(trackBytes);
  const file = new Uint8Array(HEADER_BYTES.file + chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  file.set(midiTag('MThd'));
  const view = new DataView(file.buffer);
  view.setUint32(4, 6);
  view.setUint16(8, tracks.length > 1 ? 1 : 0);
  view.setUint16(10, tracks.length);
  view.setUint16(12, MIDI_QUARTER);
  let at = HEADER_BYTES.file;
  for (const chunk of chunks) {
    file.set(chunk, at);
    at += chunk.length;
  }
  return file;
}

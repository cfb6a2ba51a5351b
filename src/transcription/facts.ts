/** A transcription in words: its facts, and notes by their names. */
import { type Key, keyName } from '../features/harmony/key.js';
import { semitoneOf } from './melody.js';
import { spell } from './outputs/key-signature.js';
import type { NoteList } from './transcribe.js';

/** A MIDI number as it is written in a key: `C4`, `F♯3`. */
export function noteName(midi: number, key: Key | null): string {
  const { step, alter, octave } = spell(midi, key);
  return `${step}${alter === 0 ? '' : alter > 0 ? '♯' : '♭'}${octave}`;
}

/** Notes and their range, tuning, tempo and key, as terms and values. */
export function transcriptionFacts(transcription: NoteList): [string, string][] {
  const { notes, tuningCents, tempo, key, seconds } = transcription;
  const sung = notes.map((note) => semitoneOf(note, tuningCents));
  const lowest = sung.reduce((a, b) => Math.min(a, b), Infinity);
  const highest = sung.reduce((a, b) => Math.max(a, b), -Infinity);
  const range = sung.length === 0 ? '' : `, ${noteName(lowest, key)} to ${noteName(highest, key)}`;
  const cents = Math.round(tuningCents);
  const side = cents > 0 ? 'above' : 'below';
  return [
    ['Notes', `${notes.length}${range}, in ${seconds.toFixed(1)} s`],
    ['Tuning', cents === 0 ? 'A = 440 Hz' : `${Math.abs(cents)} cents ${side} A = 440 Hz`],
    ['Tempo', tempo === null ? 'none' : `${tempo.toFixed(1)} quarters per minute`],
    ['Key', key === null ? 'none' : keyName(key)],
  ];
}

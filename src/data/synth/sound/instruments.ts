/** The pitched instruments of the synthetic corpus: their sound, range and roles. */
import { playFlute, playOrgan, playStrings } from './additive.js';
import { playSynth } from './analog.js';
import { playChimes, playPiano, playTrumpet } from './fm.js';
import type { Play } from './note.js';
import { playGuitar, playHarp } from './plucked.js';

export type Role = 'melody' | 'arpeggio' | 'strum' | 'pad' | 'sweep';

export interface Instrument {
  play: Play;
  /** Lowest and highest MIDI note of its melodies. */
  range: readonly [number, number];
  /** Roles it can take, the most natural first. */
  roles: readonly Role[];
}

/** Every pitched instrument by its tag. */
export const instruments = {
  guitar: { play: playGuitar, range: [50, 74], roles: ['strum', 'arpeggio', 'melody'] },
  harp: { play: playHarp, range: [59, 88], roles: ['sweep'] },
  piano: { play: playPiano, range: [52, 81], roles: ['melody', 'arpeggio', 'strum'] },
  organ: { play: playOrgan, range: [52, 76], roles: ['pad', 'melody'] },
  flute: { play: playFlute, range: [67, 91], roles: ['melody'] },
  strings: { play: playStrings, range: [55, 81], roles: ['pad', 'melody'] },
  synth: { play: playSynth, range: [48, 76], roles: ['pad', 'arpeggio', 'melody'] },
  trumpet: { play: playTrumpet, range: [58, 79], roles: ['melody'] },
  chimes: { play: playChimes, range: [67, 88], roles: ['arpeggio', 'melody'] },
} as const satisfies Record<string, Instrument>;

/** The name of a pitched instrument, which is also its tag. */
export type InstrumentName = keyof typeof instruments;

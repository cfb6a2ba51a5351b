/** The four styles of accompaniment: instruments, and what they play in a bar. */
import type { StyleName, Tone } from '../project/schema.js';

/**
 * What the parts play in a bar, a letter for each eighth; a hyphen goes on with what is before, a full stop is a rest.
 * Chords: `x` the whole chord, digits one of its notes from the lowest. Bass: `R` root, `5` fifth, `8` octave.
 */
export interface Pattern {
  chords: string;
  bass: string;
  /** By drum of General MIDI: `X` loud, `x` softer. */
  drums: Readonly<Record<number, string>>;
}

/** An instrument and its place among the others. */
export interface PresetPart {
  tone: Tone;
  volume: number;
  pan: number;
  velocity: number;
}

/** A style. */
export interface Preset {
  chords: PresetPart;
  bass: PresetPart;
  drums: PresetPart;
  /** Patterns by quarters in a bar; other bars have `plainPattern`. */
  patterns: Readonly<Record<2 | 3 | 4, Pattern>>;
}

/** Drums of General MIDI. */
const KICK = 36;
const STICK = 37;
const SNARE = 38;
const HAT = 42;
const RIDE = 51;
const TAMBOURINE = 54;
const SHAKER = 82;

const part = (program: number, volume: number, pan: number, velocity: number): PresetPart => ({
  tone: { program, drums: false },
  ...{ volume, pan, velocity },
});

const kit = (volume: number, velocity: number): PresetPart => ({
  tone: { program: 0, drums: true },
  ...{ volume, pan: 0.1, velocity },
});

export const presets: Record<StyleName, Preset> = {
  folk: {
    chords: part(25, 0.6, -0.3, 76),
    bass: part(32, 0.7, 0.15, 84),
    drums: kit(0.5, 64),
    patterns: {
      2: { chords: '..x.', bass: 'R-5-', drums: { [KICK]: 'X...', [TAMBOURINE]: '..x.' } },
      3: { chords: '..x-x-', bass: 'R-....', drums: { [KICK]: 'X.....', [TAMBOURINE]: '..x.x.' } },
      4: { chords: '..x-..x-', bass: 'R-..5-..', drums: { [KICK]: 'X...x...', [TAMBOURINE]: '..x...x.' } },
    },
  },
  pop: {
    chords: part(4, 0.55, -0.25, 78),
    bass: part(33, 0.7, 0.1, 88),
    drums: kit(0.6, 80),
    patterns: {
      2: { chords: 'x--x', bass: 'RRRR', drums: { [KICK]: 'X...', [SNARE]: '..X.', [HAT]: 'xxxx' } },
      3: {
        chords: 'x--x--',
        bass: 'R-RR-R',
        drums: { [KICK]: 'X.....', [SNARE]: '..X.X.', [HAT]: 'xxxxxx' },
      },
      4: {
        chords: 'x--x--x-',
        bass: 'R-RRR-R5',
        drums: { [KICK]: 'X...X...', [SNARE]: '..X...X.', [HAT]: 'xxxxxxxx' },
      },
    },
  },
  waltz: {
    chords: part(21, 0.5, -0.25, 70),
    bass: part(32, 0.75, 0.1, 86),
    drums: kit(0.45, 60),
    patterns: {
      2: { chords: '..x.', bass: 'R-..', drums: { [KICK]: 'X...', [HAT]: '..x.' } },
      3: { chords: '..x.x.', bass: 'R-....', drums: { [KICK]: 'X.....', [HAT]: '..x.x.' } },
      4: { chords: '..x.x.x.', bass: 'R-..5-..', drums: { [KICK]: 'X...x...', [HAT]: '..x.x.x.' } },
    },
  },
  ballad: {
    chords: part(0, 0.6, -0.2, 66),
    bass: part(35, 0.65, 0.1, 78),
    drums: kit(0.4, 54),
    patterns: {
      2: { chords: '1232', bass: 'R---', drums: { [KICK]: 'X...', [STICK]: '..x.', [RIDE]: 'x.x.' } },
      3: {
        chords: '123232',
        bass: 'R-----',
        drums: { [KICK]: 'X.....', [STICK]: '....x.', [RIDE]: 'x.x.x.' },
      },
      4: {
        chords: '12321232',
        bass: 'R-----5-',
        drums: { [KICK]: 'X.......', [STICK]: '....x...', [RIDE]: 'x.x.x.x.', [SHAKER]: '.x.x.x.x' },
      },
    },
  },
};

/** What is played in bars of another number of quarters: the root on the bar line, the chord and a hi-hat on the beats. */
export const plainPattern = (beats: number): Pattern => ({
  chords: beats === 1 ? 'x-' : `..${'x-'.repeat(beats - 1)}`,
  bass: `R${'-'.repeat(2 * beats - 1)}`,
  drums: { [KICK]: `X${'.'.repeat(2 * beats - 1)}`, [HAT]: 'x.'.repeat(beats) },
});

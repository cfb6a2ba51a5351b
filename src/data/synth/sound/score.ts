/** Composes the notes of a clip by seeded rules: chords, melody, accompaniment, bass and drums. */
import type { RandomGenerator } from '../../../base/random.js';
import type { Stroke } from './drums.js';
import type { Role } from './instruments.js';
import type { Note } from './note.js';
import { SAMPLE_RATE } from './portable.js';

/** What the voices of a clip share. */
export interface Harmony {
  /** Beats a minute. */
  tempo: number;
  /** MIDI note of the tonic, 48 to 59. */
  tonic: number;
  mode: 'major' | 'minor';
  /** Scale degrees (0 to 6) of the chords, one every `beatsPerChord`, repeated. */
  progression: readonly number[];
  beatsPerChord: number;
  /** Length of the clip in samples. */
  length: number;
}

/** How a drummer plays: `four` to the floor, rock `backbeat`, `light` without kick, `pulse` kick only. */
export type Groove = 'four' | 'backbeat' | 'light' | 'pulse';

const SCALES = { major: [0, 2, 4, 5, 7, 9, 11], minor: [0, 2, 3, 5, 7, 8, 10] } as const;

/** Progressions by mode, as scale degrees. */
export const PROGRESSIONS = {
  major: [
    [0, 4, 5, 3],
    [0, 3, 4, 0],
    [0, 5, 3, 4],
    [0, 3, 0, 4],
    [0, 1, 4, 0],
  ],
  minor: [
    [0, 5, 2, 6],
    [0, 3, 4, 0],
    [0, 6, 5, 4],
    [0, 3, 5, 4],
    [0, 5, 3, 4],
  ],
} as const;

/** Lengths in beats of the notes of a bar of melody, by how busy it is. */
const CELLS: Record<'calm' | 'busy', readonly (readonly number[])[]> = {
  calm: [[2, 2], [3, 1], [2, 1, 1], [4], [1.5, 0.5, 2]],
  busy: [
    [1, 1, 1, 1],
    [0.5, 0.5, 1, 0.5, 0.5, 1],
    [1, 0.5, 0.5, 1, 1],
    [0.5, 0.5, 0.5, 0.5, 1, 1],
    [1.5, 0.5, 1, 1],
  ],
};

/** The MIDI note of a scale degree, which may lie beyond one octave. */
function pitchOf(harmony: Harmony, degree: number): number {
  const octave = Math.floor(degree / 7);
  return harmony.tonic + 12 * octave + SCALES[harmony.mode][degree - 7 * octave];
}

/** Moves a note by octaves into a range of at least an octave. */
function fold(midi: number, [low, high]: readonly [number, number]): number {
  let note = midi;
  while (note < low) note += 12;
  while (note > high) note -= 12;
  return note;
}

function samplesOf(harmony: Harmony, beats: number): number {
  return Math.round((beats * 60 * SAMPLE_RATE) / harmony.tempo);
}

function beatsIn(harmony: Harmony): number {
  return (harmony.length / SAMPLE_RATE) * (harmony.tempo / 60);
}

function chordAt(harmony: Harmony, beat: number): number {
  return harmony.progression[Math.floor(beat / harmony.beatsPerChord) % harmony.progression.length];
}

/** Runs of eight chord notes over two octaves, every two beats, each note ringing until the next run. */
function composeSweeps(
  harmony: Harmony,
  [low, high]: readonly [number, number],
  random: RandomGenerator,
): Note[] {
  const notes: Note[] = [];
  const spacing = Math.round(random.between(0.055, 0.08) * SAMPLE_RATE);
  for (let beat = 0; beat < beatsIn(harmony); beat += 2) {
    const root = chordAt(harmony, beat);
    const bottom = fold(pitchOf(harmony, root), [low, low + 11]) - pitchOf(harmony, root);
    const run = [0, 2, 4, 7, 9, 11, 14, 16]
      .map((step) => pitchOf(harmony, root + step) + bottom)
      .filter((midi) => midi <= high);
    if (random.uniform() < 0.3) run.reverse();
    run.forEach((midi, i) => {
      const start = samplesOf(harmony, beat) + i * spacing;
      const length = samplesOf(harmony, 2) - i * spacing;
      if (start < harmony.length && length > 0)
        notes.push({ start, length, midi, velocity: random.between(0.6, 0.9) });
    });
  }
  return notes;
}

/** Random timing deviation in samples, except on the first beat. */
function late(random: RandomGenerator, start: number): number {
  return start + random.integer(120);
}

/**
 * A melody, notes in order of time: a walk over the scale that meets the chord on strong beats; quavers when `busy`,
 * else minims. The first note falls on the first beat, so that no melody is silent.
 */
export function composeMelody(
  harmony: Harmony,
  range: readonly [number, number],
  busy: boolean,
  random: RandomGenerator,
): Note[] {
  const notes: Note[] = [];
  const total = beatsIn(harmony);
  let degree = 7 + random.integer(5);
  for (let bar = 0; bar < total; bar += 4) {
    let beat = bar;
    for (const beats of random.pick(busy ? CELLS.busy : CELLS.calm)) {
      const start = samplesOf(harmony, beat);
      if (start >= harmony.length) break;
      degree += random.pick([-2, -1, -1, 0, 1, 1, 2, random.pick([-4, 3, 4])]);
      degree = Math.max(3, Math.min(16, degree));
      const strong = beat % 2 === 0;
      const sounding = strong ? nearestChordDegree(degree, chordAt(harmony, beat)) : degree;
      if (beat === 0 || random.uniform() > 0.1)
        notes.push({
          start: beat === 0 ? 0 : late(random, start),
          length: samplesOf(harmony, beats * random.between(0.75, 0.97)),
          midi: fold(pitchOf(harmony, sounding), range),
          velocity: random.between(0.6, strong ? 1 : 0.85),
        });
      beat += beats;
    }
  }
  return notes;
}

/** The degree nearest to `degree` that belongs to the triad on `root`. */
function nearestChordDegree(degree: number, root: number): number {
  for (const step of [0, -1, 1, -2, 2]) {
    const inChord = (((degree + step - root) % 7) + 7) % 7;
    if (inChord === 0 || inChord === 2 || inChord === 4) return degree + step;
  }
  return degree;
}

/**
 * An accompaniment, notes in order of time: chords held (`pad`), broken (`arpeggio`), struck (`strum`) or run through
 * (`sweep`); `melody` is a counter-melody.
 */
export function composeAccompaniment(
  harmony: Harmony,
  role: Role,
  range: readonly [number, number],
  busy: boolean,
  random: RandomGenerator,
): Note[] {
  if (role === 'melody') return composeMelody(harmony, range, busy, random);
  if (role === 'sweep') return composeSweeps(harmony, range, random);
  const notes: Note[] = [];
  const total = beatsIn(harmony);
  const pattern = random.pick([
    [0, 1, 2, 1],
    [0, 1, 2, 3],
    [0, 2, 1, 2],
    [3, 2, 1, 0],
  ]);
  const stroke = role === 'pad' ? harmony.beatsPerChord : busy ? 0.5 : 1;
  for (let k = 0, beat = 0; beat < total; k++, beat = k * stroke) {
    const start = samplesOf(harmony, beat);
    if (start >= harmony.length) break;
    const root = chordAt(harmony, beat);
    const chord = [0, 2, 4, 7].map((step) => fold(pitchOf(harmony, root + step + 7), range));
    const velocity = random.between(0.65, beat % 2 === 0 ? 1 : 0.85);
    if (role === 'arpeggio') {
      const top = range[1] - 12 >= chord[0] && pattern[k % 4] === 3 ? 12 : 0;
      const midi = pattern[k % 4] === 3 ? chord[0] + top : chord[pattern[k % 4]];
      notes.push({ start, length: samplesOf(harmony, stroke * 0.95), midi, velocity });
    } else if (role === 'pad') {
      const length = samplesOf(harmony, stroke * 0.98);
      for (const midi of chord.slice(0, 3)) notes.push({ start, length, midi, velocity: velocity * 0.8 });
    } else if (k % 4 === 0 || random.uniform() < 0.8) {
      const up = k % 2 === 1;
      const strings = [...new Set(chord)].sort((a, b) => (up ? b - a : a - b));
      strings.forEach((midi, s) => {
        const delay = s * Math.round(0.012 * SAMPLE_RATE);
        notes.push({ start: start + delay, length: samplesOf(harmony, stroke * 0.9), midi, velocity });
      });
    }
  }
  return notes.filter((note) => note.start < harmony.length);
}

/**
 * A bass line on the roots of the chords, notes in order of time: quavers when `busy`, else crotchets; `random` draws
 * fifths and octaves.
 */
export function composeBass(harmony: Harmony, busy: boolean, random: RandomGenerator): Note[] {
  const notes: Note[] = [];
  const stroke = busy ? 0.5 : 1;
  for (let k = 0, beat = 0; beat < beatsIn(harmony); k++, beat = k * stroke) {
    const start = samplesOf(harmony, beat);
    if (start >= harmony.length) break;
    const root = fold(pitchOf(harmony, chordAt(harmony, beat)), [34, 46]);
    const midi = beat % harmony.beatsPerChord === 0 ? root : root + random.pick([0, 0, 7, 12]);
    const length = samplesOf(harmony, stroke * 0.85);
    if (beat % 2 === 0 || random.uniform() < 0.8)
      notes.push({ start, length, midi, velocity: random.between(0.75, 1) });
  }
  return notes;
}

export function composeDrums(harmony: Harmony, groove: Groove, random: RandomGenerator): Stroke[] {
  const strokes: Stroke[] = [];
  const add = (drum: Stroke['drum'], beat: number, velocity: number): void => {
    const start = samplesOf(harmony, beat);
    if (start < harmony.length) strokes.push({ drum, start, velocity: velocity * random.between(0.85, 1) });
  };
  for (let beat = 0; beat < beatsIn(harmony); beat++) {
    const inBar = beat % 4;
    const kick = groove === 'backbeat' ? inBar % 2 === 0 : groove !== 'light';
    if (kick) add('kick', beat, 1);
    if (groove === 'backbeat' && inBar === 2 && random.uniform() < 0.6) add('kick', beat + 0.5, 0.8);
    if (groove === 'pulse') continue;
    if (inBar % 2 === 1) add('snare', beat, groove === 'light' ? 0.4 : groove === 'four' ? 0.6 : 1);
    if (groove === 'four') add('hat', beat + 0.5, 1);
    else {
      add('hat', beat, 0.8);
      add('hat', beat + 0.5, 0.6);
    }
  }
  return strokes;
}

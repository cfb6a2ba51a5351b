/** Seeded music in parts that share key, tempo and chords, for any instrument. */
import type { RandomGenerator } from '../../../base/random.js';

export interface Note {
  /** Seconds from the beginning. */
  start: number;
  end: number;
  /** MIDI number. */
  pitch: number;
  /** 1 to 127. */
  velocity: number;
}

/** What the parts of a piece share. */
export interface Piece {
  /** Seconds of a beat. */
  beat: number;
  beatsPerBar: number;
  /** Pitch classes of the scale from its root. */
  scale: readonly number[];
  /** Degree of the scale on which each bar's chord stands; enough bars for the piece. */
  chords: readonly number[];
  seconds: number;
}

const SCALES = [
  [0, 2, 4, 5, 7, 9, 11],
  [0, 2, 3, 5, 7, 8, 10],
  [0, 2, 3, 5, 7, 9, 10],
  [0, 2, 4, 5, 7, 9, 10],
] as const;

const PROGRESSIONS = [
  [0, 3, 4, 0],
  [0, 5, 3, 4],
  [0, 4, 5, 3],
  [5, 3, 0, 4],
  [1, 4, 0, 5],
  [0, 2, 3, 3],
] as const;

/** Draws key, tempo (50 to 170 beats a minute), metre and chords. */
export function drawPiece(random: RandomGenerator, seconds: number): Piece {
  const beat = 60 / random.between(50, 170);
  const beatsPerBar = random.uniform() < 0.7 ? 4 : 3;
  const root = random.integer(12);
  const bars = Math.ceil(seconds / (beat * beatsPerBar)) + 1;
  const progression = random.pick(PROGRESSIONS);
  return {
    ...{ beat, beatsPerBar, seconds },
    scale: random.pick(SCALES).map((step) => step + root),
    chords: Array.from({ length: bars }, (_, bar) =>
      random.uniform() < 0.15 ? random.integer(7) : progression[bar % progression.length],
    ),
  };
}

/** What a part is made of. */
type Style = 'melody' | 'chords' | 'arpeggio' | 'two hands' | 'bass';

const STYLES: readonly Style[] = ['melody', 'melody', 'chords', 'arpeggio', 'two hands', 'bass'];

/** Pitch of a degree of the scale, counted through octaves, within a range. */
function pitchOf({ scale }: Piece, degree: number, low: number, high: number): number {
  const octave = Math.floor(degree / 7);
  let pitch = scale[degree - 7 * octave] + 12 * octave;
  while (pitch < low) pitch += 12;
  while (pitch > high) pitch -= 12;
  return Math.max(low, pitch);
}

/** A part within a range of pitches, in a style drawn; it lasts until the piece ends. */
export function drawPart(
  random: RandomGenerator,
  piece: Piece,
  range: { low: number; high: number },
  level = random.between(45, 112),
): Note[] {
  const style = random.pick(STYLES);
  const middle = Math.round((range.low + range.high) / 2);
  switch (style) {
    case 'melody':
      return melody(random, piece, range, level);
    case 'chords':
      return chords(random, piece, range, level);
    case 'arpeggio':
      return arpeggio(random, piece, range, level);
    case 'bass':
      return melody(random, piece, { low: range.low, high: Math.max(range.low + 12, middle) }, level);
    case 'two hands':
      return [
        ...melody(random, piece, { low: middle - 2, high: range.high }, level),
        ...(random.uniform() < 0.5 ? chords : arpeggio)(
          random,
          piece,
          { low: range.low, high: middle + 2 },
          0.85 * level,
        ),
      ];
  }
}

const velocity = (random: RandomGenerator, level: number): number =>
  Math.max(1, Math.min(127, Math.round(level + 8 * random.normal())));

/** A note a few milliseconds off its beat. */
function played(random: RandomGenerator, start: number, seconds: number, pitch: number, level: number): Note {
  const from = Math.max(0, start + 0.006 * random.normal());
  return { start: from, end: from + Math.max(0.04, seconds), pitch, velocity: velocity(random, level) };
}

function melody(
  random: RandomGenerator,
  piece: Piece,
  { low, high }: { low: number; high: number },
  level: number,
): Note[] {
  const notes: Note[] = [];
  const legato = random.between(0.4, 1);
  let degree = random.integer(7);
  const lift = 12 * random.integer(Math.max(1, Math.floor((high - low) / 12)));
  for (let at = 0; at < piece.seconds; ) {
    const seconds = piece.beat * random.pick([0.25, 0.5, 0.5, 0.5, 1, 1, 1.5, 2]);
    const bar = Math.floor(at / (piece.beat * piece.beatsPerBar));
    degree += random.pick([-2, -1, -1, 0, 1, 1, 2]);
    if (random.uniform() < 0.2) degree = piece.chords[bar] + 2 * random.integer(3);
    if (random.uniform() > 0.06)
      notes.push(
        played(
          random,
          at,
          legato * seconds,
          pitchOf(piece, degree, Math.min(low + lift, high - 11), high),
          level,
        ),
      );
    at += seconds;
  }
  return notes;
}

/** Degrees of the chord of a time: three notes, sometimes four. */
function chordAt(random: RandomGenerator, piece: Piece, at: number): number[] {
  const root = piece.chords[Math.floor(at / (piece.beat * piece.beatsPerBar))];
  return [0, 2, 4, ...(random.uniform() < 0.25 ? [6] : [])].map((step) => root + step);
}

function chords(
  random: RandomGenerator,
  piece: Piece,
  { low, high }: { low: number; high: number },
  level: number,
): Note[] {
  const notes: Note[] = [];
  const every = piece.beat * random.pick([0.5, 1, 1, 2, piece.beatsPerBar]);
  const legato = random.between(0.3, 1);
  const base = low + random.integer(Math.max(1, high - low - 16));
  for (let at = 0; at < piece.seconds; at += every)
    for (const degree of chordAt(random, piece, at))
      notes.push(
        played(random, at, legato * every, pitchOf(piece, degree, base, Math.min(high, base + 16)), level),
      );
  return notes;
}

function arpeggio(
  random: RandomGenerator,
  piece: Piece,
  { low, high }: { low: number; high: number },
  level: number,
): Note[] {
  const notes: Note[] = [];
  const every = piece.beat * random.pick([0.25, 0.333, 0.5, 0.5]);
  const span = random.pick([12, 19, 24]);
  const base = low + random.integer(Math.max(1, high - low - span));
  const rising = random.uniform() < 0.6;
  for (let at = 0, step = 0; at < piece.seconds; at += every, step++) {
    const tones = chordAt(random, piece, at);
    const cycle = rising ? step : Math.abs((step % (2 * tones.length)) - tones.length);
    const lift = 12 * (Math.floor(step / tones.length) % 2);
    const pitch = pitchOf(piece, tones[cycle % tones.length], base, high - 12) + lift;
    notes.push(played(random, at, every * random.between(0.8, 2), Math.min(high, pitch), level));
  }
  return notes;
}

/** Drums of General MIDI by their keys. */
const KICK = 36;
const SNARES = [38, 40, 37];
const HATS = [42, 44, 46, 51];

/** A drum part in eighths. */
export function drawDrums(random: RandomGenerator, { beat, seconds }: Piece): Note[] {
  const notes: Note[] = [];
  const level = random.between(60, 115);
  const [snare, hat] = [random.pick(SNARES), random.pick(HATS)];
  const pattern = Array.from({ length: 8 }, () => random.uniform());
  for (let at = 0, step = 0; at < seconds; at += beat / 2, step++) {
    const hit = (pitch: number): void => void notes.push(played(random, at, 0.1, pitch, level));
    if (step % 8 === 0 || pattern[step % 8] < 0.2) hit(KICK);
    if (step % 4 === 2) hit(snare);
    if (pattern[(step + 3) % 8] < 0.85) hit(hat);
  }
  return notes;
}

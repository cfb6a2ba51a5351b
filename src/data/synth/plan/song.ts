/** Draws songs and the arrangement of their clips, by style. */
import type { RandomGenerator } from '../../../base/random.js';
import type { InstrumentName } from '../sound/instruments.js';
import type { Groove } from '../sound/score.js';
import type { Arrangement, Dynamics, Energy, Family, Style } from './clip-plan.js';

/** Styles an artist of a family plays, by the energy of the song. */
const STYLES: Record<Family, Record<Energy, readonly Style[]>> = {
  acoustic: {
    low: ['classical', 'classical', 'folk'],
    high: ['classical', 'classical', 'folk'],
  },
  electronic: { low: ['ambient', 'ambient', 'electronic'], high: ['techno', 'techno', 'electronic'] },
  band: { low: ['rock', 'folk'], high: ['rock', 'rock', 'folk'] },
};

interface Palette {
  /** Sounds in every clip. */
  always: readonly InstrumentName[];
  /** Further instruments, drawn without repetition. */
  pool: readonly InstrumentName[];
  /** Least and greatest number of instruments. */
  size: readonly [number, number];
  /** Probability of a bass and of a voice (where the song is sung). */
  bass: number;
  voice: number;
  /** Grooves to draw from, by energy; null is no drums. */
  grooves: Record<Energy, readonly (Groove | null)[]>;
}

const PALETTES: Record<Style, Palette> = {
  classical: {
    always: [],
    pool: ['strings', 'flute', 'harp', 'piano', 'trumpet', 'organ', 'chimes'],
    size: [1, 3],
    bass: 0,
    voice: 0.4,
    grooves: { low: [null], high: [null] },
  },
  folk: {
    always: ['guitar'],
    pool: ['flute', 'flute', 'harp', 'piano', 'trumpet', 'trumpet', 'chimes'],
    size: [1, 2],
    bass: 0.3,
    voice: 0.6,
    grooves: { low: [null, null, 'light'], high: [null, 'light', 'light'] },
  },
  ambient: {
    always: [],
    pool: ['synth', 'synth', 'chimes', 'flute', 'harp', 'piano', 'strings', 'organ'],
    size: [1, 3],
    bass: 0.15,
    voice: 0.4,
    grooves: { low: [null], high: [null] },
  },
  electronic: {
    always: ['synth'],
    pool: ['piano', 'chimes', 'organ', 'trumpet', 'flute'],
    size: [1, 2],
    bass: 0.6,
    voice: 0.5,
    grooves: { low: [null, 'light', 'pulse', 'backbeat'], high: ['backbeat', 'pulse', 'four', 'light'] },
  },
  techno: {
    always: ['synth'],
    pool: ['piano', 'chimes', 'organ', 'strings'],
    size: [1, 2],
    bass: 0.7,
    voice: 0.45,
    grooves: { low: ['pulse'], high: ['four', 'four', 'pulse'] },
  },
  rock: {
    always: ['guitar'],
    pool: ['organ', 'piano', 'strings', 'trumpet'],
    size: [1, 2],
    bass: 0.7,
    voice: 0.65,
    grooves: { low: ['light', 'backbeat'], high: ['backbeat'] },
  },
};

/** Draws a style that the family plays with that energy. */
export function drawStyle(family: Family, energy: Energy, random: RandomGenerator): Style {
  return random.pick(STYLES[family][energy]);
}

/** Draws a tempo: mostly clearly slow or fast, sometimes between, so that tempo alone does not tell the energy. */
export function drawTempo(energy: Energy, style: Style, random: RandomGenerator): number {
  const extreme = random.uniform() < 0.72 || style === 'ambient';
  if (energy === 'low') return extreme ? random.between(58, 80) : random.between(88, 106);
  return extreme ? random.between(134, 168) : random.between(108, 124);
}

export function drawDynamics(energy: Energy, random: RandomGenerator): Dynamics {
  const u = random.uniform();
  if (energy === 'high') return u < 0.65 ? 'loud' : u < 0.95 ? 'moderate' : 'quiet';
  return u < 0.6 ? 'quiet' : u < 0.95 ? 'moderate' : 'loud';
}

/** Draws who plays in a clip; `singer` is null for an instrumental. */
export function drawArrangement(
  style: Style,
  energy: Energy,
  singer: 'male' | 'female' | null,
  random: RandomGenerator,
): Arrangement {
  const palette = PALETTES[style];
  const [least, most] = palette.size;
  const size = least + random.integer(most - least + 1);
  const drawn = [...palette.always, ...random.shuffle(palette.pool)];
  const names = [...new Set(drawn)].slice(0, size);
  return {
    instruments: random.shuffle(names),
    voice: singer !== null && random.uniform() < palette.voice ? singer : null,
    bass: random.uniform() < palette.bass,
    groove: random.pick(palette.grooves[energy]),
    variant: random.integer(12),
  };
}

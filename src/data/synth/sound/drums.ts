/** A drum kit: kick, snare and hat, as an acoustic kit or as a drum machine. */
import type { RandomGenerator } from '../../../base/random.js';
import { audibleLength } from './note.js';
import { decayFactor, SAMPLE_RATE, sine, whiteNoise } from './portable.js';

/** Drums of the kit. */
export type Drum = 'kick' | 'snare' | 'hat';

/** One stroke; `start` in samples. */
export interface Stroke {
  drum: Drum;
  start: number;
  velocity: number;
}

/** Pitch and decay (seconds to -60 dB) of an acoustic kit and a machine. */
interface Kit {
  kickLow: number;
  kickSweep: number;
  kickDecay: number;
  snareTone: number;
  snareDecay: number;
  hatDecay: number;
}

const ACOUSTIC: Kit = {
  kickLow: 62,
  kickSweep: 70,
  kickDecay: 0.28,
  snareTone: 190,
  snareDecay: 0.28,
  hatDecay: 0.16,
};
const MACHINE: Kit = {
  kickLow: 47,
  kickSweep: 190,
  kickDecay: 0.5,
  snareTone: 235,
  snareDecay: 0.2,
  hatDecay: 0.09,
};

function kick(out: Float32Array, stroke: Stroke, kit: Kit): void {
  const count = audibleLength(out, stroke.start, kit.kickDecay * SAMPLE_RATE);
  const fall = decayFactor(kit.kickDecay);
  const sweepFall = decayFactor(0.12);
  let level = 1.4 * stroke.velocity;
  let sweep = kit.kickSweep;
  let phase = 0;
  for (let i = 0; i < count; i++) {
    out[stroke.start + i] += level * sine(phase);
    phase += (kit.kickLow + sweep) / SAMPLE_RATE;
    level *= fall;
    sweep *= sweepFall;
  }
}

function snare(out: Float32Array, stroke: Stroke, kit: Kit, noise: () => number): void {
  const count = audibleLength(out, stroke.start, kit.snareDecay * SAMPLE_RATE);
  const fall = decayFactor(kit.snareDecay);
  const toneFall = decayFactor(0.12);
  let level = 0.7 * stroke.velocity;
  let tone = 0.8 * stroke.velocity;
  let before = 0;
  for (let i = 0; i < count; i++) {
    const value = noise();
    out[stroke.start + i] += level * (value - 0.5 * before) + tone * sine((i * kit.snareTone) / SAMPLE_RATE);
    before = value;
    level *= fall;
    tone *= toneFall;
  }
}

function hat(out: Float32Array, stroke: Stroke, kit: Kit, noise: () => number): void {
  const count = audibleLength(out, stroke.start, kit.hatDecay * SAMPLE_RATE);
  const fall = decayFactor(kit.hatDecay);
  let level = 0.35 * stroke.velocity;
  let before = 0;
  let beforeThat = 0;
  for (let i = 0; i < count; i++) {
    const value = noise();
    // Second difference: a high-pass that leaves the sizzle.
    out[stroke.start + i] += level * (value - 2 * before + beforeThat) * 0.5;
    beforeThat = before;
    before = value;
    level *= fall;
  }
}

/** Adds strokes to `out`, of an acoustic kit or a drum machine. */
export function playDrums(
  out: Float32Array,
  strokes: readonly Stroke[],
  machine: boolean,
  random: RandomGenerator,
): void {
  const kit = machine ? MACHINE : ACOUSTIC;
  const noise = whiteNoise(random.uniform());
  for (const stroke of strokes) {
    if (stroke.drum === 'kick') kick(out, stroke, kit);
    else if (stroke.drum === 'snare') snare(out, stroke, kit, noise);
    else hat(out, stroke, kit, noise);
  }
}

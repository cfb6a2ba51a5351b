/** From pitch and level to notes. */
import { FRAME_SECONDS } from './f0.js';
import type { VoiceFrames } from './voice-frames.js';

/** A sung note. */
export interface VoiceNote {
  /** In seconds. */
  onset: number;
  /** In seconds. */
  offset: number;
  /** Fractional MIDI number: 69 is A of 440 Hz. */
  pitch: number;
  /** Mean confidence of its frames, from 0 to 1. */
  confidence: number;
}

/** How frames become notes. */
export interface SegmentSettings {
  /**
   * Seconds that a new pitch a semitone away must last to be a note of its own; for two semitones or more, half of them.
   * Longer gives fewer notes. Default: 0.09.
   */
  hold?: number;
}

/** Semitones from the note's pitch beyond which a frame does not cost more: octave errors and glides. */
const FURTHEST = 2;

/** Confidence is kept from 0 and 1 by this, so that no frame decides alone. */
const CERTAIN = 0.01;

/** A frame this many dB below the loudest on both sides begins to count as a dip: half the power. */
const DIP_DB = 10 * Math.log10(2);

/** Frames at each side among which the loudest is looked for: 64 ms. */
const DIP_FRAMES = 4;

/** Pitches that a note may have in the search, per semitone. */
const STEPS = 20;

/** MIDI number of a frequency in Hz. */
export const midiOf = (hz: number): number => 69 + 12 * Math.log2(hz / 440);

/**
 * What a frame costs as part of any note: above 0 where it is rather unvoiced, or lies in a dip of the level, which
 * parts repeated notes.
 */
function frameCosts(confidence: Float32Array, level: Float32Array): Float64Array {
  const loudest = (from: number, to: number): number => {
    let most = -Infinity;
    for (let t = Math.max(0, from); t <= Math.min(level.length - 1, to); t++) most = Math.max(most, level[t]);
    return most;
  };
  return Float64Array.from(confidence, (value, t) => {
    const sure = Math.min(1 - CERTAIN, Math.max(CERTAIN, value));
    const around = Math.min(loudest(t - DIP_FRAMES, t), loudest(t, t + DIP_FRAMES));
    return -Math.log(sure / (1 - sure)) + Math.max(0, around - level[t] - DIP_DB);
  });
}

/**
 * Cuts a voice into notes: of all ways to split the frames into notes and rests, the one that costs least, by dynamic
 * programming. A note has one pitch and costs a constant (`hold`); its frames cost what they lie beside that pitch, at
 * most two semitones, as far as they are sure (so that vibrato, glides and slips of an octave stay inside), less the
 * evidence that they are voiced, plus the depth of a dip of the level (so that a repeated note begins anew). Rests cost
 * nothing. After Nieradzik's segmentation for SwiftF0 (2026, MIT). The time is that of frames times pitches in use; three
 * hours take some seconds.
 *
 * @returns the notes in order of time, which do not overlap; each has the median of its frames' pitches
 * @throws RangeError when `hold` is not a number of seconds from 0
 */
export function segmentNotes(
  { hz, confidence, level }: Pick<VoiceFrames, 'hz' | 'confidence' | 'level'>,
  { hold = 0.09 }: SegmentSettings = {},
): VoiceNote[] {
  if (!(hold >= 0 && hold < Infinity))
    throw new RangeError(`hold must be a number of seconds from 0, not ${hold}.`);
  const midi = Float64Array.from(hz, (value) => (value > 0 ? midiOf(value) : Number.NaN));
  const sure = confidence.map((value, t) => (Number.isNaN(midi[t]) ? 0 : value));
  const pieces = cheapestSplit(midi, sure, frameCosts(sure, level), hold / FRAME_SECONDS);
  return pieces.map(({ begin, end, pitch }) => ({
    onset: begin * FRAME_SECONDS,
    offset: end * FRAME_SECONDS,
    pitch: medianPitch(midi.subarray(begin, end), sure.subarray(begin, end), pitch),
    confidence: sure.subarray(begin, end).reduce((sum, value) => sum + value, 0) / (end - begin),
  }));
}

/** Frames of a note, the last excluded, and its pitch to a 20th of a semitone. */
interface Piece {
  begin: number;
  end: number;
  pitch: number;
}

function cheapestSplit(
  midi: Float64Array,
  sure: Float32Array,
  costs: Float64Array,
  noteCost: number,
): Piece[] {
  const steps = new Set<number>();
  for (const value of midi) if (!Number.isNaN(value)) steps.add(Math.round(value * STEPS));
  const pitches = Float64Array.from(
    [...steps].sort((a, b) => a - b),
    (step) => step / STEPS,
  );
  if (pitches.length === 0) return [];
  const frames = midi.length;
  /** Cost of the best split that ends inside a note of each pitch, and where that note began. */
  const open = new Float64Array(pitches.length).fill(Infinity);
  const openSince = new Int32Array(pitches.length);
  /** The best split of the frames before each: where its last piece begins, and its pitch; −1 for a rest. */
  const begin = new Int32Array(frames + 1);
  const pitchOf = new Int32Array(frames + 1).fill(-1);
  let least = 0;
  for (let t = 0; t < frames; t++) {
    const fresh = least + noteCost;
    let [best, bestCost] = [-1, Infinity];
    const [weight, own] = [sure[t], costs[t]];
    // A frame without a pitch is as far from every note as can be.
    const at = Number.isNaN(midi[t]) ? Infinity : midi[t];
    for (let j = 0; j < pitches.length; j++) {
      if (fresh < open[j]) {
        open[j] = fresh;
        openSince[j] = t;
      }
      const distance = Math.abs(pitches[j] - at);
      open[j] += own + (weight > 0 ? weight * (distance < FURTHEST ? distance : FURTHEST) : 0);
      if (open[j] < bestCost) {
        best = j;
        bestCost = open[j];
      }
    }
    if (bestCost < least) {
      least = bestCost;
      begin[t + 1] = openSince[best];
      pitchOf[t + 1] = best;
    } else begin[t + 1] = t;
  }
  const pieces: Piece[] = [];
  for (let end = frames; end > 0; end = begin[end])
    if (pitchOf[end] >= 0) pieces.push({ begin: begin[end], end, pitch: pitches[pitchOf[end]] });
  return pieces.reverse();
}

/** Median of the pitches within a semitone of a note's, weighted by how sure they are. */
function medianPitch(midi: Float64Array, sure: Float32Array, pitch: number): number {
  const near = Array.from(midi, (value, t) => ({ value, weight: sure[t] }))
    .filter(({ value }) => Math.abs(value - pitch) <= 1)
    .sort((a, b) => a.value - b.value);
  const half = near.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let sum = 0;
  for (const { value, weight } of near) {
    sum += weight;
    if (sum >= half) return value;
  }
  return pitch;
}

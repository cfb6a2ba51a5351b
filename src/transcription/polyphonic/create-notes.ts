/** From the network's probabilities to notes, as Basic Pitch's own package makes them. */
import { midiOf, type VoiceNote } from '../segment.js';
import type { Activations } from './activations.js';
import {
  FRAME_HOP,
  LOWEST_MIDI,
  NETWORK_RATE,
  PITCHES,
  WINDOW_FRAMES,
  WINDOW_SAMPLES,
} from './basic-pitch.js';

/** How probabilities become notes; the names and defaults are those of the package. */
export interface NoteCreationSettings {
  /** Probability from which a beginning counts, from 0 to 1. Less gives more notes. Default: 0.5. */
  onsetThreshold?: number;
  /** Probability from which a semitone sounds, from 0 to 1. Less gives more and longer notes. Default: 0.3. */
  frameThreshold?: number;
  /** In seconds; shorter notes are left out. Default: 0.1277, which is 11 frames. */
  minimumNoteLength?: number;
  /** In Hz; semitones below are left out. Default: all. */
  minimumFrequency?: number;
  /** In Hz; its semitone and those above are left out. Default: all. */
  maximumFrequency?: number;
  /** Whether a sudden rise of a semitone's probability counts as a beginning too. Default: true. */
  inferOnsets?: boolean;
  /** Whether notes are also made of what is left after those with a beginning. Default: true. */
  melodiaTrick?: boolean;
}

/** Defaults of the package. */
export const NOTE_CREATION = { onsetThreshold: 0.5, frameThreshold: 0.3, minimumNoteLength: 0.1277 } as const;

/** A note of a recording with any number of voices. */
export interface PolyphonicNote extends VoiceNote {
  /** How far the voice lies above the note's pitch, evenly from onset to offset, in thirds of a semitone. */
  bends: number[];
}

/** A note ends when its semitone is below the threshold for so many frames. */
const ENERGY_TOLERANCE = 11;

/** Frames over which a rise is looked for. */
const RISE_FRAMES = 2;

/** By how much later windows lie earlier than their frames say: the package's own correction, in seconds. */
const WINDOW_CORRECTION = (FRAME_HOP / NETWORK_RATE) * (WINDOW_FRAMES - WINDOW_SAMPLES / FRAME_HOP) + 0.0018;

/** Seconds at which a frame lies. */
export const frameTime = (frame: number): number =>
  (frame * FRAME_HOP) / NETWORK_RATE - WINDOW_CORRECTION * Math.floor(frame / WINDOW_FRAMES);

/** A note in frames, the last excluded. */
interface Stretch {
  begin: number;
  end: number;
  pitch: number;
}

/** The probabilities within a range of pitches; those outside are 0. */
function withinRange(values: Float32Array, from: number, to: number): Float32Array {
  if (from <= 0 && to >= PITCHES) return values;
  return values.map((value, i) => (i % PITCHES >= from && i % PITCHES < to ? value : 0));
}

/** The larger of each onset's probability and the rise of its semitone's, which is scaled to the same maximum. */
function withRises(onset: Float32Array, note: Float32Array): Float64Array {
  const rises = new Float64Array(note.length);
  let [mostOnset, mostRise] = [0, 0];
  for (let i = 0; i < note.length; i++) {
    mostOnset = Math.max(mostOnset, onset[i]);
    if (i < RISE_FRAMES * PITCHES) continue;
    const rise = Math.min(note[i] - note[i - PITCHES], note[i] - note[i - 2 * PITCHES]);
    rises[i] = Math.max(0, rise);
    mostRise = Math.max(mostRise, rise);
  }
  return rises.map((rise, i) => Math.max(onset[i], mostRise > 0 ? (mostOnset * rise) / mostRise : 0));
}

/** The energy that no note has taken yet. */
class Energy {
  private readonly left: Float32Array;

  constructor(
    note: Float32Array,
    private readonly frames: number,
    private readonly threshold: number,
  ) {
    this.left = note.slice();
  }

  /** Takes a frame of a pitch, with the pitches beside it. */
  private clear(frame: number, pitch: number): void {
    const at = frame * PITCHES + pitch;
    this.left[at] = 0;
    if (pitch + 1 < PITCHES) this.left[at + 1] = 0;
    if (pitch > 0) this.left[at - 1] = 0;
  }

  /** Where a note that begins in a frame ends: before the frames in which it no longer sounds. */
  endOf(begin: number, pitch: number): number {
    let [t, quiet] = [begin + 1, 0];
    for (; t < this.frames - 1 && quiet < ENERGY_TOLERANCE; t++)
      quiet = this.left[t * PITCHES + pitch] < this.threshold ? quiet + 1 : 0;
    return t - quiet;
  }

  /** Takes a note's energy. */
  take({ begin, end, pitch }: Stretch): void {
    for (let t = begin; t < end; t++) this.clear(t, pitch);
  }

  /** Takes what sounds on one side of a frame, and returns the last frame of it. */
  private spread(from: number, pitch: number, step: 1 | -1): number {
    let [t, quiet] = [from + step, 0];
    const goesOn = (): boolean => (step === 1 ? t < this.frames - 1 : t > 0) && quiet < ENERGY_TOLERANCE;
    for (; goesOn(); t += step) {
      quiet = this.left[t * PITCHES + pitch] < this.threshold ? quiet + 1 : 0;
      this.clear(t, pitch);
    }
    return t - step * (1 + quiet);
  }

  /**
   * What is left, the strongest first: from each frame of a pitch that is still there, as far as it sounds before and
   * after. Energy is only ever taken, so the order is that of the beginning.
   */
  *remainders(): Generator<Stretch> {
    const { left, threshold } = this;
    const loud: number[] = [];
    for (let i = 0; i < left.length; i++) if (left[i] > threshold) loud.push(i);
    const order = Uint32Array.from(loud).sort((a, b) => left[b] - left[a] || a - b);
    const strength = Float32Array.from(order, (i) => left[i]);
    for (let n = 0; n < order.length; n++) {
      const i = order[n];
      if (left[i] !== strength[n]) continue;
      const [middle, pitch] = [Math.floor(i / PITCHES), i % PITCHES];
      left[i] = 0;
      const end = this.spread(middle, pitch, 1);
      yield { begin: this.spread(middle, pitch, -1), end, pitch };
    }
  }
}

function requireBetween(name: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most))
    throw new RangeError(`${name} must be from ${least} to ${most}, not ${value}.`);
}

/** Index of a frequency's semitone. */
const pitchIndex = (hz: number): number => Math.round(midiOf(hz) - LOWEST_MIDI);

/** Settings with their defaults, and the semitones that notes may have: `from` the first to before `to`. */
type CheckedSettings = Record<keyof typeof NOTE_CREATION | 'from' | 'to', number>;

/** Completes settings. Throws RangeError for one that is out of range. */
export function checkNoteCreation({
  onsetThreshold = NOTE_CREATION.onsetThreshold,
  frameThreshold = NOTE_CREATION.frameThreshold,
  minimumNoteLength = NOTE_CREATION.minimumNoteLength,
  minimumFrequency,
  maximumFrequency,
}: NoteCreationSettings): CheckedSettings {
  requireBetween('onsetThreshold', onsetThreshold, 0, 1);
  requireBetween('frameThreshold', frameThreshold, 0, 1);
  requireBetween('minimumNoteLength', minimumNoteLength, 0, 60);
  const from = minimumFrequency === undefined ? 0 : pitchIndex(minimumFrequency);
  const to = maximumFrequency === undefined ? PITCHES : pitchIndex(maximumFrequency);
  if (!(from < to && to > 0 && from < PITCHES))
    throw new RangeError(
      `There is no semitone of the network, which has 27.5 to 4186 Hz, from ${minimumFrequency ?? 27.5} to below ${maximumFrequency ?? 4186} Hz.`,
    );
  return { onsetThreshold, frameThreshold, minimumNoteLength, from, to };
}

/**
 * Notes from probabilities, as `output_to_notes_polyphonic` and `get_pitch_bends` of Basic Pitch 0.4.0 find them: from
 * each onset, the last first, a semitone is followed until it no longer sounds, and its energy and that beside it is
 * taken; then, by Melodia's rule, notes are made of the strongest that is left. At low thresholds notes of one pitch may overlap, as in the package.
 *
 * @returns the notes in order of onset and pitch; the pitch is a whole MIDI number, the confidence the mean probability
 * @throws RangeError for a setting out of range
 */
export function createNotes(
  { frames, note, onset, bend }: Activations,
  settings: NoteCreationSettings = {},
): PolyphonicNote[] {
  const { inferOnsets = true, melodiaTrick = true } = settings;
  const { onsetThreshold, frameThreshold, minimumNoteLength, from, to } = checkNoteCreation(settings);
  const least = Math.round((minimumNoteLength * NETWORK_RATE) / FRAME_HOP);
  const sounding = withinRange(note, from, to);
  const given = withinRange(onset, from, to);
  const onsets = inferOnsets ? withRises(given, sounding) : given;
  const energy = new Energy(sounding, frames, frameThreshold);
  const found: Stretch[] = [];
  for (let i = (frames - 1) * PITCHES - 1; i >= PITCHES; i--) {
    const isPeak = onsets[i] > onsets[i - PITCHES] && onsets[i] > onsets[i + PITCHES];
    if (!isPeak || onsets[i] < onsetThreshold) continue;
    const [begin, pitch] = [Math.floor(i / PITCHES), i % PITCHES];
    const stretch = { begin, pitch, end: energy.endOf(begin, pitch) };
    if (stretch.end - begin <= least) continue;
    energy.take(stretch);
    found.push(stretch);
  }
  if (melodiaTrick)
    for (const stretch of energy.remainders()) if (stretch.end - stretch.begin > least) found.push(stretch);
  return found
    .sort((a, b) => a.begin - b.begin || a.pitch - b.pitch || a.end - b.end)
    .map(({ begin, end, pitch }) => {
      const bends = Array.from({ length: end - begin }, (_, t) => bend[(begin + t) * PITCHES + pitch]);
      let sum = 0;
      for (let t = begin; t < end; t++) sum += sounding[t * PITCHES + pitch];
      return {
        onset: frameTime(begin),
        offset: frameTime(end),
        pitch: pitch + LOWEST_MIDI,
        confidence: sum / (end - begin),
        bends,
      };
    });
}

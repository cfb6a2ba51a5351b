/** What Basic Pitch says of a recording that comes in pieces. */
import { joinSamples } from '../../audio/samples.js';
import { SampleCheck } from '../sample-check.js';
import {
  type BasicPitch,
  CONTOUR_BINS,
  FRAME_HOP,
  PITCHES,
  WINDOW_FRAMES,
  WINDOW_SAMPLES,
} from './basic-pitch.js';

/** Probabilities and bends of consecutive frames, row by row: [frames, 88]. */
export interface Activations {
  frames: number;
  /** That a semitone sounds. */
  note: Float32Array;
  /** That a note of it begins. */
  onset: Float32Array;
  /** How far the likeliest contour near a semitone lies above it, in thirds of a semitone from −25 to 25. */
  bend: Int8Array;
}

/** Frames by which neighbouring windows overlap; half of them are left out at each end. */
const OVERLAP = 30;
const LEFT_OUT = OVERLAP / 2;

/** Samples from one window to the next. */
const WINDOW_HOP = WINDOW_SAMPLES - OVERLAP * FRAME_HOP;

/** Frames of a window that are kept. */
const WINDOW_KEPT = WINDOW_FRAMES - OVERLAP;

/** Thirds of a semitone around a note in which its contour is looked for, and the deviation of their weights. */
const REACH = 25;
const SPREAD = 5;

const WEIGHTS = Float64Array.from({ length: 2 * REACH + 1 }, (_, i) =>
  Math.exp(-0.5 * ((i - REACH) / SPREAD) ** 2),
);

/** The largest of a frame's weighted contours around each semitone, by its distance. */
export function bendsOf(contour: Float32Array, bend: Int8Array): void {
  for (let pitch = 0; pitch < PITCHES; pitch++) {
    const centre = 3 * pitch;
    let [best, most] = [0, -Infinity];
    for (let bin = Math.max(0, centre - REACH); bin <= Math.min(CONTOUR_BINS - 1, centre + REACH); bin++) {
      const value = contour[bin] * WEIGHTS[bin - centre + REACH];
      if (value > most) [best, most] = [bin - centre, value];
    }
    bend[pitch] = best;
  }
}

/**
 * Frames that a recording of so many samples has, by the rule of the package's repository since 2025. Release 0.4.0
 * takes 86 frames a second for the 86.6 that there are, and so loses the last second of two and a half minutes.
 */
const frameCount = (samples: number): number => Math.floor((samples / WINDOW_HOP) * WINDOW_KEPT);

/**
 * Runs the network over a recording window by window, as its package does: windows of 2 s overlap by 30 frames, and
 * 15 are left out at each end of a window. Memory holds one window of samples and 792 bytes per frame (68 kB per
 * second). The pieces may end anywhere.
 */
export class ActivationStream {
  readonly check = new SampleCheck();
  private pending: Float32Array[] = [new Float32Array(LEFT_OUT * FRAME_HOP)];
  private pendingLength = this.pending[0].length;
  private readonly parts: Omit<Activations, 'frames'>[] = [];

  constructor(private readonly network: BasicPitch) {}

  /** Takes the next samples, mono, at `NETWORK_RATE`. Throws RangeError for samples that are not finite. */
  push(samples: Float32Array): void {
    this.check.take(samples);
    this.pending.push(samples);
    this.pendingLength += samples.length;
    while (this.pendingLength >= WINDOW_SAMPLES) this.take();
  }

  /** Ends the recording and gives all its frames. */
  finish(): Activations {
    const frames = frameCount(this.check.received);
    while (this.pendingLength > 0 && this.parts.length * WINDOW_KEPT < frames) this.take();
    const join = <T extends Float32Array | Int8Array>(joined: T, what: 'note' | 'onset' | 'bend'): T => {
      let at = 0;
      for (const part of this.parts) {
        const values = part[what].subarray(0, joined.length - at);
        joined.set(values, at);
        at += values.length;
      }
      return joined;
    };
    return {
      frames,
      note: join(new Float32Array(frames * PITCHES), 'note'),
      onset: join(new Float32Array(frames * PITCHES), 'onset'),
      bend: join(new Int8Array(frames * PITCHES), 'bend'),
    };
  }

  /** Runs the network over the first pending window, behind whose end is silence. */
  private take(): void {
    const samples = joinSamples(this.pending);
    const window = new Float32Array(WINDOW_SAMPLES);
    window.set(samples.subarray(0, WINDOW_SAMPLES));
    const { note, onset, contour } = this.network.run(window);
    const bend = new Int8Array(WINDOW_KEPT * PITCHES);
    for (let t = 0; t < WINDOW_KEPT; t++)
      bendsOf(
        contour.subarray((LEFT_OUT + t) * CONTOUR_BINS, (LEFT_OUT + t + 1) * CONTOUR_BINS),
        bend.subarray(t * PITCHES, (t + 1) * PITCHES),
      );
    const inside = (values: Float32Array): Float32Array =>
      values.slice(LEFT_OUT * PITCHES, (LEFT_OUT + WINDOW_KEPT) * PITCHES);
    this.parts.push({ note: inside(note), onset: inside(onset), bend });
    this.pending = [samples.slice(WINDOW_HOP)];
    this.pendingLength = this.pending[0].length;
  }
}

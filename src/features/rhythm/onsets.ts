/** Onsets of notes: peaks of the onset strength. */
import { eventsAt, type FrameEvents, type FrameTiming, hopOf } from './frame-events.js';
import { type PeakPickingSettings, pickPeaks } from './peak-picking.js';

/**
 * How onsets are found, as in librosa.onset.onset_detect. Defaults (librosa's, found by search): largest within 30 ms
 * before, mean over 100 ms at both sides, delta 0.07, wait 30 ms.
 */
export interface OnsetDetectionSettings extends FrameTiming, Partial<PeakPickingSettings> {
  /** Whether the envelope is first brought to the range from 0 to 1. Default: true. */
  normalize?: boolean;
  /** Whether each onset is moved back to the minimum before it, where a slice may begin. Default: false. */
  backtrack?: boolean;
  /** What the minimum is sought in, one value per frame, such as the RMS. Default: the envelope. */
  energy?: Float32Array;
}

/** Smallest positive normal float32, librosa's guard against division by zero. */
const TINY = 1.17549435e-38;

function smallestAndLargest(values: Float32Array): [smallest: number, largest: number] {
  let [smallest, largest] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    smallest = Math.min(smallest, values[i]);
    largest = Math.max(largest, values[i]);
  }
  return [smallest, largest];
}

/**
 * Moves events back to the nearest minimum of an energy (one value per frame) at or before them, as
 * librosa.onset.onset_backtrack (Jehan 2005); 0 where there is none.
 */
export function backtrackOnsets(frames: Uint32Array, energy: Float32Array): Uint32Array {
  const minimumBefore = new Uint32Array(energy.length);
  for (let t = 1; t < energy.length; t++) {
    const isMinimum = energy[t] <= energy[t - 1] && energy[t] < energy[t + 1];
    minimumBefore[t] = isMinimum ? t : minimumBefore[t - 1];
  }
  return frames.map((frame) => minimumBefore[frame]);
}

/**
 * Detects onsets by picking the peaks of an onset strength envelope, as librosa.onset.onset_detect; none where it is
 * zero, constant or not finite. Throws RangeError for a setting out of range, or an energy of another length.
 */
export function detectOnsets(envelope: Float32Array, settings: OnsetDetectionSettings): FrameEvents {
  const { normalize = true, backtrack = false, energy = envelope } = settings;
  const framesASecond = settings.sampleRate / hopOf(settings);
  if (energy.length !== envelope.length)
    throw new RangeError(`The energy has ${energy.length} frames, and the envelope ${envelope.length}.`);
  const [smallest, largest] = smallestAndLargest(envelope);
  const height = largest - smallest;
  if (!Number.isFinite(height) || (normalize ? height === 0 : smallest === 0 && largest === 0))
    return eventsAt([], settings);
  const scaled = normalize ? envelope.map((value) => (value - smallest) / (height + TINY)) : envelope;
  const peaks = pickPeaks(scaled, {
    preMax: settings.preMax ?? Math.floor(0.03 * framesASecond),
    postMax: settings.postMax ?? 1,
    preAvg: settings.preAvg ?? Math.floor(0.1 * framesASecond),
    postAvg: settings.postAvg ?? Math.floor(0.1 * framesASecond) + 1,
    wait: settings.wait ?? Math.floor(0.03 * framesASecond),
    delta: settings.delta ?? 0.07,
  });
  return eventsAt(backtrack ? backtrackOnsets(peaks, energy) : peaks, settings);
}

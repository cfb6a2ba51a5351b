/** When notes begin: peaks of the onset strength. */
import { eventsAt, type FrameEvents, type FrameTiming, hopOf } from './frame-events.js';
import { type PeakPickingSettings, pickPeaks } from './peak-picking.js';

/**
 * How onsets are found; names and meaning as in librosa.onset.onset_detect. Windows that are not given are those
 * that librosa found by search: largest within 30 ms before, mean over 100 ms at both sides, delta 0.07, wait 30 ms.
 */
export interface OnsetDetectionSettings extends FrameTiming, Partial<PeakPickingSettings> {
  /** Whether the envelope is first brought to the range from 0 to 1; so unless told otherwise. */
  normalize?: boolean;
  /** Whether each onset is moved back to the minimum before it, where a slice may begin; not unless told otherwise. */
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
 * Moves events back to the nearest minimum of an energy at or before them, as librosa.onset.onset_backtrack
 * (Jehan 2005).
 *
 * @param frames - frames of the events
 * @param energy - one value per frame
 * @returns frames of the minima, one an event; 0 where there is none before
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
 * Detects onsets in an onset strength envelope by picking its peaks, as librosa.onset.onset_detect.
 *
 * @param envelope - onset strength, one value per frame
 * @param settings - timing of the frames, windows and threshold
 * @returns frames and times of the onsets; none in an envelope that is zero or constant, or is not finite
 * @throws RangeError when a setting is out of its range, or the energy has another length than the envelope
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

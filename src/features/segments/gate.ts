/** Sound-envelope gating: where a recording sounds, and the recording without its silence. */
import { rms } from '../timbre/time-domain.js';

/** A part of a signal, in samples; `end` is exclusive. */
export interface SampleInterval {
  begin: number;
  end: number;
}

/** How sound is told from silence; the first four as in librosa.effects.split. */
export interface GateSettings {
  /** Samples of a frame, whose root mean square is the envelope. Default: 2048. */
  frameLength?: number;
  /** Samples from one frame to the next. Default: 512. */
  hopLength?: number;
  /** A frame sounds when its level is less than this many dB below the reference. Default: 60. */
  topDb?: number;
  /** The reference: the loudest frame's root mean square (`max`, the default), or an amplitude. */
  ref?: number | 'max';
  /** Once open, the gate closes only this many dB further down. Default: 0. */
  hysteresisDb?: number;
  /** Silences shorter than this, in samples, are kept. Default: 0. */
  minSilence?: number;
  /** Sounds shorter than this, in samples, are dropped, after short silences were filled. Default: 0. */
  minSound?: number;
}

function checkSettings(settings: GateSettings): void {
  for (const name of ['hysteresisDb', 'minSilence', 'minSound'] as const) {
    const value = settings[name] ?? 0;
    if (!(value >= 0)) throw new RangeError(`${name} must not be negative, and is ${value}.`);
  }
  if (typeof settings.ref === 'number' && !(settings.ref > 0))
    throw new RangeError(`ref must be a positive amplitude or "max", not ${settings.ref}.`);
}

/**
 * The parts of a mono signal that sound, in order, none empty, no two touching, as librosa.effects.split, with
 * hysteresis and minimum lengths on request. Digital silence has none. Throws RangeError for negative lengths, or a
 * reference that is not a positive amplitude.
 */
export function soundIntervals(samples: Float32Array, settings: GateSettings = {}): SampleInterval[] {
  checkSettings(settings);
  const envelope = rms(samples, settings);
  const {
    hopLength = 512,
    topDb = 60,
    ref = 'max',
    hysteresisDb = 0,
    minSilence = 0,
    minSound = 0,
  } = settings;
  const reference = ref === 'max' ? envelope.reduce((a, b) => Math.max(a, b), 0) : ref;
  const opening = reference * 10 ** (-topDb / 20);
  const closing = opening * 10 ** (-hysteresisDb / 20);
  const intervals: SampleInterval[] = [];
  for (let t = 0; t < envelope.length; t++) {
    if (!(envelope[t] > opening)) continue;
    let [first, behind] = [t, t + 1];
    // The gate's memory runs both ways, so that a signal played backwards is cut at the same places.
    while (first > 0 && envelope[first - 1] > closing) first--;
    while (behind < envelope.length && envelope[behind] > closing) behind++;
    const begin = first * hopLength;
    const end = Math.min(samples.length, behind * hopLength);
    const last = intervals.at(-1);
    if (last && begin - last.end < Math.max(1, minSilence)) last.end = end;
    else if (end > begin) intervals.push({ begin, end });
    t = behind;
  }
  return intervals.filter(({ begin, end }) => end - begin >= minSound);
}

/** Joins the given parts of a signal, in order. */
export function keepIntervals(samples: Float32Array, intervals: readonly SampleInterval[]): Float32Array {
  const kept = new Float32Array(intervals.reduce((sum, { begin, end }) => sum + end - begin, 0));
  let at = 0;
  for (const { begin, end } of intervals) {
    kept.set(samples.subarray(begin, end), at);
    at += end - begin;
  }
  return kept;
}

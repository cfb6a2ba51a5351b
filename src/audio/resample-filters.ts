/** The filters of the resampler: Kaiser-windowed sinc functions. */
import { kaiserBeta, kaiserLength, kaiserWindow } from './kaiser.js';

/** Where the pass band ends, as a part of the lower Nyquist frequency; the stop band begins at that frequency. */
const PASS_BAND = 0.914;
/** Attenuation in the stop band, in dB. Both as close to soxr HQ's transition band as a windowed sinc gets. */
const ATTENUATION = 125;
const BETA = kaiserBeta(ATTENUATION);
/** A transform is so many times as long as the filter: longer ones waste less on overlap, shorter ones fit the cache. */
const TRANSFORM_PER_TAP = 3;

/** Taps that a transition of this width needs, in cycles per sample; an even number. */
function tapsFor(transition: number): number {
  return 2 * Math.ceil(kaiserLength(ATTENUATION, transition) / 2);
}

/** A windowed sinc at `t` samples from its middle; `cutoff` in cycles per sample. */
function windowedSinc(t: number, cutoff: number, half: number): number {
  const x = 2 * Math.PI * cutoff * t;
  const sinc = x === 0 ? 1 : Math.sin(x) / x;
  return 2 * cutoff * sinc * kaiserWindow(t / half, BETA);
}

/** The filter that keeps what both rates can hold. */
export interface SharpFilter {
  /** Samples of the transform that applies it, a power of two. */
  size: number;
  /** Samples on either side of its middle. */
  half: number;
  /** Real gains of the bins 0 to size / 2, with the inverse transform's scale in them. */
  response: Float64Array;
}

/** The sharp filter between two rates in Hz, for an inverse transform that is `shrink` times shorter. */
export function sharpFilter(from: number, to: number, shrink: number): SharpFilter {
  const nyquist = Math.min(from, to) / 2;
  const half = tapsFor(((1 - PASS_BAND) * nyquist) / from) / 2;
  const cutoff = (((1 + PASS_BAND) / 2) * nyquist) / from;
  const size = 2 ** Math.ceil(Math.log2(Math.max(TRANSFORM_PER_TAP * 2 * half, 64 * shrink)));
  const taps = Float64Array.from({ length: half }, (_, n) => windowedSinc(n, cutoff, half));
  const sum = taps.reduce((total, tap, n) => total + (n === 0 ? tap : 2 * tap), 0);
  // Symmetric about sample 0, so the response is real: its cosine series.
  const cosine = Float64Array.from({ length: size }, (_, k) => Math.cos((2 * Math.PI * k) / size));
  const scale = 2 / size; // inverseReal gives size / 2 times the signal
  const response = Float64Array.from({ length: size / 2 + 1 }, (_, k) => {
    let gain = taps[0];
    for (let n = 1; n < half; n++) gain += 2 * taps[n] * cosine[(k * n) % size];
    return (gain / sum) * scale;
  });
  return { size, half, response };
}

/** A filter for instants between samples. */
export interface InterpolationFilter {
  /** Coefficients of each phase, a multiple of four. */
  taps: number;
  /** Row-major [up × taps]. */
  phases: Float64Array;
}

/**
 * The filter that interpolates a signal without content above band / 2 Hz at `up` instants between two samples;
 * coefficient k of a phase belongs to sample k − taps / 2 + 1.
 */
export function interpolationFilter(rate: number, band: number, up: number): InterpolationFilter {
  const taps = 4 * Math.ceil(tapsFor((rate - band) / rate) / 4);
  const half = taps / 2;
  const phases = new Float64Array(up * taps);
  for (let phase = 0; phase < up; phase++) {
    const row = phases.subarray(phase * taps, (phase + 1) * taps);
    row.forEach((_, k) => {
      row[k] = windowedSinc(k - half + 1 - phase / up, 0.5, half);
    });
    const gain = row.reduce((sum, c) => sum + c, 0);
    row.forEach((c, k) => {
      row[k] = c / gain;
    });
  }
  return { taps, phases };
}

/** A signal played faster or slower, pitch and all, at any ratio. */
import { kaiserWindow } from '../../audio/kaiser.js';

/** Zero crossings of the sinc on either side, in the slower of both rates. */
const CROSSINGS = 24;
/** Entries of the filter's table from one zero crossing to the next; between them it is interpolated linearly. */
const ENTRIES = 512;
/** Kaiser's β for about 90 dB of stop band, and the middle of the transition band for it, as a part of Nyquist's. */
const BETA = 9;
const CUTOFF = 0.94;

/** One side of the Kaiser-windowed sinc, with an entry after its end for the interpolation. */
const TABLE = Float64Array.from({ length: CROSSINGS * ENTRIES + 2 }, (_, i) => {
  const x = i / ENTRIES;
  if (x >= CROSSINGS) return 0;
  const sinc = x === 0 ? CUTOFF : Math.sin(Math.PI * CUTOFF * x) / (Math.PI * x);
  return sinc * kaiserWindow(x / CROSSINGS, BETA);
});

/**
 * Plays mono samples at another rate, band-limited, from a table (Smith and Gossett 1984): sample n of the result is
 * the signal at n · rate, with silence beyond its ends. Unlike a polyphase filter it takes any ratio at the same cost.
 * Throws RangeError when the rate is not positive.
 */
export function playAtRate(samples: Float32Array, rate: number, length: number): Float32Array {
  if (!(rate > 0)) throw new RangeError(`The rate must be positive, and is ${rate}.`);
  const stretch = Math.max(1, rate);
  const reach = CROSSINGS * stretch;
  const scale = ENTRIES / stretch;
  const result = new Float32Array(length);
  for (let n = 0; n < length; n++) {
    const position = n * rate;
    const last = Math.min(samples.length - 1, Math.floor(position + reach));
    let sum = 0;
    for (let i = Math.max(0, Math.ceil(position - reach)); i <= last; i++) {
      const at = Math.abs(i - position) * scale;
      const entry = Math.floor(at);
      const low = TABLE[entry];
      sum += samples[i] * (low + (at - entry) * (TABLE[entry + 1] - low));
    }
    result[n] = sum / stretch;
  }
  return result;
}

/** Second-order filters of equalisers. */

/** y[n] = b0 x[n] + b1 x[n−1] + b2 x[n−2] − a1 y[n−1] − a2 y[n−2]. */
export interface Biquad {
  b0: number;
  b1: number;
  b2: number;
  a1: number;
  a2: number;
}

/** Where a filter acts, and how much. */
export interface BiquadSettings {
  /** Middle or corner, in Hz, below half the sample rate. */
  frequency: number;
  sampleRate: number;
  /** Steepness. Default: 1 / √2, Butterworth's for the passes. */
  q?: number;
  /** Of shelves and peaks: change of the level, in dB. Default: 0. */
  decibels?: number;
}

type Coefficients = [b0: number, b1: number, b2: number, a0: number, a1: number, a2: number];

/**
 * A filter of the Audio EQ Cookbook (Bristow-Johnson 1994) from cos ω, α and A. Throws RangeError for a frequency not
 * between 0 and half the sample rate, or q ≤ 0.
 */
function design(
  { frequency, sampleRate, q = Math.SQRT1_2, decibels = 0 }: BiquadSettings,
  formula: (cosine: number, alpha: number, amplitude: number) => Coefficients,
): Biquad {
  if (!(frequency > 0 && frequency < sampleRate / 2))
    throw new RangeError(
      `The frequency must lie between 0 and ${sampleRate / 2} Hz (half the sample rate), and is ${frequency}.`,
    );
  if (!(q > 0)) throw new RangeError(`q must be positive, and is ${q}.`);
  const omega = (2 * Math.PI * frequency) / sampleRate;
  const [b0, b1, b2, a0, a1, a2] = formula(Math.cos(omega), Math.sin(omega) / (2 * q), 10 ** (decibels / 40));
  return { b0: b0 / a0, b1: b1 / a0, b2: b2 / a0, a1: a1 / a0, a2: a2 / a0 };
}

/** Lets what is below the frequency pass. */
export const lowPass = (settings: BiquadSettings): Biquad =>
  design(settings, (c, alpha) => [(1 - c) / 2, 1 - c, (1 - c) / 2, 1 + alpha, -2 * c, 1 - alpha]);

/** Lets what is above the frequency pass. */
export const highPass = (settings: BiquadSettings): Biquad =>
  design(settings, (c, alpha) => [(1 + c) / 2, -(1 + c), (1 + c) / 2, 1 + alpha, -2 * c, 1 - alpha]);

/** Raises or lowers what is around the frequency. */
export const peak = (settings: BiquadSettings): Biquad =>
  design(settings, (c, alpha, a) => [
    1 + alpha * a,
    -2 * c,
    1 - alpha * a,
    1 + alpha / a,
    -2 * c,
    1 - alpha / a,
  ]);

/** Raises or lowers what is below the frequency. */
export const lowShelf = (settings: BiquadSettings): Biquad =>
  design(settings, (c, alpha, a) => shelf(c, 2 * Math.sqrt(a) * alpha, a));

/** Raises or lowers what is above the frequency. */
export const highShelf = (settings: BiquadSettings): Biquad =>
  design(settings, (c, alpha, a) => {
    // The low shelf's mirror image: cos ω and the signs of the middle coefficients change.
    const [b0, b1, b2, a0, a1, a2] = shelf(-c, 2 * Math.sqrt(a) * alpha, a);
    return [b0, -b1, b2, a0, -a1, a2];
  });

function shelf(c: number, slope: number, a: number): Coefficients {
  return [
    a * (a + 1 - (a - 1) * c + slope),
    2 * a * (a - 1 - (a + 1) * c),
    a * (a + 1 - (a - 1) * c - slope),
    a + 1 + (a - 1) * c + slope,
    -2 * (a - 1 + (a + 1) * c),
    a + 1 + (a - 1) * c - slope,
  ];
}

/** Filters a mono signal, assuming silence before it. */
export function filterSignal(samples: Float32Array, filters: readonly Biquad[]): Float32Array {
  const signal = Float64Array.from(samples);
  for (const { b0, b1, b2, a1, a2 } of filters) {
    // Transposed direct form II.
    let [first, second] = [0, 0];
    for (let n = 0; n < signal.length; n++) {
      const x = signal[n];
      const y = b0 * x + first;
      first = b1 * x - a1 * y + second;
      second = b2 * x - a2 * y;
      signal[n] = y;
    }
  }
  return Float32Array.from(signal);
}

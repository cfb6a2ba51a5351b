/** Where a tone lies. */

/** Power of a signal at a frequency: |Σ x[n] w[n] exp(−2πifn / rate)|², w a Hann window. */
export function powerAt(samples: Float32Array, hertz: number, sampleRate: number): number {
  let [re, im] = [0, 0];
  for (let n = 0; n < samples.length; n++) {
    const windowed = samples[n] * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / samples.length));
    re += windowed * Math.cos((2 * Math.PI * hertz * n) / sampleRate);
    im += windowed * Math.sin((2 * Math.PI * hertz * n) / sampleRate);
  }
  return re * re + im * im;
}

/** The frequency of the most power among those up to a semitone from one, in steps of five cents. */
export function peakNear(samples: Float32Array, hertz: number, sampleRate: number): number {
  const candidates = Array.from({ length: 41 }, (_, i) => hertz * 2 ** ((i - 20) / 240));
  const powers = candidates.map((candidate) => powerAt(samples, candidate, sampleRate));
  return candidates[powers.indexOf(Math.max(...powers))];
}

/** Signals whose fundamental frequency is known. */

/** Sample rate of the signals, in Hz. */
export const RATE = 8000;

/** Harmonics of a tone with a frequency that may change, in Hz over seconds; each half as loud as the one before. */
export function tone(frequency: (seconds: number) => number, seconds: number, harmonics = 4): Float32Array {
  let phase = 0;
  return Float32Array.from({ length: Math.round(seconds * RATE) }, (_, n) => {
    let sample = 0;
    for (let h = 1; h <= harmonics; h++) sample += Math.sin(h * phase) / 2 ** h;
    phase += (2 * Math.PI * frequency(n / RATE)) / RATE;
    return 0.5 * sample;
  });
}

/** White noise with the same samples every time. */
export function noise(length: number, amplitude: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return amplitude * (state / 2 ** 31 - 1);
  });
}

/** A second that glides from 200 to 300 Hz with a disturbance; what librosa finds in it stands in the tests. */
export const GLIDE = Float32Array.from({ length: 8000 }, (_, n) => {
  const seconds = n / 8000;
  return (
    0.3 * Math.sin(2 * Math.PI * (200 * seconds + 50 * seconds * seconds)) + 0.05 * Math.sin(n * n * 0.37)
  );
});

/** Where librosa looked for the pitch of GLIDE. */
export const GLIDE_SETTINGS = { sampleRate: 8000, fMin: 80, fMax: 1000, frameLength: 512, hopLength: 800 };

/** The distance of two frequencies in cents. */
export function cents(a: number, b: number): number {
  return Math.abs(1200 * Math.log2(a / b));
}

/** Signals whose onsets, tempo and beats are known. */

/** Sample rate of the recordings, in Hz. */
export const RATE = 22_050;

/** Timing of an envelope's frames, librosa's defaults. */
export const TIMING = { sampleRate: RATE, hopLength: 512 };

/** A recording with a click, a tone burst of 30 ms, at each of these seconds. */
export function clicksAt(times: readonly number[], seconds: number): Float32Array {
  const samples = new Float32Array(Math.round(seconds * RATE));
  for (const time of times) {
    const begin = Math.round(time * RATE);
    for (let n = 0; n < 0.03 * RATE && begin + n < samples.length; n++)
      samples[begin + n] += 0.8 * Math.exp(-n / (0.006 * RATE)) * Math.sin((2 * Math.PI * 1000 * n) / RATE);
  }
  return samples;
}

/** Seconds at which a metronome clicks, from `first` on. */
export function metronome(bpm: number, seconds: number, first = 0.5): number[] {
  const times: number[] = [];
  for (let time = first; time < seconds - 0.1; time += 60 / bpm) times.push(time);
  return times;
}

/** 700 frames with a pulse every 31.3 frames among weaker peaks; what librosa finds in it stands in the tests. */
export const PULSES = Float32Array.from(
  { length: 700 },
  (_, t) => Math.max(0, Math.sin((2 * Math.PI * t) / 31.3)) ** 8 + 0.3 * Math.abs(Math.sin(t * t * 0.01)),
);

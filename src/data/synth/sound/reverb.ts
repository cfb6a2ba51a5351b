/** The room: four comb filters and two all-passes (Schroeder 1962, with the damped combs of Moorer 1979). */
import { SAMPLE_RATE } from './portable.js';

const COMBS = [0.0297, 0.0371, 0.0411, 0.0437];
const ALL_PASSES = [0.005, 0.0017];

/**
 * Adds a room's sound to a dry signal, in place. All in 0 to 1: `wet` is how much of the room is added, `feedback` that
 * of the combs (0.6 a small room, 0.93 a long hall), `damping` the loss of high frequencies at each echo.
 */
export function reverberate(samples: Float32Array, wet: number, feedback: number, damping: number): void {
  if (wet <= 0) return;
  const room = new Float32Array(samples.length);
  for (const seconds of COMBS) {
    const line = new Float32Array(Math.round(seconds * SAMPLE_RATE));
    let index = 0;
    let low = 0;
    for (let i = 0; i < samples.length; i++) {
      const echo = line[index];
      low = echo * (1 - damping) + low * damping;
      line[index] = samples[i] + low * feedback;
      if (++index === line.length) index = 0;
      room[i] += echo * 0.25;
    }
  }
  for (const seconds of ALL_PASSES) {
    const line = new Float32Array(Math.round(seconds * SAMPLE_RATE));
    let index = 0;
    for (let i = 0; i < room.length; i++) {
      const delayed = line[index];
      const value = room[i] + 0.7 * delayed;
      line[index] = value;
      room[i] = delayed - 0.7 * value;
      if (++index === line.length) index = 0;
    }
  }
  for (let i = 0; i < samples.length; i++) samples[i] += wet * room[i];
}

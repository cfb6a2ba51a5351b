/** Logarithmic compressions of power and amplitude. */
import { KernelMemory } from '../simd/load.js';

/** Factor of the logarithmic compression, as in Dieleman and Schrauwen 2014 and musicnn. */
const FACTOR = 10_000;

/** Numbers given to the kernel at a time; a multiple of four. */
const BATCH = 1 << 14;

let kernel: { memory: KernelMemory; address: number } | null = null;

/** log10(1 + C x): near linear for silence, logarithmic for music, zero for digital silence. Single precision. */
export function logCompress(power: Float32Array, factor = FACTOR): Float32Array {
  if (!kernel) {
    const memory = new KernelMemory();
    kernel = { memory, address: memory.room(BATCH) };
  }
  const { memory, address } = kernel;
  const compressed = new Float32Array(power.length);
  for (let at = 0; at < power.length; at += BATCH) {
    const part = power.subarray(at, at + BATCH);
    const room = memory.floats(address, BATCH);
    room.set(part);
    memory.kernels.logCompress(address, address, part.length, factor);
    compressed.set(room.subarray(0, part.length), at);
  }
  return compressed;
}

/** Smallest power that counts in decibels, as in librosa. */
export const DECIBEL_AMIN = 1e-10;

/** Reference and floor of decibels. */
export interface DecibelSettings {
  /** Power of 0 dB: a number, or the largest of the values. */
  ref?: number | 'max';
  /** Smallest power that counts. Default: 1e-10. */
  amin?: number;
  /** Values lie at most this many dB below the largest; null for no limit. Default: 80. */
  topDb?: number | null;
}

/** Power in decibels, 10 log10(max(amin, power) / ref), as librosa.power_to_db. */
export function powerToDecibels(power: Float32Array, settings: DecibelSettings = {}): Float32Array {
  const { ref = 1, amin = DECIBEL_AMIN, topDb = 80 } = settings;
  const largest = power.reduce((a, b) => Math.max(a, b), 0);
  const zero = 10 * Math.log10(Math.max(amin, ref === 'max' ? largest : ref));
  const floor = topDb === null ? -Infinity : 10 * Math.log10(Math.max(amin, largest)) - zero - topDb;
  return power.map((value) => Math.max(10 * Math.log10(Math.max(amin, value)) - zero, floor));
}

/**
 * Amplitude in decibels, as librosa.amplitude_to_db: the decibels of its square; `amin` (default: 1e-5) and `ref` are
 * amplitudes.
 */
export function amplitudeToDecibels(amplitude: Float32Array, settings: DecibelSettings = {}): Float32Array {
  const { ref = 1, amin = 1e-5, topDb } = settings;
  return powerToDecibels(
    amplitude.map((value) => value * value),
    { ref: ref === 'max' ? ref : ref * ref, amin: amin * amin, topDb },
  );
}

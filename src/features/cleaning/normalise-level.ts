/** Recordings brought to one level. */
import { LoudnessMeter } from '../loudness.js';

/** What is brought to a level: the largest sample, in dB of full scale, or the loudness of the whole, in LUFS. */
export interface LevelOptions {
  kind: 'peak' | 'loudness';
  /** Default: -1 dB of full scale; -23 LUFS (EBU R 128). */
  level?: number;
}

/** The usual levels. */
export const USUAL_LEVELS: Record<LevelOptions['kind'], number> = { peak: -1, loudness: -23 };

/**
 * Scales mono samples so that their peak, or their integrated loudness by ITU-R BS.1770, is at a level. Digital silence,
 * and for loudness what is shorter than 400 ms or nowhere louder than -70 LUFS, stays as it is. Samples are not clipped:
 * at a loudness, peaks may lie above full scale.
 */
export function normaliseLevel(
  samples: Float32Array,
  sampleRate: number,
  { kind, level = USUAL_LEVELS[kind] }: LevelOptions,
): Float32Array {
  const own = kind === 'peak' ? peakOf(samples) : loudnessOf(samples, sampleRate);
  if (own === null) return samples;
  const gain = 10 ** ((level - own) / 20);
  return samples.map((sample) => sample * gain);
}

function peakOf(samples: Float32Array): number | null {
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return peak === 0 ? null : 20 * Math.log10(peak);
}

function loudnessOf(samples: Float32Array, sampleRate: number): number | null {
  const meter = new LoudnessMeter(sampleRate, 1);
  meter.add([samples]);
  return meter.integrated();
}

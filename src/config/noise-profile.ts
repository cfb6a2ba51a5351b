/** The recording of noise that `inputs.noise_reduction.profile` names, as the levels that the config keeps in its place. */
import { decodeAudio } from '../audio/decode.js';
import { messageOf, UsageError } from '../base/errors.js';
import { measureNoise } from '../features/cleaning/spectral-gate.js';
import type { Config } from './schema.js';

const KEY = 'inputs.noise_reduction.profile';

/** Longest part of the recording that is measured, in seconds: its spectrum is held in memory. */
const LONGEST = 60;

const hundredths = (values: ArrayLike<number>): number[] =>
  Array.from(values, (value) => Math.round(100 * value) / 100);

/**
 * A config whose noise profile is measured, so that neither a run nor its model needs the recording: its first minute,
 * in mono at the inputs' sample rate, in hundredths of a dB. A config without one is returned as it is.
 *
 * @throws UsageError where the recording cannot be read, or is too short
 */
export async function withNoiseProfile(config: Config): Promise<Config> {
  const { noise_reduction: gate, sample_rate: sampleRate } = config.inputs;
  if (typeof gate?.profile !== 'string') return config;
  const path = gate.profile;
  try {
    const { channels } = await decodeAudio(path, { sampleRate, mono: true, duration: LONGEST });
    const { mean, deviation } = measureNoise(channels[0]);
    const profile = { sample_rate: sampleRate, mean: hundredths(mean), deviation: hundredths(deviation) };
    return { ...config, inputs: { ...config.inputs, noise_reduction: { ...gate, profile } } };
  } catch (error) {
    throw new UsageError(
      `${KEY}: ${path}: ${messageOf(error).replace(/\.$/, '')}; give a recording of noise alone.`,
    );
  }
}

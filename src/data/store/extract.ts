/** One recording in, its features out. */
import { decodeAudio } from '../../audio/decode.js';
import { resample } from '../../audio/resample.js';
import { logCompress } from '../../features/compression.js';
import { melSpectrogram } from '../../features/mel.js';
import type { FeatureKind, FeatureKinds } from './kinds.js';

/**
 * Decodes a recording and computes the features that are wanted.
 *
 * @param path - the audio file
 * @param kinds - settings of each kind
 * @param wanted - the kinds to compute
 * @returns row-major values by kind: waveform [samples], mel [frames × bands]
 * @throws Failure when the file cannot be decoded; the system's error when it cannot be read
 */
export async function extractFeatures(
  path: string,
  kinds: FeatureKinds,
  wanted: FeatureKind[],
): Promise<Partial<Record<FeatureKind, Float32Array>>> {
  const {
    channels: [mono],
    sampleRate,
  } = await decodeAudio(path, { mono: true });
  const values: Partial<Record<FeatureKind, Float32Array>> = {};
  if (kinds.mel && wanted.includes('mel')) {
    const samples = resample(mono, sampleRate, kinds.mel.sampleRate);
    values.mel = logCompress(melSpectrogram(samples, kinds.mel).values);
  }
  if (kinds.waveform && wanted.includes('waveform')) {
    // A copy of its own, because it is handed over to another thread.
    values.waveform = resample(mono, sampleRate, kinds.waveform.sampleRate).slice();
  }
  return values;
}

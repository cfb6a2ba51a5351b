/** Small files of every format and what libsndfile (FFmpeg for AAC) decodes of them; see test/golden/make_audio.py. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readGolden } from '../golden/read.js';

const { made, arrays } = await readGolden<{
  every: number;
  files: Record<string, { sample_rate: number; channels: number; length: number }>;
}>('audio');

/** Of decoded and of resampled samples, every n-th is kept. */
export const EVERY = made.every;

/** Names of the files. */
export const GOLDEN_FILES = Object.keys(made.files);

/** Path of one of the files. */
export const goldenPath = (name: string): string => join(import.meta.dirname, '..', 'golden', 'audio', name);

/** Bytes of one of the files, with memory of their own: a small Buffer lies somewhere in a pool, and its slices share it. */
export const goldenBytes = (name: string): Uint8Array => new Uint8Array(readFileSync(goldenPath(name)));

/** What one of the files holds: every n-th sample of each channel, and the length of the whole. */
export function goldenAudio(name: string): { sampleRate: number; length: number; channels: Float32Array[] } {
  const { sample_rate: sampleRate, channels, length } = made.files[name];
  const { shape, values } = arrays[name];
  const [, kept] = shape;
  return {
    sampleRate,
    length,
    channels: Array.from({ length: channels }, (_, i) => values.subarray(i * kept, (i + 1) * kept)),
  };
}

/** Every n-th sample of soxr HQ's result: `tones_RATE_to_16000`, `sweep_44100_to_16000`, `stereo_44k.mp3_at_16k`. */
export const soxrSamples = (name: string): Float32Array => arrays[name].values;

/** Every n-th sample, as the golden file keeps them. */
export const thin = (samples: Float32Array): Float32Array => samples.filter((_, n) => n % EVERY === 0);

/** One recording in, its features out. */
import { streamAudio } from '../../audio/decode.js';
import { Resampler } from '../../audio/resample.js';
import { joinSamples } from '../../audio/samples.js';
import type { RowStream } from '../../features/stream.js';
import { featureOf, type StoredFeatures } from './kinds.js';

export interface Extracted {
  /** Row-major values by name: waveform [samples], mel [frames × bands], mfcc [means, deviations]. */
  values: Record<string, Float32Array>;
  /** Parts of the file that could not be decoded and are left out. */
  errors: number;
}

/** Takes pieces of a signal, and gives the rows of all of them. */
class Collector {
  private readonly parts: Float32Array[] = [];

  constructor(
    readonly name: string,
    readonly sampleRate: number,
    private readonly stream: RowStream,
  ) {}

  push(samples: Float32Array): void {
    this.keep(this.stream.push(samples));
  }

  finish(): Float32Array {
    this.keep(this.stream.finish());
    return joinSamples(this.parts);
  }

  private keep(rows: Float32Array | null): void {
    if (rows) this.parts.push(rows);
  }
}

/**
 * Decodes a recording and computes the features named in `wanted`, as the samples come, of what can be decoded.
 * `onSeconds` receives the seconds that are decoded so far. Throws
 * DamagedAudio when nothing can be; the system's error when the file cannot be read.
 */
export async function extractFeatures(
  path: string,
  features: StoredFeatures,
  wanted: readonly string[],
  onSeconds?: (decodedSeconds: number) => void,
): Promise<Extracted> {
  const { blocks, sampleRate, errors } = await streamAudio(path, { mono: true });
  const collectors = wanted.map(
    (name) => new Collector(name, features[name].settings.sampleRate, featureOf(features[name]).stream()),
  );
  // Features of one rate share its resampler.
  const resamplers = new Map<number, Resampler>();
  for (const { sampleRate: rate } of collectors)
    if (rate !== sampleRate) resamplers.set(rate, resamplers.get(rate) ?? new Resampler(sampleRate, rate));
  const give = (rate: number, samples: Float32Array): void => {
    for (const collector of collectors) if (collector.sampleRate === rate) collector.push(samples);
  };
  let samples = 0;
  for await (const [mono] of blocks) {
    samples += mono.length;
    onSeconds?.(samples / sampleRate);
    give(sampleRate, mono);
    for (const [rate, resampler] of resamplers) give(rate, resampler.push(mono));
  }
  for (const [rate, resampler] of resamplers) give(rate, resampler.finish());
  return {
    values: Object.fromEntries(collectors.map((collector) => [collector.name, collector.finish()])),
    errors: errors(),
  };
}

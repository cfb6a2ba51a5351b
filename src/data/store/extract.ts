/** One recording in, its features out. */
import { streamAudio } from '../../audio/decode.js';
import { joinSamples } from '../../audio/join.js';
import { Resampler } from '../../audio/resample.js';
import { logMelStream } from '../../features/log-mel.js';
import type { FeatureKind, FeatureKinds } from './kinds.js';

/** Features of a recording. */
export interface Extracted {
  /** Row-major values by kind: waveform [samples], mel [frames × bands]. */
  values: Partial<Record<FeatureKind, Float32Array>>;
  /** Parts of the file that could not be decoded and are left out. */
  errors: number;
}

/** Takes pieces of a signal, and gives what became of all of them. */
interface Collector {
  push(samples: Float32Array): void;
  finish(): Float32Array;
}

function collectWaveform(): Collector {
  const parts: Float32Array[] = [];
  return {
    push: (samples) => parts.push(samples.slice()),
    finish: () => joinSamples(parts),
  };
}

function collectMel(settings: NonNullable<FeatureKinds['mel']>): Collector {
  const stream = logMelStream(settings);
  const parts: Float32Array[] = [];
  const keep = (rows: { values: Float32Array } | null): void => {
    if (rows) parts.push(rows.values);
  };
  return {
    push: (samples) => keep(stream.push(samples)),
    finish() {
      keep(stream.finish());
      return joinSamples(parts);
    },
  };
}

/**
 * Decodes a recording and computes the features that are wanted, as the samples come.
 *
 * @param path - the audio file
 * @param kinds - settings of each kind
 * @param wanted - the kinds to compute
 * @returns the features of what can be decoded
 * @throws DamagedAudio when nothing can be decoded; the system's error when the file cannot be read
 */
export async function extractFeatures(
  path: string,
  kinds: FeatureKinds,
  wanted: FeatureKind[],
): Promise<Extracted> {
  const { blocks, sampleRate, errors } = await streamAudio(path, { mono: true });
  const collectors = wanted.map((kind) => ({
    kind,
    rate: kinds[kind]!.sampleRate,
    collector: kind === 'mel' ? collectMel(kinds.mel!) : collectWaveform(),
  }));
  // Kinds of one rate share its resampler.
  const resamplers = new Map<number, Resampler>();
  for (const { rate } of collectors)
    if (rate !== sampleRate) resamplers.set(rate, resamplers.get(rate) ?? new Resampler(sampleRate, rate));
  const give = (rate: number, samples: Float32Array): void => {
    for (const { collector, rate: own } of collectors) if (own === rate) collector.push(samples);
  };
  for await (const [mono] of blocks) {
    give(sampleRate, mono);
    for (const [rate, resampler] of resamplers) give(rate, resampler.push(mono));
  }
  for (const [rate, resampler] of resamplers) give(rate, resampler.finish());
  return {
    values: Object.fromEntries(collectors.map(({ kind, collector }) => [kind, collector.finish()])),
    errors: errors(),
  };
}

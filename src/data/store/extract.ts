/** One recording in, its features out. */
import { streamAudio } from '../../audio/decode.js';
import { joinSamples } from '../../audio/join.js';
import { Resampler } from '../../audio/resample.js';
import { powerToDecibels } from '../../features/compression.js';
import { logMelStream } from '../../features/log-mel.js';
import { melSpectrogram } from '../../features/mel.js';
import { stftFraming } from '../../features/stft.js';
import { FeatureStream } from '../../features/stream.js';
import { mfccFromLogMel } from '../../features/timbre/mfcc.js';
import type { FeatureKind, FeatureKinds } from './kinds.js';

/** Features of a recording. */
export interface Extracted {
  /** Row-major values by kind: waveform [samples], mel [frames × bands], mfcc [means, deviations]. */
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

/** Sums over time, so that the frames of a long recording need not be kept: Welford's (1962) means and squares. */
function collectMfcc(settings: NonNullable<FeatureKinds['mfcc']>): Collector {
  const { nMfcc } = settings;
  const stream = new FeatureStream(stftFraming(settings), (samples) => {
    const mel = melSpectrogram(samples, { ...settings, center: false });
    return mfccFromLogMel({ ...mel, values: powerToDecibels(mel.values, { topDb: null }) }, { nMfcc });
  });
  const means = new Float64Array(nMfcc);
  const squares = new Float64Array(nMfcc);
  let frames = 0;
  const add = (rows: { values: Float32Array } | null): void => {
    for (let at = 0; rows !== null && at < rows.values.length; at += nMfcc) {
      frames++;
      for (let c = 0; c < nMfcc; c++) {
        const difference = rows.values[at + c] - means[c];
        means[c] += difference / frames;
        squares[c] += difference * (rows.values[at + c] - means[c]);
      }
    }
  };
  return {
    push: (samples) => add(stream.push(samples)),
    finish() {
      add(stream.finish());
      return Float32Array.from([...means, ...squares.map((sum) => Math.sqrt(sum / Math.max(1, frames)))]);
    },
  };
}

/** What collects each kind. */
const COLLECTORS: Record<FeatureKind, (kinds: FeatureKinds) => Collector> = {
  waveform: collectWaveform,
  mel: (kinds) => collectMel(kinds.mel!),
  mfcc: (kinds) => collectMfcc(kinds.mfcc!),
};

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
    collector: COLLECTORS[kind](kinds),
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

/** What the feature store keeps of a recording. */
import { createHash } from 'node:crypto';
import { DECODER_VERSIONS } from '../../audio/decode.js';
import type { MelSettings } from '../../features/mel.js';

/** Mono samples at a rate. */
export interface WaveformSettings {
  sampleRate: number;
}

/** Mean and standard deviation over time of MFCCs, as `mfccFromLogMel` of decibels without a floor below the loudest. */
export interface MfccStatisticsSettings extends MelSettings {
  nMfcc: number;
}

/** The kinds of features with their settings; a kind that is absent is not wanted. */
export interface FeatureKinds {
  waveform?: WaveformSettings;
  mel?: MelSettings;
  mfcc?: MfccStatisticsSettings;
}

/** Name of a kind. */
export type FeatureKind = keyof FeatureKinds;

/** Changes whenever the numbers of a kind would: part of the key. */
const VERSIONS: Record<FeatureKind, string> = {
  waveform: 'mono mean, kaiser sinc .914 125 dB in two stages',
  mel: 'slaney power mel of waveform by simd, log10(1 + 10000 x)',
  mfcc: 'mean and deviation of the DCT of 10 log10(max(1e-10, slaney power mel))',
};

/**
 * Numbers a step: 1 for samples, the number of bands for mel frames, all for the statistics of MFCCs.
 *
 * @param kinds - the settings
 * @param kind - the kind
 * @returns numbers a step
 */
export function stepWidth(kinds: FeatureKinds, kind: FeatureKind): number {
  const widths: Record<FeatureKind, number> = {
    waveform: 1,
    mel: kinds.mel?.melBands ?? 0,
    mfcc: 2 * (kinds.mfcc?.nMfcc ?? 0),
  };
  return widths[kind];
}

/**
 * Name of the folder for one kind under its settings and the decoder.
 *
 * @param kinds - the settings
 * @param kind - the kind
 * @returns `mel-0123456789abcdef`
 */
export function kindKey(kinds: FeatureKinds, kind: FeatureKind): string {
  const settings = Object.entries(kinds[kind]!).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([VERSIONS[kind], DECODER_VERSIONS, settings]);
  return `${kind}-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}

/** Everything that the page shows, computed from the samples. */

import { logCompress, powerToDecibels } from '../../../features/compression.js';
import { chromaCqt } from '../../../features/harmony/chroma-cqt.js';
import { estimateKey, type KeyEstimate } from '../../../features/harmony/key.js';
import { estimateTuning } from '../../../features/harmony/tuning.js';
import type { FeatureMatrix } from '../../../features/matrix.js';
import { melSpectrogram } from '../../../features/mel.js';
import { hertzToMel, melToHertz } from '../../../features/mel-scale.js';
import { pyin } from '../../../features/pitch/pyin.js';
import { trackBeats } from '../../../features/rhythm/beats.js';
import { onsetStrength } from '../../../features/rhythm/onset-strength.js';
import { detectOnsets } from '../../../features/rhythm/onsets.js';
import { tempo } from '../../../features/rhythm/tempo.js';
import { segmentationFeatures } from '../../../features/segments/adaptive.js';
import { levelsOfFeatures } from '../../../features/segments/segment-levels.js';
import { poolFrames, selfSimilarity } from '../../../features/segments/self-similarity.js';
import { spectrogram } from '../../../features/stft.js';
import type { EmbeddedImage, EmbeddedPeaks, RecordingData, Tick } from './data.js';

/** In Hz; what the page computes is of this rate. */
export const PAGE_RATE = 16_000;

/** Samples from one frame to the next. */
const HOP = 256;

/** Columns that a screen shows of a sixth of a recording. */
const IMAGE_COLUMNS = 6000;

/** Steps of the self-similarity matrix: as many as its picture has pixels. */
const SIMILARITY_STEPS = 600;

/** Pairs of smallest and largest sample. */
const WAVEFORM_BUCKETS = 24_000;

/** Most values of the pitch line. */
const PITCH_VALUES = 40_000;

/** Seconds that tuning is estimated from: it hardly changes, and its spectrum is large. */
const TUNING_SECONDS = 60;

/** Range of pitch: C2 to C7, as in librosa's examples. */
const PITCH = { fMin: 65, fMax: 2093 };

const PITCH_CLASSES = ['C', 'C♯', 'D', 'D♯', 'E', 'F', 'F♯', 'G', 'G♯', 'A', 'A♯', 'B'];

/** Frequencies beside the spectrogram, in Hz. */
const MEL_TICKS = [125, 500, 1000, 2000, 4000, 8000];

/** Least mel power that is drawn bright: some 55 dB below that of a sine at full scale. */
const QUIET = 1e-3;

/** Facts about a recording. */
export interface RecordingFacts {
  /** Beats per minute; 0 where there is none. */
  tempo: number;
  beats: number;
  onsets: number;
  /** Null for silence. */
  key: KeyEstimate | null;
  /** Cents above A = 440 Hz. */
  tuningCents: number;
  /** Decibels below full scale; null for digital silence. */
  rmsDecibels: number | null;
  peakDecibels: number | null;
  /** Share of the frames that are voiced. */
  voiced: number;
  /** Number of segments of each level, the finest first. */
  segments: number[];
}

const base64 = (values: Uint8Array | Int8Array | Float32Array): string =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');

/** A matrix as a picture: `low` dark, `high` bright, neighbouring frames averaged where there are many. */
function image(matrix: FeatureMatrix, hopLength: number, low: number, high: number): EmbeddedImage {
  const framesPerColumn = Math.max(1, Math.ceil(matrix.frames / IMAGE_COLUMNS));
  const { values, frames, bands } = poolFrames(matrix, framesPerColumn);
  const brightness = Uint8Array.from(values, (value) =>
    Math.max(0, Math.min(255, Math.round((255 * (value - low)) / (high - low)))),
  );
  return {
    values: base64(brightness),
    columns: frames,
    rows: bands,
    // A frame stands for the time around its middle.
    begin: -hopLength / 2 / PAGE_RATE,
    secondsPerColumn: (framesPerColumn * hopLength) / PAGE_RATE,
  };
}

/**
 * Mel power below the loudest of the recording, in dB. Silence and its noise are dark: the reference is never below
 * `QUIET`.
 */
function decibelsOf(power: Float32Array): Float32Array {
  const ref = power.reduce((a, b) => Math.max(a, b), QUIET);
  return powerToDecibels(power, { ref, amin: 1e-12, topDb: null });
}

function waveform(samples: Float32Array): EmbeddedPeaks & { rms: number } {
  const buckets = Math.min(WAVEFORM_BUCKETS, samples.length);
  const pairs = new Float32Array(2 * buckets);
  let [peak, squares] = [0, 0];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const end = Math.floor(((bucket + 1) * samples.length) / buckets);
    let [low, high] = [Infinity, -Infinity];
    for (let n = Math.floor((bucket * samples.length) / buckets); n < end; n++) {
      const value = samples[n];
      if (value < low) low = value;
      if (value > high) high = value;
      squares += value * value;
    }
    pairs.set([low, high], 2 * bucket);
    peak = Math.max(peak, -low, high);
  }
  const scaled = Int8Array.from(pairs, (value) => Math.round((127 * value) / (peak || 1)));
  return { values: base64(scaled), buckets, peak, rms: Math.sqrt(squares / samples.length) };
}

function melTicks(bands: number): { ticks: Tick[]; hertz: number[] } {
  const top = hertzToMel(PAGE_RATE / 2);
  // Band b of B has its middle at mel (b + 1) / (B + 1); rows are as high as bands are apart.
  const row = (hertz: number): number => (hertzToMel(hertz) / top) * (bands + 1) - 0.5;
  return {
    ticks: MEL_TICKS.map((hertz) => ({
      at: Math.min(1, row(hertz) / bands),
      label: hertz < 1000 ? `${hertz} Hz` : `${hertz / 1000} kHz`,
    })),
    hertz: Array.from({ length: bands }, (_, b) => Math.round(melToHertz(((b + 1) / (bands + 1)) * top))),
  };
}

/** Tuning of the middle of a recording, in parts of a semitone. */
function tuningOf(samples: Float32Array): number {
  const length = TUNING_SECONDS * PAGE_RATE;
  const begin = Math.max(0, Math.floor((samples.length - length) / 2));
  const middle = samples.subarray(begin, begin + length);
  return estimateTuning(spectrogram(middle, { nFft: 2048, hopLength: 512 }, 1), { sampleRate: PAGE_RATE });
}

function pitchLine(samples: Float32Array): { line: RecordingData['pitch']; voiced: number } {
  const { f0, voicedFlag } = pyin(samples, { sampleRate: PAGE_RATE, hopLength: HOP, ...PITCH });
  const step = Math.max(1, Math.ceil(f0.length / PITCH_VALUES));
  const count = Math.ceil(f0.length / step);
  const values = Float32Array.from({ length: count }, (_, i) => (voicedFlag[i * step] ? f0[i * step] : 0));
  return {
    line: { values: base64(values), count, secondsPerValue: (step * HOP) / PAGE_RATE, ...PITCH },
    voiced: voicedFlag.reduce((sum, flag) => sum + flag, 0) / voicedFlag.length,
  };
}

const decibels = (amplitude: number): number | null =>
  amplitude > 0 ? Number((20 * Math.log10(amplitude)).toFixed(1)) : null;

/**
 * Analyses a recording for its page. The slowest part is probabilistic YIN; all is linear in the recording's length
 * but for the self-similarity matrix, whose size is bounded.
 *
 * @param samples - mono samples at PAGE_RATE, at least one
 * @param onStep - receives the name of the next step
 */
export function analyseRecording(
  samples: Float32Array,
  onStep: (label: string) => void = () => {},
): { data: Omit<RecordingData, 'playable'>; facts: RecordingFacts } {
  const timing = { sampleRate: PAGE_RATE, hopLength: HOP };
  onStep('spectrogram');
  const mel = melSpectrogram(samples, { ...timing, nFft: 512, melBands: 96 });
  const melImage = image({ ...mel, values: decibelsOf(mel.values) }, HOP, -80, 0);
  onStep('segments');
  const features = segmentationFeatures({ ...mel, values: logCompress(mel.values) });
  const levels = levelsOfFeatures(features, timing);
  const { values, steps, framesPerStep } = selfSimilarity(features, { maxSteps: SIMILARITY_STEPS });
  onStep('rhythm');
  const envelope = onsetStrength(samples, timing);
  const onsets = detectOnsets(envelope, timing);
  const bpm = tempo(envelope, timing);
  // The beats follow the tempo that is shown.
  const beats =
    bpm > 0
      ? trackBeats(onsetStrength(samples, { ...timing, aggregate: 'median' }), { ...timing, bpm })
      : { times: new Float64Array(0) };
  onStep('harmony');
  const tuning = tuningOf(samples);
  const chroma = chromaCqt(samples, { sampleRate: PAGE_RATE, hopLength: 512, tuning: 3 * tuning });
  onStep('pitch');
  const pitch = pitchLine(samples);
  const { rms, ...envelopes } = waveform(samples);
  const times = (events: Float64Array): number[] => Array.from(events, (time) => Number(time.toFixed(4)));
  return {
    data: {
      seconds: samples.length / PAGE_RATE,
      waveform: envelopes,
      mel: { ...melImage, ...melTicks(mel.bands) },
      chroma: { ...image(chroma, 512, 0, 1), names: PITCH_CLASSES },
      similarity: {
        values: base64(Uint8Array.from(values, (value) => Math.round(255 * value))),
        columns: steps,
        rows: steps,
        begin: -HOP / 2 / PAGE_RATE,
        secondsPerColumn: (framesPerStep * HOP) / PAGE_RATE,
      },
      levels,
      onsets: times(onsets.times),
      beats: times(beats.times),
      pitch: pitch.line,
    },
    facts: {
      tempo: bpm,
      beats: beats.times.length,
      onsets: onsets.times.length,
      key: estimateKey(chroma),
      tuningCents: Math.round(100 * tuning),
      rmsDecibels: decibels(rms),
      peakDecibels: decibels(envelopes.peak),
      voiced: Number(pitch.voiced.toFixed(3)),
      segments: levels.map(({ segments }) => segments.length),
    },
  };
}

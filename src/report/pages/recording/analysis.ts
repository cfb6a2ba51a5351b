/** Everything that the page shows, computed from the samples. */

import { logCompress, powerToDecibels } from '../../../features/compression.js';
import { chromaCqt } from '../../../features/harmony/chroma-cqt.js';
import type { KeyEstimate } from '../../../features/harmony/key.js';
import { estimateTuning } from '../../../features/harmony/tuning.js';
import { melSpectrogram } from '../../../features/mel.js';
import { hertzToMel, melToHertz } from '../../../features/mel-scale.js';
import { melody } from '../../../features/melody/melody.js';
import { pyin } from '../../../features/pitch/pyin.js';
import { trackBeats } from '../../../features/rhythm/beats.js';
import { onsetStrength } from '../../../features/rhythm/onset-strength.js';
import { detectOnsets } from '../../../features/rhythm/onsets.js';
import { tempo } from '../../../features/rhythm/tempo.js';
import { segmentationFeatures } from '../../../features/segments/adaptive.js';
import { levelsOfFeatures } from '../../../features/segments/segment-levels.js';
import { selfSimilarity } from '../../../features/segments/self-similarity.js';
import { spectrogram } from '../../../features/stft.js';
import type { Tick } from '../../kit/timeline/data.js';
import { base64, embedMatrix, embedWaveform, PAGE_RATE } from '../../kit/timeline/embed.js';
import type { PitchLine, RecordingData } from './data.js';
import { harmonyOf } from './harmony.js';

/** Samples from one frame to the next. */
const HOP = 256;

/** Steps of the self-similarity matrix: as many as its picture has pixels. */
const SIMILARITY_STEPS = 600;

/** Most values of the pitch line. */
const PITCH_VALUES = 40_000;

/** Seconds that tuning is estimated from: it hardly changes, and its spectrum is large. */
const TUNING_SECONDS = 60;

/** Range of pitch: C2 to C7, as in librosa's examples. */
const PITCH = { fMin: 65, fMax: 2093 };

/** Range of the melody, that of its salience. */
const MELODY = { fMin: 55, fMax: 1760 };

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

/**
 * Mel power below the loudest of the recording, in dB. Silence and its noise are dark: the reference is never below
 * `QUIET`.
 */
function decibelsOf(power: Float32Array): Float32Array {
  const ref = power.reduce((a, b) => Math.max(a, b), QUIET);
  return powerToDecibels(power, { ref, amin: 1e-12, topDb: null });
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

/** Pitch as the page is given it: every few frames of a long recording. */
function pitchLine(hertz: Float32Array, range: { fMin: number; fMax: number }): PitchLine {
  const step = Math.max(1, Math.ceil(hertz.length / PITCH_VALUES));
  const count = Math.ceil(hertz.length / step);
  const values = Float32Array.from({ length: count }, (_, i) => Math.max(0, hertz[i * step]));
  return { values: base64(values), count, secondsPerValue: (step * HOP) / PAGE_RATE, ...range };
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
  const melImage = embedMatrix({ ...mel, values: decibelsOf(mel.values) }, HOP, -80, 0);
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
  const { key, keys, chords } = harmonyOf(samples, Array.from(beats.times), tuning);
  onStep('melody');
  const line = melody(samples, timing);
  onStep('pitch');
  const pitch = pyin(samples, { ...timing, ...PITCH, fillNa: 0 });
  const { peaks, rms } = embedWaveform(samples);
  const times = (events: Float64Array): number[] => Array.from(events, (time) => Number(time.toFixed(4)));
  return {
    data: {
      seconds: samples.length / PAGE_RATE,
      waveform: peaks,
      mel: { ...melImage, ...melTicks(mel.bands) },
      chroma: { ...embedMatrix(chroma, 512, 0, 1), names: PITCH_CLASSES },
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
      keys,
      chords,
      pitch: pitchLine(pitch.f0, PITCH),
      melody: pitchLine(line.hertz, MELODY),
    },
    facts: {
      tempo: bpm,
      beats: beats.times.length,
      onsets: onsets.times.length,
      key,
      tuningCents: Math.round(100 * tuning),
      rmsDecibels: decibels(rms),
      peakDecibels: decibels(peaks.peak),
      voiced: Number(
        (pitch.voicedFlag.reduce((sum, flag) => sum + flag, 0) / pitch.voicedFlag.length).toFixed(3),
      ),
      segments: levels.map(({ segments }) => segments.length),
    },
  };
}

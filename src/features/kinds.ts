/** Every feature of a recording, by its name on the command line. */

import { amplitudeToDecibels, type DecibelSettings, powerToDecibels } from './compression.js';
import type { Framing } from './framing.js';
import { chromaCqt } from './harmony/chroma-cqt.js';
import { chromaStft } from './harmony/chroma-stft.js';
import { C1_HERTZ, cqt } from './harmony/cqt.js';
import { CHORD_PARTS, chordFeature, KEY_PARTS, keyFeature } from './harmony/features.js';
import { DEFAULT_KEY_PROFILE } from './harmony/key-profiles.js';
import type { CommonSettings, FeatureOptions, FeatureSettings } from './kind-options.js';
import { bandsFirst, type FeatureMatrix, type WholeFeature, zeroMatrix } from './matrix.js';
import { melSpectrogram } from './mel.js';
import { beatPitchFeature, melodyFeature } from './melody/features.js';
import { pyin } from './pitch/pyin.js';
import { yin } from './pitch/yin.js';
import { trackBeats } from './rhythm/beats.js';
import { onsetStrength } from './rhythm/onset-strength.js';
import { detectOnsets } from './rhythm/onsets.js';
import { tempo } from './rhythm/tempo.js';
import { tempogram } from './rhythm/tempogram.js';
import { segmentLevels } from './segments/segment-levels.js';
import { hpssMasks } from './separation/hpss.js';
import { spectrogram, stftFraming } from './stft.js';
import { mfcc } from './timbre/mfcc.js';
import { spectralContrast } from './timbre/spectral-contrast.js';
import { spectralFlatness } from './timbre/spectral-flatness.js';
import { spectralBandwidth, spectralCentroid } from './timbre/spectral-moments.js';
import { spectralRolloff } from './timbre/spectral-rolloff.js';
import { rms, zeroCrossingRate } from './timbre/time-domain.js';

interface KindBasics {
  /** The feature and its array's axes, in one line of the command's help. */
  describe: string;
  /** Options beside the sample rate and the hop, with their defaults. */
  defaults: Partial<FeatureOptions>;
  /** Values per frame; null where the array has no time axis, as for lists of events. */
  width: ((settings: FeatureSettings) => number) | null;
  /** Names of what the array holds, where it is more than the kind by frame: in a table, its columns. */
  parts?: readonly string[];
}

/** A feature of which every frame depends on its own samples only: recordings of any length stream through it. */
export interface FramewiseKind extends KindBasics {
  framing(settings: FeatureSettings): Framing;
  /** Rows of a signal, or with `center` false those of its whole frames. */
  rows(samples: Float32Array, settings: FeatureSettings, center: boolean): FeatureMatrix;
  /** The decibels that `--log db` means; absent where there is no such choice. */
  decibels?(values: Float32Array, settings: DecibelSettings): Float32Array;
}

/** A feature that needs the whole recording in memory. */
export interface WholeKind extends KindBasics {
  compute(samples: Float32Array, settings: FeatureSettings): WholeFeature;
  /** Largest memory it needs for each sample, in bytes, at its usual settings: measured. */
  bytesPerSample: number;
}

/** A feature kind. */
export type FeatureKind = FramewiseKind | WholeKind;

type SettingsOf<Name extends keyof FeatureOptions> = CommonSettings & Pick<FeatureOptions, Name>;

/** A framewise kind, whose functions get only the options that it names. */
function framewise<Name extends keyof FeatureOptions>(kind: {
  describe: string;
  defaults: Pick<FeatureOptions, Name>;
  width: (settings: SettingsOf<NoInfer<Name>>) => number;
  framing(settings: SettingsOf<NoInfer<Name>>): Framing;
  rows(samples: Float32Array, settings: SettingsOf<NoInfer<Name>>, center: boolean): FeatureMatrix;
  decibels?: FramewiseKind['decibels'];
}): FramewiseKind {
  return kind as FramewiseKind;
}

/** A kind that needs the whole recording, whose function gets only the options that it names. */
function whole<Name extends keyof FeatureOptions>(kind: {
  describe: string;
  defaults: Pick<FeatureOptions, Name>;
  width: ((settings: SettingsOf<NoInfer<Name>>) => number) | null;
  parts?: readonly string[];
  bytesPerSample: number;
  compute(samples: Float32Array, settings: SettingsOf<NoInfer<Name>>): WholeFeature;
}): WholeKind {
  return kind as WholeKind;
}

const ofMatrix = ({ values, frames, bands }: FeatureMatrix): WholeFeature => ({
  shape: [bands, frames],
  order: 'F',
  values,
});
const ofVector = (values: Float32Array): WholeFeature => ({ shape: [values.length], order: 'C', values });
const oneBand = (values: Float32Array): FeatureMatrix => ({ values, frames: values.length, bands: 1 });

/** Seconds without the digits that binary fractions add. */
const seconds = (times: ArrayLike<number>): number[] => Array.from(times, (time) => Number(time.toFixed(6)));

type WindowOption = 'window' | 'windowLength';

/** Settings with the window's length by its name in the transform. */
const windowed = <Settings extends Pick<FeatureOptions, WindowOption>>({
  windowLength,
  ...settings
}: Settings) => ({ ...settings, ...(windowLength !== undefined && { winLength: windowLength }) });

type MelOptions = SettingsOf<'nFft' | 'bands' | 'fMin' | 'fMax' | WindowOption>;
const melBandsOf = (settings: MelOptions) => ({ ...windowed(settings), melBands: settings.bands });

const WINDOW_DEFAULTS: Pick<FeatureOptions, WindowOption> = { window: 'hann', windowLength: undefined };
const MEL_DEFAULTS = { nFft: 512, bands: 96, fMin: 0, fMax: undefined, ...WINDOW_DEFAULTS };
const RHYTHM_DEFAULTS = { nFft: 2048, bands: 128, fMin: 0, fMax: undefined, ...WINDOW_DEFAULTS };
const PITCH_DEFAULTS = { frameLength: 2048, fMin: 65, fMax: 2093 };

const strengthOf = (samples: Float32Array, settings: MelOptions, aggregate?: 'median'): Float32Array =>
  onsetStrength(samples, { ...melBandsOf(settings), aggregate });

const one = (): number => 1;

/** One value per frame, computed from the magnitudes of the transform. */
const ofMagnitude = (
  describe: string,
  more: Partial<FeatureOptions>,
  compute: (magnitude: FeatureMatrix, settings: FeatureSettings) => Float32Array,
): FramewiseKind => ({
  describe,
  defaults: { nFft: 512, ...more, ...WINDOW_DEFAULTS },
  width: one,
  framing: stftFraming,
  rows: (samples, settings, center) =>
    oneBand(compute(spectrogram(samples, { ...windowed(settings), center }, 1), settings)),
});

/** Every kind by its name. */
export const featureKinds = {
  mel: framewise({
    describe: 'mel power spectrogram, Slaney scale and norm: bands x frames',
    defaults: { ...MEL_DEFAULTS, log: 'none' },
    width: ({ bands }) => bands,
    framing: stftFraming,
    rows: (samples, settings, center) => melSpectrogram(samples, { ...melBandsOf(settings), center }),
    decibels: powerToDecibels,
  }),
  'mel-htk': framewise({
    describe: 'mel power spectrogram, HTK scale, no norm: bands x frames',
    defaults: { ...MEL_DEFAULTS, log: 'none' },
    width: ({ bands }) => bands,
    framing: stftFraming,
    rows: (samples, settings, center) =>
      melSpectrogram(samples, { ...melBandsOf(settings), scale: 'htk', norm: 'none', center }),
    decibels: powerToDecibels,
  }),
  stft: framewise({
    describe: 'magnitude of the short-time Fourier transform: bins x frames',
    defaults: { nFft: 512, log: 'none', ...WINDOW_DEFAULTS },
    width: ({ nFft }) => nFft / 2 + 1,
    framing: stftFraming,
    rows: (samples, settings, center) => spectrogram(samples, { ...windowed(settings), center }, 1),
    decibels: amplitudeToDecibels,
  }),
  power: framewise({
    describe: 'power of the short-time Fourier transform: bins x frames',
    defaults: { nFft: 512, log: 'none', ...WINDOW_DEFAULTS },
    width: ({ nFft }) => nFft / 2 + 1,
    framing: stftFraming,
    rows: (samples, settings, center) => spectrogram(samples, { ...windowed(settings), center }, 2),
    decibels: powerToDecibels,
  }),
  mfcc: whole({
    describe: 'mel-frequency cepstral coefficients: coefficients x frames',
    defaults: { ...MEL_DEFAULTS, nMfcc: 20 },
    width: ({ nMfcc }) => nMfcc,
    bytesPerSample: 17,
    compute: (samples, settings) => ofMatrix(mfcc(samples, melBandsOf(settings))),
  }),
  cqt: whole({
    describe: 'magnitude of the constant-Q transform: bins x frames',
    defaults: { bins: 84, binsPerOctave: 12, fMin: C1_HERTZ, tuning: 0 },
    width: ({ bins }) => bins,
    bytesPerSample: 18,
    compute: (samples, { bins, ...settings }) => ofMatrix(cqt(samples, { ...settings, nBins: bins })),
  }),
  chroma: whole({
    describe: 'pitch classes by the short-time Fourier transform: 12 x frames, from C',
    defaults: { nFft: 2048, tuning: 'estimated', ...WINDOW_DEFAULTS },
    width: () => 12,
    bytesPerSample: 61,
    compute: (samples, settings) => ofMatrix(chromaStft(samples, windowed(settings))),
  }),
  'chroma-cqt': whole({
    describe: 'pitch classes by the constant-Q transform, seven octaves: 12 x frames, from C',
    defaults: { binsPerOctave: 36, fMin: C1_HERTZ, tuning: 'estimated' },
    width: () => 12,
    bytesPerSample: 41,
    compute: (samples, settings) => ofMatrix(chromaCqt(samples, settings)),
  }),
  contrast: whole({
    describe: 'spectral contrast in dB: bands + 1 x frames',
    defaults: { nFft: 512, bands: 6, fMin: 200, ...WINDOW_DEFAULTS },
    width: ({ bands }) => bands + 1,
    bytesPerSample: 20,
    compute: (samples, { bands, fMin, ...settings }) =>
      ofMatrix(
        spectralContrast(spectrogram(samples, windowed(settings), 1), settings.sampleRate, {
          fMin,
          nBands: bands,
        }),
      ),
  }),
  centroid: ofMagnitude('spectral centroid in Hz: 1 x frames', {}, (magnitude, { sampleRate }) =>
    spectralCentroid(magnitude, sampleRate),
  ),
  bandwidth: ofMagnitude('spectral bandwidth in Hz: 1 x frames', {}, (magnitude, { sampleRate }) =>
    spectralBandwidth(magnitude, sampleRate),
  ),
  rolloff: ofMagnitude(
    'spectral rolloff in Hz: 1 x frames',
    { rollPercent: 0.85 },
    (magnitude, { sampleRate, rollPercent }) => spectralRolloff(magnitude, sampleRate, rollPercent),
  ),
  flatness: ofMagnitude('spectral flatness, 0 to 1: 1 x frames', {}, (magnitude) =>
    spectralFlatness(magnitude),
  ),
  rms: framewise({
    describe: 'root mean square: 1 x frames',
    defaults: { frameLength: 512 },
    width: one,
    framing: ({ frameLength, hopLength }) => ({ frameLength, hopLength }),
    rows: (samples, settings, center) => oneBand(rms(samples, { ...settings, center })),
  }),
  zcr: framewise({
    describe: 'zero-crossing rate, 0 to 1: 1 x frames',
    defaults: { frameLength: 512 },
    width: one,
    framing: ({ frameLength, hopLength }) => ({ frameLength, hopLength, padMode: 'edge' }),
    rows: (samples, settings, center) => oneBand(zeroCrossingRate(samples, { ...settings, center })),
  }),
  hpss: whole({
    describe: 'magnitude of the harmonic and of the percussive part: 2 x bins x frames',
    defaults: { nFft: 2048, ...WINDOW_DEFAULTS },
    width: ({ nFft }) => nFft + 2,
    parts: ['harmonic', 'percussive'],
    bytesPerSample: 142,
    compute: (samples, settings) => {
      const magnitude = spectrogram(samples, windowed(settings), 1);
      const { harmonic, percussive } = hpssMasks(magnitude);
      const parts = [harmonic, percussive].map((mask) => {
        const part = zeroMatrix(magnitude.frames, magnitude.bands);
        for (let i = 0; i < part.values.length; i++) part.values[i] = mask.values[i] * magnitude.values[i];
        return bandsFirst(part);
      });
      const values = new Float32Array(2 * magnitude.values.length);
      parts.forEach((part, i) => {
        values.set(part, i * part.length);
      });
      return { shape: [2, magnitude.bands, magnitude.frames], order: 'C', values };
    },
  }),
  onset: whole({
    describe: 'onset strength in dB: frames',
    defaults: RHYTHM_DEFAULTS,
    width: one,
    bytesPerSample: 17,
    compute: (samples, settings) => ofVector(strengthOf(samples, settings)),
  }),
  tempogram: whole({
    describe: 'autocorrelation of the onset strength: lags x frames',
    defaults: { ...RHYTHM_DEFAULTS, winLength: 384 },
    width: ({ winLength }) => winLength,
    bytesPerSample: 17,
    compute: (samples, { winLength, ...settings }) =>
      ofMatrix(tempogram(strengthOf(samples, settings), { winLength })),
  }),
  yin: whole({
    describe: 'fundamental frequency in Hz, voiced or not: frames',
    defaults: PITCH_DEFAULTS,
    width: one,
    bytesPerSample: 15,
    compute: (samples, settings) => ofVector(yin(samples, pitchRange(settings))),
  }),
  pyin: whole({
    describe: 'pitch in Hz (NaN where unvoiced), voiced or not, its probability: 3 x frames',
    defaults: PITCH_DEFAULTS,
    width: () => 3,
    parts: ['pitch', 'voiced', 'voiced_probability'],
    bytesPerSample: 23,
    compute: (samples, settings) => {
      const { f0, voicedFlag, voicedProbability } = pyin(samples, pitchRange(settings));
      const values = new Float32Array(3 * f0.length);
      values.set(f0);
      values.set(voicedFlag, f0.length);
      values.set(voicedProbability, 2 * f0.length);
      return { shape: [3, f0.length], order: 'C', values };
    },
  }),
  onsets: whole({
    describe: 'times of onsets in seconds: onsets',
    defaults: RHYTHM_DEFAULTS,
    width: null,
    parts: ['time'],
    bytesPerSample: 17,
    compute: (samples, settings) => {
      const { times } = detectOnsets(strengthOf(samples, settings), settings);
      return { ...ofVector(Float32Array.from(times)), found: { onsets: seconds(times) } };
    },
  }),
  tempo: whole({
    describe: 'tempo in beats per minute: 1',
    defaults: RHYTHM_DEFAULTS,
    width: null,
    parts: ['tempo'],
    bytesPerSample: 17,
    compute: (samples, settings) => {
      const bpm = tempo(strengthOf(samples, settings), settings);
      return { ...ofVector(Float32Array.of(bpm)), found: { tempo: bpm } };
    },
  }),
  beats: whole({
    describe: 'times of beats in seconds: beats',
    defaults: RHYTHM_DEFAULTS,
    width: null,
    parts: ['time'],
    bytesPerSample: 17,
    compute: (samples, settings) => {
      const beats = trackBeats(strengthOf(samples, settings, 'median'), settings);
      return {
        ...ofVector(Float32Array.from(beats.times)),
        found: { tempo: beats.tempo, beats: seconds(beats.times) },
      };
    },
  }),
  key: whole({
    describe: 'correlation of the surrounding 12 s with each key; the keys over time: 24 x frames',
    defaults: { keyProfile: DEFAULT_KEY_PROFILE, tuning: 'estimated' },
    width: () => KEY_PARTS.length,
    parts: KEY_PARTS,
    bytesPerSample: 14,
    compute: keyFeature,
  }),
  chords: whole({
    describe: 'probability of each chord and of none, by half beats: 61 x frames',
    defaults: { tuning: 'estimated' },
    width: () => CHORD_PARTS.length,
    parts: CHORD_PARTS,
    bytesPerSample: 17,
    compute: chordFeature,
  }),
  melody: whole({
    describe: 'pitch of the melody in Hz, below 0 where it is a guess, and its salience: 2 x frames',
    defaults: {},
    width: () => 2,
    parts: ['hertz', 'salience'],
    bytesPerSample: 9,
    compute: melodyFeature,
  }),
  'beat-pitch': whole({
    describe: 'main pitch of each beat, a MIDI number, 0 for none, and its share of the beat: 2 x frames',
    defaults: {},
    width: () => 2,
    parts: ['pitch', 'share'],
    bytesPerSample: 17,
    compute: beatPitchFeature,
  }),
  segments: whole({
    describe: 'segments: level, begin and end in seconds, group of similar ones: segments x 4',
    defaults: MEL_DEFAULTS,
    width: null,
    parts: ['level', 'begin', 'end', 'group'],
    bytesPerSample: 18,
    compute: (samples, settings) => {
      const levels = segmentLevels(samples, melBandsOf(settings));
      const rows = levels.flatMap(({ segments }, level) =>
        segments.flatMap(({ begin, end, group }) => [level, begin, end, group]),
      );
      return { shape: [rows.length / 4, 4], order: 'C', values: Float32Array.from(rows), found: { levels } };
    },
  }),
} satisfies Record<string, FeatureKind>;

/** Name of a kind. */
export type FeatureKindName = keyof typeof featureKinds;

/** Names of all kinds. */
export const FEATURE_KINDS = Object.keys(featureKinds) as FeatureKindName[];

function pitchRange(
  settings: SettingsOf<'frameLength' | 'fMin' | 'fMax'>,
): CommonSettings & { frameLength: number; fMin: number; fMax: number } {
  return { ...settings, fMax: settings.fMax ?? settings.sampleRate / 2 };
}

/** Settings of a kind: its defaults, and the chosen ones. */
export function settingsFor(kind: FeatureKind, chosen: Partial<FeatureSettings> = {}): FeatureSettings {
  // A kind reads no option that it does not name, and so none that is missing here.
  return { sampleRate: 16_000, hopLength: 256, ...kind.defaults, ...chosen } as FeatureSettings;
}

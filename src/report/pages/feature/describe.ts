/** What is drawn of a feature: heat maps, a line, moments or stretches of time, with their axes. */
import { CHORD_PARTS, KEY_PARTS } from '../../../features/harmony/features.js';
import type { FeatureSettings } from '../../../features/kind-options.js';
import type { FeatureKindName } from '../../../features/kinds.js';
import type { FeatureMatrix } from '../../../features/matrix.js';
import { hertzToMel } from '../../../features/mel-scale.js';
import type { SegmentLevel } from '../../../features/segments/segment-levels.js';

/** A labelled place, from 0 at the bottom to 1 at the top. */
export interface PlaceTick {
  at: number;
  text: string;
}

/** How values become brightness: as they are, or as decibels below the largest. */
export type HeatScale = 'linear' | 'power' | 'magnitude';

/** A heat map over time. */
export interface Heat {
  title: string;
  matrix: FeatureMatrix;
  scale: HeatScale;
  axis: string;
  ticks: PlaceTick[];
}

/** A feature as it is drawn. */
export type FeatureDrawing =
  | { kind: 'heat'; maps: Heat[] }
  | { kind: 'line'; values: Float32Array; axis: string }
  | { kind: 'events'; times: number[] }
  | { kind: 'segments'; levels: SegmentLevel[] };

/** An extracted feature. */
export interface DrawnFeature {
  name: FeatureKindName;
  settings: FeatureSettings;
  shape: readonly number[];
  /** Matrices row-major [frames × bands]; of more dimensions as they are stored. */
  values: Float32Array;
  found?: Record<string, unknown>;
}

const HERTZ = [63, 125, 250, 500, 1000, 2000, 4000, 8000, 16_000];
const PITCH_CLASSES = ['C', 'C♯', 'D', 'D♯', 'E', 'F', 'F♯', 'G', 'G♯', 'A', 'A♯', 'B'];

const hertzText = (hertz: number): string => (hertz < 1000 ? String(hertz) : `${hertz / 1000}k`);

/** Ticks at frequencies whose rows `rowOf` tells, as far as the map has them. */
const hertzTicks = (bands: number, hertz: readonly number[], rowOf: (hertz: number) => number): PlaceTick[] =>
  hertz
    .map((value) => ({ at: (rowOf(value) + 0.5) / bands, text: hertzText(value) }))
    .filter(({ at }) => at >= 0 && at <= 1);

/** Every nth row by its number. */
function numberTicks(bands: number): PlaceTick[] {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((size) => bands / size <= 10) ?? 1000;
  return Array.from({ length: Math.ceil(bands / step) }, (_, i) => ({
    at: (i * step + 0.5) / bands,
    text: String(i * step),
  }));
}

type Axis = (bands: number, settings: FeatureSettings) => Pick<Heat, 'axis' | 'ticks'>;

const melAxis =
  (scale: 'slaney' | 'htk'): Axis =>
  (bands, { sampleRate, fMin, fMax = sampleRate / 2 }) => {
    const mel = (hertz: number): number => hertzToMel(hertz, scale);
    const row = (hertz: number): number =>
      ((mel(hertz) - mel(fMin)) / (mel(fMax) - mel(fMin))) * (bands + 1) - 1;
    return { axis: 'Hz', ticks: hertzTicks(bands, HERTZ.slice(2), row) };
  };
const binAxis: Axis = (bands, { sampleRate }) => {
  const step = sampleRate > 24_000 ? 4000 : sampleRate > 8000 ? 2000 : 1000;
  const hertz = Array.from({ length: Math.floor(sampleRate / 2 / step) + 1 }, (_, i) => i * step);
  return { axis: 'Hz', ticks: hertzTicks(bands, hertz, (value) => (value / (sampleRate / 2)) * (bands - 1)) };
};
const octaveAxis: Axis = (bands, { fMin, binsPerOctave }) => ({
  axis: 'Hz',
  ticks: hertzTicks(bands, HERTZ, (hertz) => binsPerOctave * Math.log2(hertz / fMin)),
});
const chromaAxis: Axis = () => ({
  axis: 'pitch class',
  ticks: PITCH_CLASSES.map((text, i) => ({ at: (i + 0.5) / 12, text })),
});
const namesAxis =
  (axis: string, names: readonly string[], every: number): Axis =>
  (bands) => ({
    axis,
    ticks: names.map((text, i) => ({ at: (i + 0.5) / bands, text })).filter((_, i) => i % every === 0),
  });
const numberAxis =
  (axis: string): Axis =>
  (bands) => ({ axis, ticks: numberTicks(bands) });

/** Heat maps: the axis of the rows, and the scale of the values. */
const HEATS: Partial<Record<FeatureKindName, { axis: Axis; scale: HeatScale }>> = {
  mel: { axis: melAxis('slaney'), scale: 'power' },
  'mel-htk': { axis: melAxis('htk'), scale: 'power' },
  stft: { axis: binAxis, scale: 'magnitude' },
  power: { axis: binAxis, scale: 'power' },
  hpss: { axis: binAxis, scale: 'magnitude' },
  cqt: { axis: octaveAxis, scale: 'magnitude' },
  chroma: { axis: chromaAxis, scale: 'linear' },
  'chroma-cqt': { axis: chromaAxis, scale: 'linear' },
  mfcc: { axis: numberAxis('coefficient'), scale: 'linear' },
  contrast: { axis: numberAxis('band'), scale: 'linear' },
  tempogram: { axis: numberAxis('lag in frames'), scale: 'linear' },
  key: { axis: namesAxis('key', KEY_PARTS, 2), scale: 'linear' },
  chords: { axis: namesAxis('chord', CHORD_PARTS, 4), scale: 'linear' },
};

/** Units of lines. */
const UNITS: Partial<Record<FeatureKindName, string>> = {
  ...{ centroid: 'Hz', bandwidth: 'Hz', rolloff: 'Hz', yin: 'Hz', pyin: 'Hz, where voiced', onset: 'dB' },
  ...{ melody: 'Hz, below 0 a guess', 'beat-pitch': 'MIDI number' },
  ...{ flatness: 'flatness', rms: 'RMS', zcr: 'crossings per sample' },
};

/** What is drawn of a feature; null where it is a single number, of which there is no picture. */
export function drawingOf({ name, settings, shape, values, found }: DrawnFeature): FeatureDrawing | null {
  if (name === 'tempo') return null;
  if (name === 'segments') return { kind: 'segments', levels: (found?.levels ?? []) as SegmentLevel[] };
  if (name === 'onsets' || name === 'beats') return { kind: 'events', times: Array.from(values) };
  const heat = HEATS[name];
  if (!heat) {
    const frames = shape[shape.length - 1];
    return { kind: 'line', values: values.subarray(0, frames), axis: UNITS[name] ?? name };
  }
  // Values that were already compressed are drawn as they are.
  const scale = settings.log === undefined || settings.log === 'none' ? heat.scale : 'linear';
  const [bands, frames] = shape.slice(-2);
  const parts = shape.length === 3 ? ['harmonic', 'percussive'] : [''];
  return {
    kind: 'heat',
    maps: parts.map((title, part) => {
      const own = values.subarray(part * bands * frames, (part + 1) * bands * frames);
      const matrix = { values: shape.length === 3 ? transposed(own, bands, frames) : own, frames, bands };
      return { title, matrix, scale, ...heat.axis(bands, settings) };
    }),
  };
}

/** From [bands × frames] to [frames × bands]. */
function transposed(values: Float32Array, bands: number, frames: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let band = 0; band < bands; band++)
    for (let frame = 0; frame < frames; frame++) out[frame * bands + band] = values[band * frames + frame];
  return out;
}

/** The log-mel spectrogram, with the settings that published networks were trained on. */
import { z } from 'zod';
import { type MelSettings, melSpectrogram } from '../features/mel.js';
import { MEL_SCALES } from '../features/mel-scale.js';
import { stftFraming } from '../features/stft.js';
import { FeatureStream, rowStream } from '../features/stream.js';
import {
  type AudioSettings,
  audioKind,
  describeWindow,
  powerOfTwo,
  standardise,
  WINDOW_TOO_LONG,
  windowFits,
  windowOptions,
  windowSettings,
} from './kind.js';
import {
  type Compression,
  compressionOptions,
  compressorOf,
  decibelsOfWindow,
  describeCompression,
  storedCompression,
} from './mel-compression.js';
import { preparationOf } from './prepared-sound.js';
import { WAVEFORM, waveform } from './waveform.js';

/** Name of this input, of the branch that takes it, and of its kind. */
export const MEL = 'mel';

const options = z
  .strictObject({
    n_fft: powerOfTwo.default(512).describe('Samples per frame of the transform, a power of two.'),
    hop_length: z.int().positive().default(256).describe('Samples from one frame to the next.'),
    bands: z.int().positive().default(96).describe('Number of mel bands.'),
    f_min: z.number().nonnegative().optional().describe('Lower edge of the lowest band in Hz. Default: 0.'),
    f_max: z
      .number()
      .positive()
      .optional()
      .describe('Upper edge of the highest band in Hz. Default: half the sample rate.'),
    scale: z
      .enum(MEL_SCALES)
      .optional()
      .describe(
        'slaney: Auditory Toolbox, librosa’s default; htk: 2595 log10(1 + f / 700). Default: slaney.',
      ),
    norm: z
      .enum(['slaney', 'none'])
      .optional()
      .describe('slaney: triangles of unit area; none: of unit height. Default: slaney.'),
    weighting: z
      .enum(['hertz', 'mel'])
      .optional()
      .describe('Whether the sides of the triangles are straight in Hz or in mel. Default: hertz.'),
    power: z
      .union([z.literal(1), z.literal(2)])
      .optional()
      .describe('Exponent of the magnitudes before the bands: 1 or 2. Default: 2.'),
    ...windowOptions,
    frames: z
      .enum(['recording', 'window'])
      .optional()
      .describe(
        'recording: frames of the whole recording, with silence before and after it, of which a window takes so many; window: those of each window alone, 1 + samples / hop_length, centred, with pad_mode beyond its edges, as networks see them that compute the spectrogram themselves. Default: recording.',
      ),
    pad_mode: z
      .enum(['reflect', 'constant'])
      .optional()
      .describe(
        'With frames: window: what stands beyond the edges of a window; reflect: its mirror image; constant: silence. Default: reflect.',
      ),
    compression: compressionOptions,
    standardise,
  })
  .refine(({ frames, standardise: kind }) => frames !== 'window' || kind !== 'per-band', {
    path: ['standardise'],
    message: 'per-band is measured over frames of recordings; set frames to recording, or give per-clip',
  })
  .refine(({ frames, pad_mode }) => pad_mode === undefined || frames === 'window', {
    path: ['pad_mode'],
    message:
      'is for frames of each window; frames of the recording have silence beyond its ends. Add frames: window',
  })
  .refine(windowFits, WINDOW_TOO_LONG)
  .refine(({ f_min = 0, f_max }) => f_max === undefined || f_max > f_min, {
    path: ['f_max'],
    message: 'must be above f_min',
  })
  .describe('Log-mel spectrogram, log10(1 + 10000 x).');

/** Options of a mel spectrogram in a config, with their defaults. */
export type MelOptions = z.output<typeof options>;

export interface MelInputSettings extends AudioSettings, MelSettings {
  /** Absent for log10(1 + 10000 x). */
  compression?: Compression;
  /** Absent for frames of the recording. */
  frames?: 'window';
  /** Of frames of each window; absent for `reflect`. */
  padMode?: 'constant';
}

/** Settings that differ from the first version's only: the keys of features that are stored already stay the same. */
function settingsOf(chosen: MelOptions, sampleRate: number): MelInputSettings {
  const {
    n_fft: nFft,
    hop_length: hopLength,
    bands: melBands,
    scale,
    norm,
    f_min: fMin,
    f_max: fMax,
  } = chosen;
  const { power, compression, weighting } = chosen;
  const stored = compression && storedCompression(compression);
  return {
    sampleRate,
    nFft,
    hopLength,
    melBands,
    ...(scale === 'htk' && { scale }),
    ...(norm === 'none' && { norm }),
    ...(fMin && { fMin }),
    ...(fMax !== undefined && { fMax }),
    ...(weighting === 'mel' && { weighting }),
    ...(power === 1 && { power }),
    ...windowSettings(chosen),
    ...(stored && { compression: stored }),
    ...(chosen.frames === 'window' && { frames: chosen.frames }),
    ...(chosen.pad_mode === 'constant' && { padMode: chosen.pad_mode }),
  };
}

export const mel = audioKind({
  options,
  branch: MEL,
  version: 'slaney power mel of waveform by simd, log10(1 + 10000 x)',
  settings: settingsOf,
  feature(stored) {
    const settings = stored as MelInputSettings;
    if (settings.frames === 'window') return waveform.feature({ sampleRate: settings.sampleRate });
    const compress = compressorOf(settings.compression);
    const rowsOf = (samples: Float32Array) => {
      const matrix = melSpectrogram(samples, { ...settings, center: false });
      return { ...matrix, values: compress(matrix.values) };
    };
    return {
      hopLength: settings.hopLength,
      width: settings.melBands,
      silence: compress(Float32Array.of(0))[0],
      stream: () => rowStream(new FeatureStream(stftFraming(settings), rowsOf)),
      margin: settings.nFft / 2,
      rows: (samples, steps) =>
        rowsOf(samples.subarray(0, (steps - 1) * settings.hopLength + settings.nFft)).values,
    };
  },
  finishWindow(chosen) {
    const ofWindow = decibelsOfWindow(chosen.compression);
    if (ofWindow === null) return null;
    const { shift, topDb } = ofWindow;
    return (window) => {
      const largest = window.reduce((a, b) => Math.max(a, b), -Infinity);
      const zero = shift ?? largest;
      const floor = topDb === null ? -Infinity : largest - zero - topDb;
      for (let i = 0; i < window.length; i++) window[i] = Math.max(window[i] - zero, floor);
    };
  },
  window(stored) {
    const settings = stored as MelInputSettings;
    if (settings.frames !== 'window') return null;
    const compress = compressorOf(settings.compression);
    const { padMode = 'reflect' } = settings;
    const least = padMode === 'reflect' ? settings.nFft / 2 + 1 : 1;
    return {
      hopLength: settings.hopLength,
      width: settings.melBands,
      silence: compress(Float32Array.of(0))[0],
      steps(samples) {
        if (samples < least)
          throw new RangeError(
            `A window of ${samples} samples cannot be reflected at its edges; give at least ${least} (inputs.chunk_seconds).`,
          );
        return 1 + Math.floor(samples / settings.hopLength);
      },
      compute: (samples) => compress(melSpectrogram(samples, { ...settings, padMode }).values),
    };
  },
  storedAs(stored) {
    if ((stored as MelInputSettings).frames !== 'window') return null;
    return { kind: WAVEFORM, settings: { sampleRate: stored.sampleRate, ...preparationOf(stored) } };
  },
  isExact: ({ frames }) => frames === 'window',
  isSpectrogram: true,
  written(stored) {
    const { fMin, fMax, scale, norm, power, compression, ...rest } = stored as MelInputSettings;
    return {
      ...rest,
      fMin: fMin ?? 0,
      fMax: fMax ?? rest.sampleRate / 2,
      scale: scale ?? 'slaney',
      norm: norm ?? 'slaney',
      power: power ?? 2,
      compression: describeCompression(compression),
    };
  },
  describe(settings) {
    const { nFft, hopLength, melBands, fMin, fMax, scale, norm, weighting, power, compression, ...rest } =
      settings;
    const { frames, padMode, ...window } = rest;
    const edges = padMode === 'constant' ? 'with silence beyond its edges' : 'reflected at its edges';
    const shape = `${norm === 'none' ? 'unit height' : 'unit area'}${weighting === 'mel' ? ', straight in mel' : ''}`;
    const bands = `${melBands} bands (${scale === 'htk' ? 'HTK' : 'Slaney'} scale, ${shape}, ${fMin} to ${fMax} Hz)`;
    return `log-mel spectrogram: n_fft ${nFft}, hop ${hopLength}, ${describeWindow(window)}, power ${power}, ${bands}, ${compression}${frames === 'window' ? `, frames of each window alone, ${edges}` : ''}`;
  },
});

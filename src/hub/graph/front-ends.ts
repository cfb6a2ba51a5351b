/** How published graphs take a recording: the input and patches of each of Essentia's algorithms. */

/** Settings of a graph's input, as under `inputs` of a config. */
export type FrontEndInputs = Record<string, unknown>;

/** Input of an algorithm. */
export interface FrontEnd {
  /** Names in the descriptions of published models. */
  algorithms: readonly string[];
  /** Frames of a patch, by which the networks of an algorithm with patches of several lengths are told apart. */
  frames: number;
  inputs: FrontEndInputs;
}

/** TensorflowInputMusiCNN: 96 bands of power with a symmetric window, log10(1 + 10000 x). */
const MUSICNN_MEL = { n_fft: 512, hop_length: 256, bands: 96, window: 'hann-symmetric' };

/** TensorflowInputVGGish: 64 bands of magnitude from 125 to 7500 Hz, ln(x + 0.01). */
const VGGISH_MEL = {
  ...{ n_fft: 512, hop_length: 160, window: 'hann-symmetric', window_length: 400 },
  ...{ bands: 64, f_min: 125, f_max: 7500, scale: 'htk', norm: 'none', weighting: 'mel', power: 1 },
  compression: { kind: 'log', offset: 0.01 },
};

/** TensorflowInputTempoCNN: 40 bands of magnitude from 20 to 5000 Hz; each patch then has mean 0 and deviation 1. */
const TEMPOCNN_MEL = {
  ...{ n_fft: 1024, hop_length: 512, window: 'hann-symmetric', bands: 40, f_min: 20, f_max: 5000, power: 1 },
  ...{ compression: { kind: 'none' }, standardise: 'per-clip' },
};

/** TensorflowPredictMAEST: the spectrogram of MusiCNN, all of it by its mean and twice its deviation over the training set. */
const MAEST_MEL = {
  ...MUSICNN_MEL,
  standardise: { mean: 2.067_556_860_985_54, deviation: 2 * 1.268_292_820_667_291 },
};

/** Patches of so many frames, each so many after the one before, as the algorithm's `patchSize` and `patchHopSize`. */
const patches = (
  frames: number,
  step: number,
  mel: { hop_length: number },
  rate = 16_000,
): Pick<FrontEnd, 'frames' | 'inputs'> => ({
  frames,
  inputs: {
    sample_rate: rate,
    chunk_seconds: (frames * mel.hop_length) / rate,
    chunk_step_seconds: (step * mel.hop_length) / rate,
    mel,
  },
});

/**
 * OpenL3's networks, whose spectrogram is that of each second alone, with silence beyond its edges. Essentia has no algorithm
 * of theirs: its documentation names a script.
 */
const openl3 = (bands: number): FrontEnd => ({
  algorithms: [],
  frames: 199,
  inputs: {
    ...{ sample_rate: 48_000, chunk_seconds: 1 },
    mel: {
      ...{ n_fft: 2048, hop_length: 242, window: 'hann-symmetric', bands, power: 1 },
      ...{ frames: 'window', pad_mode: 'constant', compression: { kind: 'db', ref: 'max', top_db: 80 } },
    },
  },
});

const MAEST = ['TensorflowPredictMAEST'];

/**
 * Every front end by the name that `--frontend` takes. The spectrograms equal those of Essentia's algorithms to 1e-4 of
 * the maximum (`test/features/essentia.test.ts`); the patches are its predictors' defaults, of MAEST those that it takes for
 * networks of 5, 10, 20 and 30 s.
 */
export const frontEnds = {
  musicnn: { algorithms: ['TensorflowPredictMusiCNN'], ...patches(187, 93, MUSICNN_MEL) },
  'effnet-discogs': { algorithms: ['TensorflowPredictEffnetDiscogs'], ...patches(128, 62, MUSICNN_MEL) },
  vggish: { algorithms: ['TensorflowPredictVGGish'], ...patches(96, 93, VGGISH_MEL) },
  tempocnn: { algorithms: ['TensorflowPredictTempoCNN'], ...patches(256, 128, TEMPOCNN_MEL, 11_025) },
  'maest-30s': { algorithms: MAEST, ...patches(1876, 1875, MAEST_MEL) },
  'maest-20s': { algorithms: MAEST, ...patches(1258, 1250, MAEST_MEL) },
  'maest-10s': { algorithms: MAEST, ...patches(626, 625, MAEST_MEL) },
  'maest-5s': { algorithms: MAEST, ...patches(316, 313, MAEST_MEL) },
  openl3: openl3(128),
  'openl3-mel256': openl3(256),
} satisfies Record<string, FrontEnd>;

/** Name of a front end. */
export type FrontEndName = keyof typeof frontEnds;

export const FRONT_END_NAMES = Object.keys(frontEnds) as FrontEndName[];

/**
 * The front end of one of Essentia's algorithms; null for one that is not supported.
 *
 * @param shape - of the graph's input; of several lengths of patches that of the graph is taken, else the first
 */
export function frontEndOf(algorithm: string, shape: readonly (number | string)[]): FrontEnd | null {
  const found = Object.values(frontEnds).filter(({ algorithms }: FrontEnd) => algorithms.includes(algorithm));
  return found.find(({ frames }) => shape.includes(frames)) ?? found[0] ?? null;
}

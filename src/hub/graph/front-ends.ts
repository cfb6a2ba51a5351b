/** How published graphs take a recording: the input and patches of each of Essentia's algorithms. */

/** Settings of a graph's input, as under `inputs` of a config. */
export type FrontEndInputs = Record<string, unknown>;

/** Input of an algorithm, and whether its numbers were compared with those of Essentia's own. */
export interface FrontEnd {
  /** Names in the descriptions of published models. */
  algorithms: readonly string[];
  inputs: FrontEndInputs;
}

/** Seconds of frames at 16 kHz. */
const secondsOf = (frames: number, hop: number): number => (frames * hop) / 16_000;

/** TensorflowInputMusiCNN: 96 bands of power with a symmetric window, log10(1 + 10000 x). */
const MUSICNN_MEL = { n_fft: 512, hop_length: 256, bands: 96, window: 'hann-symmetric' };

/** TensorflowInputVGGish: 64 bands of magnitude from 125 to 7500 Hz, ln(x + 0.01). */
const VGGISH_MEL = {
  ...{ n_fft: 512, hop_length: 160, window: 'hann-symmetric', window_length: 400 },
  ...{ bands: 64, f_min: 125, f_max: 7500, scale: 'htk', norm: 'none', weighting: 'mel', power: 1 },
  compression: { kind: 'log', offset: 0.01 },
};

/** Patches of so many frames, each so many after the one before, as the algorithm's `patchSize` and `patchHopSize`. */
const patches = (
  frames: number,
  step: number,
  mel: typeof MUSICNN_MEL | typeof VGGISH_MEL,
): FrontEndInputs => ({
  sample_rate: 16_000,
  chunk_seconds: secondsOf(frames, mel.hop_length),
  chunk_step_seconds: secondsOf(step, mel.hop_length),
  mel,
});

/**
 * Every front end by the name that `--frontend` takes. The spectrograms equal those of Essentia's algorithms to 1e-4 of
 * the maximum (`test/features/essentia.test.ts`); the patches are its predictors' defaults.
 */
export const frontEnds = {
  musicnn: { algorithms: ['TensorflowPredictMusiCNN'], inputs: patches(187, 93, MUSICNN_MEL) },
  'effnet-discogs': { algorithms: ['TensorflowPredictEffnetDiscogs'], inputs: patches(128, 62, MUSICNN_MEL) },
  vggish: { algorithms: ['TensorflowPredictVGGish'], inputs: patches(96, 93, VGGISH_MEL) },
} satisfies Record<string, FrontEnd>;

/** Name of a front end. */
export type FrontEndName = keyof typeof frontEnds;

export const FRONT_END_NAMES = Object.keys(frontEnds) as FrontEndName[];

/** The front end of one of Essentia's algorithms; null for one that is not supported. */
export const frontEndOf = (algorithm: string): FrontEnd | null =>
  Object.values(frontEnds).find(({ algorithms }) => algorithms.includes(algorithm)) ?? null;

/** Mean and standard deviation over time of MFCCs: one row per recording, for classical classifiers. */
import { z } from 'zod';
import { powerToDecibels } from '../features/compression.js';
import { type MelSettings, melSpectrogram } from '../features/mel.js';
import { stftFraming } from '../features/stft.js';
import { FeatureStream, rowStream } from '../features/stream.js';
import { mfccFromLogMel } from '../features/timbre/mfcc.js';
import {
  type AudioSettings,
  audioKind,
  describeWindow,
  powerOfTwo,
  WINDOW_TOO_LONG,
  windowFits,
  windowOptions,
  windowSettings,
} from './kind.js';
import { recordingStatistics } from './recording-statistics.js';

interface MfccSettings extends AudioSettings, MelSettings {
  nMfcc: number;
}

const options = z
  .strictObject({
    coefficients: z.int().positive().default(20).describe('Number of coefficients.'),
    n_fft: powerOfTwo.default(2048).describe('Samples per frame of the transform, a power of two.'),
    hop_length: z.int().positive().default(512).describe('Samples from one frame to the next.'),
    bands: z.int().positive().default(128).describe('Number of mel bands.'),
    ...windowOptions,
  })
  .refine(windowFits, WINDOW_TOO_LONG)
  .refine(({ coefficients, bands }) => coefficients <= bands, 'there are fewer bands than coefficients')
  .describe('Mel-frequency cepstral coefficients, for model.baseline.');

/** Coefficients of decibels without a floor below the loudest, frame by frame. */
const coefficientsOf = (samples: Float32Array, settings: MfccSettings) => {
  const mel = melSpectrogram(samples, { ...settings, center: false });
  const decibels = powerToDecibels(mel.values, { topDb: null });
  return mfccFromLogMel({ ...mel, values: decibels }, { nMfcc: settings.nMfcc });
};

export const mfccStatistics = audioKind({
  options,
  branch: null,
  version: 'mean and deviation of the DCT of 10 log10(max(1e-10, slaney power mel))',
  settings: ({ coefficients, n_fft, hop_length, bands, ...window }, sampleRate) => ({
    sampleRate,
    nFft: n_fft,
    hopLength: hop_length,
    melBands: bands,
    nMfcc: coefficients,
    ...windowSettings({ n_fft, ...window }),
  }),
  feature(stored) {
    const settings = stored as MfccSettings;
    const stream = () =>
      rowStream(new FeatureStream(stftFraming(settings), (samples) => coefficientsOf(samples, settings)));
    return recordingStatistics({ width: settings.nMfcc, stream });
  },
  describe: ({ nMfcc, ...settings }) =>
    `mean and deviation of ${nMfcc} MFCCs over the recording${'transformWindow' in settings || 'winLength' in settings ? `, ${describeWindow(settings)}` : ''}`,
});

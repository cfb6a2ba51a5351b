/** Raw samples. */
import { z } from 'zod';
import { audioKind } from './kind.js';

/** Name of this input, of the branch that takes it, and of its kind. */
export const WAVEFORM = 'waveform';

/**
 * Samples in -1 to 1, the mean of the channels, resampled to `inputs.sample_rate`: [batch, length]. As in SampleCNN (Lee
 * et al. 2017), nothing is computed from them; the branch learns its own filters.
 */
export const waveform = audioKind({
  options: z
    .strictObject({
      exact: z
        .boolean()
        .optional()
        .describe(
          'Whether a window has exactly chunk_seconds of samples where no input has frames; else it ends with the last whole 256 samples. Default: false.',
        ),
    })
    .describe('Raw samples.'),
  branch: WAVEFORM,
  version: 'mono mean, kaiser sinc .914 125 dB in two stages',
  settings: (_, sampleRate) => ({ sampleRate }),
  feature: () => ({
    hopLength: 1,
    width: 1,
    silence: 0,
    margin: 0,
    stream: () => ({ push: (samples) => samples.slice(), finish: () => null }),
    rows: (samples, steps) => samples.subarray(0, steps),
  }),
  isExact: ({ exact = false }) => exact,
  shape: ({ length }) => [length],
  describe: () => 'the samples themselves',
});

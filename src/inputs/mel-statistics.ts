/** Mean and standard deviation over time of each band of a mel input: one row per recording, for classical classifiers. */
import type { z } from 'zod';
import type { AudioKind } from './kind.js';
import { MEL, mel } from './mel.js';
import { recordingStatistics } from './recording-statistics.js';

type MelOptions = z.output<typeof mel.options>;

/** Whether nothing of the options depends on the window of a model, which a recording as a whole does not have. */
function isWindowless({ compression, frames, standardise = 'none' }: MelOptions): boolean {
  if (frames === 'window') return false;
  const usual = compression?.kind !== 'db' || (compression.ref === 1 && compression.top_db === null);
  return usual && standardise === 'none';
}

export const melStatistics: AudioKind<typeof mel.options> = {
  source: 'audio',
  options: mel.options
    .refine(isWindowless, {
      message:
        'standardise and compression.ref and top_db, and frames: window, act on the windows of a model, and statistics are of the whole recording; leave them out',
    })
    .describe('Mean and deviation of each band of a mel spectrogram, for model.baseline.'),
  branch: null,
  like: MEL,
  version: `mean and deviation of ${mel.version}`,
  settings: mel.settings,
  written: mel.written,
  feature: (settings) => recordingStatistics(mel.feature(settings)),
  describe: (settings) => `mean and deviation over the recording of each band of a ${mel.describe(settings)}`,
};

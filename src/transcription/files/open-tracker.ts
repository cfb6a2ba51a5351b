/** A pitch tracker by name, with the weights that it needs from the models of this machine. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../base/errors.js';
import { modelsFolder } from '../../base/package.js';
import type { PitchTracker } from '../f0.js';
import { pitchTrackers, type TrackerName } from '../trackers/index.js';
import type { PitchRange } from '../trackers/pyin.js';

/**
 * Opens a tracker for a range of pitches; call `dispose()` at the end. Throws UsageError when its model was not pulled;
 * RangeError for a range that it cannot cover.
 */
export async function openTracker(
  name: TrackerName,
  range: PitchRange,
  folder: string = modelsFolder(),
): Promise<PitchTracker> {
  return pitchTrackers[name].open(range, async (model, file) =>
    readFile(join(folder, model, file)).catch(() => {
      throw new UsageError(`The model ${model} is not installed; run "polytag models pull ${model}".`);
    }),
  );
}

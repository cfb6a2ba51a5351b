/** A pitch tracker that is a model of this machine; loaded when one is named, since models take half a second to load. */
import { UsageError } from '../../base/errors.js';
import { exists } from '../../base/files.js';
import { loadEngine } from '../../engine/engine.js';
import { openModelFolder, readModelDescription } from '../../hub/model-folder.js';
import { findModel } from '../../hub/store.js';
import type { PitchTracker } from '../f0.js';
import { TRACKER_NAMES } from '../trackers/index.js';
import { networkTracker } from '../trackers/network.js';
import type { PitchRange } from '../trackers/pyin.js';

/**
 * Opens a model whose task is pitch; see `openTracker`. Throws a UsageError for one that does not exist or has another
 * task.
 */
export async function openModelTracker(
  nameOrRun: string,
  range: Partial<PitchRange>,
  folder?: string,
): Promise<PitchTracker> {
  const place = await findModel(nameOrRun, folder).catch(async (error: unknown) => {
    if (!(error instanceof UsageError) || (await exists(nameOrRun))) throw error;
    throw new UsageError(
      `--model ${nameOrRun}: there is no such run; give ${TRACKER_NAMES.join(', ')} or the folder of a run whose data.target is pitch.`,
    );
  });
  const { task } = await readModelDescription(place);
  if (task !== 'pitch')
    throw new UsageError(
      `The model ${nameOrRun} is one of ${task} and finds no pitch; give ${TRACKER_NAMES.join(', ')} or the folder of a run whose data.target is pitch.`,
    );
  await loadEngine();
  return networkTracker(await openModelFolder(place), range);
}

/** A pitch tracker by name, with the weights that it needs from the models of this machine, or that of a run. */
import { UsageError } from '../../base/errors.js';
import { exists } from '../../base/files.js';
import { loadEngine } from '../../engine/engine.js';
import { openModelFolder, readModelDescription } from '../../hub/model-folder.js';
import { findModel } from '../../hub/store.js';
import type { PitchTracker } from '../f0.js';
import { pitchTrackers, TRACKER_NAMES, type TrackerKind, type TrackerName } from '../trackers/index.js';
import { networkTracker } from '../trackers/network.js';
import { type PitchRange, VOICE_RANGE } from '../trackers/pyin.js';
import { openPulled } from './open-pulled.js';

/** The name of a tracker, or the folder of a run (or the name of a model) that finds pitch. */
export type TrackerSource = TrackerName | (string & {});

/** Whether it is the name of a tracker. */
export const isTracker = (name: string): name is TrackerName => Object.hasOwn(pitchTrackers, name);

/**
 * Opens a tracker; see `openTracker` of the library.
 *
 * @param range - in Hz. Default: 65 to 1050; of a run, all that its network knows
 * @param folder - where models that were pulled or imported are
 */
export async function openTracker(
  source: TrackerSource,
  range: Partial<PitchRange> = {},
  folder?: string,
): Promise<PitchTracker> {
  if (!isTracker(source)) return openModelTracker(source, range, folder);
  const { needs, open }: TrackerKind = pitchTrackers[source];
  const whole = { fMin: range.fMin ?? VOICE_RANGE.fMin, fMax: range.fMax ?? VOICE_RANGE.fMax };
  if (needs === null) return open(whole, new Uint8Array(0));
  return openPulled({ ...needs, folder }, (bytes) => open(whole, bytes));
}

async function openModelTracker(
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

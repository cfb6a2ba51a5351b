/** A pitch tracker by name, with the weights that it needs from the models of this machine. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, messageOf, systemCode, UsageError } from '../../base/errors.js';
import { modelsFolder } from '../../base/package.js';
import { loadEngine } from '../../engine/engine.js';
import type { PitchTracker } from '../f0.js';
import { pitchTrackers, type TrackerKind, type TrackerName } from '../trackers/index.js';
import { type PitchRange, VOICE_RANGE } from '../trackers/pyin.js';

/** Opens a tracker; see `openTracker` of the library. `folder`: where models that were pulled are. */
export async function openTracker(
  name: TrackerName,
  range: PitchRange = VOICE_RANGE,
  folder: string = modelsFolder(),
): Promise<PitchTracker> {
  const kind: TrackerKind = pitchTrackers[name];
  if (kind.needs === null) return kind.open(range, new Uint8Array(0));
  const { model, file } = kind.needs;
  const path = join(folder, model, file);
  const bytes = await readFile(path).catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw new Failure(`${path} cannot be read (${messageOf(error)}).`);
    throw new UsageError(`The model ${model} is not installed; run "polytag models pull ${model}".`);
  });
  await loadEngine();
  try {
    return kind.open(range, bytes);
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new Failure(
      `${path} is not the model (${messageOf(error)}); run "polytag models pull ${model} --force".`,
    );
  }
}

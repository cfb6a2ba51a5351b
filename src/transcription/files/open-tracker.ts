/** A pitch tracker by name, with the weights that it needs from the models of this machine. */
import type { PitchTracker } from '../f0.js';
import { pitchTrackers, type TrackerKind, type TrackerName } from '../trackers/index.js';
import { type PitchRange, VOICE_RANGE } from '../trackers/pyin.js';
import { openPulled } from './open-pulled.js';

/** Opens a tracker; see `openTracker` of the library. `folder`: where models that were pulled are. */
export async function openTracker(
  name: TrackerName,
  range: PitchRange = VOICE_RANGE,
  folder?: string,
): Promise<PitchTracker> {
  const { needs, open }: TrackerKind = pitchTrackers[name];
  if (needs === null) return open(range, new Uint8Array(0));
  return openPulled({ ...needs, folder }, (bytes) => open(range, bytes));
}

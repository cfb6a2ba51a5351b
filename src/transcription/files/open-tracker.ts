/** A pitch tracker by name, with the weights that it needs from the models of this machine, or that of a run. */
import type { PitchTracker } from '../f0.js';
import { pitchTrackers, type TrackerKind, type TrackerName } from '../trackers/index.js';
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
  if (!isTracker(source))
    return (await import('./open-model-tracker.js')).openModelTracker(source, range, folder);
  const { needs, open }: TrackerKind = pitchTrackers[source];
  const whole = { fMin: range.fMin ?? VOICE_RANGE.fMin, fMax: range.fMax ?? VOICE_RANGE.fMax };
  if (needs === null) return open(whole, new Uint8Array(0));
  return openPulled({ ...needs, folder }, (bytes) => open(whole, bytes));
}

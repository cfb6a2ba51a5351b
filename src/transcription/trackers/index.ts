/** What finds the pitch of a voice, by name. */
import type { PitchTracker } from '../f0.js';
import { type PitchRange, pyinTracker } from './pyin.js';

/** A tracker that can be chosen. */
export interface TrackerKind {
  /** A few words for the help. */
  describe: string;
  /** Opens it for a range of pitches. `file` reads a file of the published model that it needs. */
  open(range: PitchRange, file: (model: string, name: string) => Promise<Uint8Array>): Promise<PitchTracker>;
}

export const pitchTrackers: { pyin: TrackerKind } = {
  pyin: {
    describe: 'probabilistic YIN, which needs no weights',
    open: async (range) => pyinTracker(range),
  },
};

export type TrackerName = keyof typeof pitchTrackers;

/** Every name, in order. */
export const TRACKER_NAMES = Object.keys(pitchTrackers) as TrackerName[];

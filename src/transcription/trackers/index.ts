/** What finds the pitch of a voice, by name. */
import type { PitchTracker } from '../f0.js';
import { type PitchRange, pyinTracker } from './pyin.js';
import { swiftF0Tracker } from './swift-f0.js';

/** A tracker that can be chosen. */
export interface TrackerKind {
  /** A few words for the help. */
  describe: string;
  /** The published model that it needs, and the file of it; null for none. */
  needs: { model: string; file: string } | null;
  /** Opens it for a range of pitches; `file`, where it needs one. The engine has been started then. */
  open(range: PitchRange, file: Uint8Array): PitchTracker;
}

export const pitchTrackers = {
  pyin: {
    describe: 'probabilistic YIN, without weights',
    needs: null,
    open: (range) => pyinTracker(range),
  },
  'swift-f0': {
    describe: 'a small network ("models pull swift-f0")',
    needs: { model: 'swift-f0', file: 'model.onnx' },
    open: (range, file) => swiftF0Tracker(file, range),
  },
} satisfies Record<string, TrackerKind>;

export type TrackerName = keyof typeof pitchTrackers;

/** Every name, in order. */
export const TRACKER_NAMES = Object.keys(pitchTrackers) as TrackerName[];

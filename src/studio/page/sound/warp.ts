/** Where a place of the piece is in the recording that it was made from. */
import type { Project } from '../../project/schema.js';
import { playedNotes, secondsOf, ticksOfSeconds } from '../../project/timeline.js';

/** Places that belong together. */
interface Anchor {
  ticks: number;
  seconds: number;
}

/** Maps between ticks of the piece and seconds of its recording. */
export interface Warp {
  toSeconds(ticks: number): number;
  toTicks(seconds: number): number;
}

/** The notes that were sung, where the piece has them first, in an order that rises in both times. */
function anchorsOf(project: Project): Anchor[] {
  const anchors: Anchor[] = [];
  for (const { note, start } of playedNotes(project)) {
    const last = anchors.at(-1);
    if (!note.sung || (last && (note.sung.onset <= last.seconds || start <= last.ticks))) continue;
    anchors.push({ ticks: start, seconds: note.sung.onset });
  }
  return anchors;
}

/** Linear between anchors, and at the piece's tempo before the first and after the last. */
export function warpOf(project: Project): Warp {
  const anchors = anchorsOf(project);
  const speed = secondsOf(project, 1);
  const map = (value: number, from: keyof Anchor, to: keyof Anchor, rate: number): number => {
    if (anchors.length === 0) return value * rate;
    let low = 0;
    let high = anchors.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (anchors[middle][from] <= value) low = middle + 1;
      else high = middle;
    }
    const [before, after] = [anchors[low - 1], anchors[low]];
    if (!before) return after[to] + (value - after[from]) * rate;
    if (!after) return before[to] + (value - before[from]) * rate;
    const share = (value - before[from]) / (after[from] - before[from]);
    return before[to] + share * (after[to] - before[to]);
  };
  return {
    toSeconds: (ticks) => Math.max(0, map(ticks, 'ticks', 'seconds', speed)),
    toTicks: (seconds) => map(seconds, 'seconds', 'ticks', ticksOfSeconds(project, 1)),
  };
}

/** Browser code of the page: the level of the segmentation that is chosen. Embedded as source text. */
import type { Timeline } from '../../../kit/timeline/browser/timeline.js';
import type { RecordingData } from '../data.js';

/** What the plots of a recording share. */
export interface RecordingTimeline extends Timeline<RecordingData> {
  /** The chosen level of the segmentation. */
  level(): RecordingData['levels'][number];
  /** Colour of a group of segments. */
  groupColour(group: number): string;
  /** Letter of a group of segments. */
  groupName(group: number): string;
}

/** Adds the chosen level to a timeline. */
export function withLevels(timeline: Timeline<RecordingData>): RecordingTimeline {
  return {
    ...timeline,
    level: () => timeline.data.levels[Number(timeline.find<HTMLSelectElement>('level').value)],
    groupName: (group) => String.fromCharCode(65 + group),
    groupColour: (group) => timeline.colour(`series-${(group % 8) + 1}`),
  };
}

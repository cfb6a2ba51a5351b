/** Browser code of the page: the level of the segmentation that is chosen, and its segments. Embedded as source text. */
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

/** Draws and lists the segments of the chosen level. */
export function drawStructure(timeline: RecordingTimeline): void {
  const { groupName: name } = timeline;
  timeline.track('segments', {
    draw({ context, x, height, from, to }) {
      context.font = '600 11px system-ui, sans-serif';
      context.textAlign = 'center';
      context.textBaseline = 'middle';
      for (const { begin, end, group } of timeline.level().segments) {
        if (end < from || begin > to) continue;
        const [left, right] = [x(Math.max(begin, from)), x(Math.min(end, to))];
        context.fillStyle = timeline.groupColour(group);
        context.fillRect(left, 0, Math.max(0.5, right - left - (right - left > 4 ? 1 : 0)), height);
        if (right - left < 14) continue;
        context.fillStyle = '#ffffff';
        context.fillText(name(group), (left + right) / 2, height / 2 + 0.5);
      }
    },
    read(time) {
      const segment = timeline.level().segments.find(({ begin, end }) => time >= begin && time < end);
      return segment
        ? `${name(segment.group)}, ${timeline.clock(segment.begin)} to ${timeline.clock(segment.end)}`
        : '';
    },
  });

  /** More entries than anybody reads would make the page slow. */
  const listed = 150;
  const list = document.querySelector<HTMLElement>('[data-list="segments"]')!;
  const count = document.querySelector<HTMLElement>('[data-count="segments"]')!;
  /** Says how many there are, and whether the list goes on below. */
  const tell = (): void => {
    const isMore = list.scrollTop + list.clientHeight < list.scrollHeight - 4;
    const isLong = list.scrollHeight > list.clientHeight + 4;
    list.classList.toggle('more', isMore);
    const { length } = timeline.level().segments;
    count.textContent = `${length} ${length === 1 ? 'segment' : 'segments'}${isLong ? '; the list scrolls ↕' : ''}`;
  };
  list.addEventListener('scroll', tell);
  new ResizeObserver(tell).observe(list);
  timeline.onChange(() => {
    const { segments } = timeline.level();
    list.replaceChildren(
      ...segments.slice(0, listed).map(({ begin, end, group }) => {
        const button = document.createElement('button');
        const mark = document.createElement('i');
        mark.style.background = timeline.groupColour(group);
        mark.textContent = name(group);
        button.type = 'button';
        button.append(mark, ` ${timeline.clock(begin)}, ${(end - begin).toFixed(1)} s`);
        button.addEventListener('click', () => timeline.seek(begin));
        return button;
      }),
    );
    if (segments.length > listed) list.append(`and ${segments.length - listed} more`);
    tell();
  });
}

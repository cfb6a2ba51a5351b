/** Browser code of pages over time: the time axis, the overview, and outlines of the waveform. Embedded as source text. */
import type { Plot } from './plot.js';
import type { Timeline } from './timeline.js';

/** Draws the outline of the sound into a plot. */
export type DrawOutline = (plot: Plot, colour: string) => void;

/** Draws time axis and overview; returns what draws the outline of the sound into other plots. */
export function drawAxes(timeline: Timeline): DrawOutline {
  const { data } = timeline;
  const { buckets } = data.waveform;
  const values = new Int8Array(timeline.bytes(data.waveform.values).buffer);

  /** The smallest and the largest sample of each column of pixels. */
  const outline: DrawOutline = ({ context, left, width, height, from, to }, colour) => {
    const bucketsPerSecond = buckets / data.seconds;
    context.fillStyle = colour;
    for (let column = 0; column < width; column++) {
      const first = Math.floor((from + ((to - from) * column) / width) * bucketsPerSecond);
      const end = Math.max(
        first + 1,
        Math.ceil((from + ((to - from) * (column + 1)) / width) * bucketsPerSecond),
      );
      let [low, high] = [127, -127];
      for (let bucket = Math.max(0, first); bucket < Math.min(buckets, end); bucket++) {
        low = Math.min(low, values[2 * bucket]);
        high = Math.max(high, values[2 * bucket + 1]);
      }
      if (low > high) continue;
      const top = (height / 2) * (1 - (0.96 * high) / 127);
      const bottom = (height / 2) * (1 - (0.96 * low) / 127);
      context.fillRect(left + column, top, 1, Math.max(1, bottom - top));
    }
  };

  const axis = ({ context, x, height, from, to, width, colour }: Plot): void => {
    const steps = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600];
    const step = steps.find((size) => ((to - from) / size) * 64 <= width) ?? 900;
    context.font = '11px system-ui, sans-serif';
    context.textBaseline = 'middle';
    for (let i = Math.ceil(from / step); i * step <= to; i++) {
      const place = x(i * step);
      context.fillStyle = colour('line');
      context.fillRect(place, 0, 1, 5);
      context.fillStyle = colour('muted');
      context.textAlign = to - i * step < step / 2 && x(to) - place < 20 ? 'right' : 'center';
      context.fillText(timeline.clock(i * step), place, height - 7);
    }
  };
  timeline.track('axis', { draw: axis });

  timeline.track('overview', {
    draw(plot) {
      const { context, left, width, height, x, colour } = plot;
      context.fillStyle = colour('surface');
      context.fillRect(left, 0, width, height);
      outline(plot, colour('muted'));
      const shown = timeline.window();
      context.fillStyle = colour('accent');
      context.globalAlpha = 0.18;
      context.fillRect(x(shown.from), 0, Math.max(2, x(shown.to) - x(shown.from)), height);
      context.globalAlpha = 1;
      context.strokeStyle = colour('accent');
      context.strokeRect(x(shown.from) + 0.5, 0.5, Math.max(2, x(shown.to) - x(shown.from)) - 1, height - 1);
    },
  });
  return outline;
}

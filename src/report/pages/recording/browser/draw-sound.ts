/** Browser code of the page: time axes, the waveform with onsets and beats, and the overview. Embedded as source text. */
import type { Plot, Timeline } from './timeline.js';

/** Draws the sound itself. */
export function drawSound(timeline: Timeline): void {
  const { data } = timeline;
  const { buckets, peak } = data.waveform;
  const values = new Int8Array(timeline.bytes(data.waveform.values).buffer);

  /** The smallest and the largest sample of each column of pixels. */
  const envelope = ({ context, left, width, height, from, to }: Plot, colour: string): void => {
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

  const marks = (plot: Plot, times: number[], colour: string, isAtTop: boolean): void => {
    const { context, height, x, from, to, width } = plot;
    // From close by the marks cross the plot; from afar they would cover it.
    const isClose = width / (to - from) > 40;
    context.fillStyle = colour;
    for (const time of times) {
      if (time < from || time > to) continue;
      context.globalAlpha = 0.9;
      context.fillRect(x(time) - 0.75, isAtTop ? 0 : height - 9, 1.5, 9);
      if (!isClose) continue;
      context.globalAlpha = 0.35;
      context.fillRect(x(time) - 0.5, 0, 1, height);
    }
    context.globalAlpha = 1;
  };

  timeline.track('waveform', {
    draw(plot) {
      const { context, left, width, height, x, from, to, colour } = plot;
      context.fillStyle = colour('surface');
      context.fillRect(left, 0, width, height);
      if (timeline.shows('borders')) {
        context.fillStyle = colour('muted');
        for (const { begin } of timeline.level().segments)
          if (begin > from && begin < to) context.fillRect(x(begin), 0, 0.75, height);
      }
      envelope(plot, colour('series-1'));
      if (timeline.shows('beats')) marks(plot, data.beats, colour('series-2'), true);
      if (timeline.shows('onsets')) marks(plot, data.onsets, colour('series-3'), false);
      const label = peak.toPrecision(2);
      plot.labels([
        { at: 0.02, label: `−${label}` },
        { at: 0.5, label: '0' },
        { at: 0.98, label },
      ]);
    },
  });

  timeline.track('overview', {
    draw(plot) {
      const { context, left, width, height, x, colour } = plot;
      context.fillStyle = colour('surface');
      context.fillRect(left, 0, width, height);
      envelope(plot, colour('muted'));
      const shown = timeline.window();
      context.fillStyle = colour('accent');
      context.globalAlpha = 0.18;
      context.fillRect(x(shown.from), 0, Math.max(2, x(shown.to) - x(shown.from)), height);
      context.globalAlpha = 1;
      context.strokeStyle = colour('accent');
      context.strokeRect(x(shown.from) + 0.5, 0.5, Math.max(2, x(shown.to) - x(shown.from)) - 1, height - 1);
    },
  });
}

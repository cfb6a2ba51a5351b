/** Browser code of the page: the waveform with onsets and beats. Embedded as source text. */
import type { DrawOutline } from '../../../kit/timeline/browser/draw-axes.js';
import type { Plot } from '../../../kit/timeline/browser/plot.js';
import type { RecordingTimeline } from './draw-structure.js';

/** Draws the sound itself. */
export function drawSound(timeline: RecordingTimeline, outline: DrawOutline): void {
  const { data } = timeline;
  const { peak } = data.waveform;

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
      outline(plot, colour('series-1'));
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
}

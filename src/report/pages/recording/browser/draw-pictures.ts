/** Browser code of the page: spectrogram, chroma and self-similarity. Embedded as source text. */
import type { RecordingTimeline } from './draw-structure.js';

/** Draws the matrices. */
export function drawPictures(timeline: RecordingTimeline): void {
  const { data } = timeline;

  const mel = timeline.image(data.mel);
  timeline.track('mel', {
    draw(plot) {
      mel.draw(plot);
      plot.labels(data.mel.ticks);
    },
    read(time, height) {
      const row = mel.rowAt(height);
      const value = mel.at(time, row);
      return `${data.mel.hertz[row]} Hz${value === null ? '' : `, ${Math.round((80 * value) / 255 - 80)} dB`}`;
    },
  });

  const chroma = timeline.image(data.chroma);
  timeline.track('chroma', {
    draw(plot) {
      chroma.draw(plot);
      plot.labels(data.chroma.names.map((label, i) => ({ at: (i + 0.5) / data.chroma.rows, label })));
    },
    read(time, height) {
      const row = chroma.rowAt(height);
      const value = chroma.at(time, row);
      return `${data.chroma.names[row]}${value === null ? '' : ` ${(value / 255).toFixed(2)}`}`;
    },
  });

  const similarity = timeline.image(data.similarity);
  timeline.track('similarity', {
    draw(plot) {
      const { context, left, width, height, x, from, to } = plot;
      similarity.draw(plot, true);
      const y = (time: number): number => height * (1 - (time - from) / (to - from));
      if (timeline.shows('borders')) {
        context.save();
        context.beginPath();
        context.rect(left, 0, width, height);
        context.clip();
        context.lineWidth = 1.5;
        for (const { begin, end, group } of timeline.level().segments) {
          if (end < from || begin > to) continue;
          context.strokeStyle = '#000004';
          context.strokeRect(x(begin) + 1, y(end) + 1, x(end) - x(begin), y(begin) - y(end));
          context.strokeStyle = timeline.groupColour(group);
          context.strokeRect(x(begin), y(end), x(end) - x(begin), y(begin) - y(end));
        }
        context.restore();
      }
      plot.labels(
        [0, 0.25, 0.5, 0.75, 1].map((at) => ({ at, label: timeline.clock(from + at * (to - from)) })),
      );
    },
    read(time, height) {
      const { from, to } = timeline.window();
      const other = from + height * (to - from);
      const row = Math.floor((other - data.similarity.begin) / data.similarity.secondsPerColumn);
      const value = similarity.at(time, row);
      return `against ${timeline.clock(other)}${value === null ? '' : `: ${(value / 255).toFixed(2)}`}`;
    },
  });
}

/** Browser code of the page: spectrogram, chroma and self-similarity. Embedded as source text. */
import type { EmbeddedImage } from '../data.js';
import type { Plot, Timeline } from './timeline.js';

/** Draws the matrices. */
export function drawPictures(timeline: Timeline): void {
  const { data } = timeline;
  const brightnessOf = (image: EmbeddedImage): Uint8Array => timeline.bytes(image.values);

  const picture = ({ columns, rows }: EmbeddedImage, values: Uint8Array): HTMLCanvasElement =>
    timeline.picture(values, columns, rows);

  /** Columns, with fractions, at which a window begins and how many it has. */
  const columnsOf = ({ begin, secondsPerColumn }: EmbeddedImage, { from, to }: Plot): [number, number] => [
    (from - begin) / secondsPerColumn,
    (to - from) / secondsPerColumn,
  ];

  const stretch = (plot: Plot, image: EmbeddedImage, canvas: HTMLCanvasElement, isSquare: boolean): void => {
    const { context, left, width, height } = plot;
    const [first, count] = columnsOf(image, plot);
    context.fillStyle = '#000004';
    context.fillRect(left, 0, width, height);
    // Single frames are shown as they are, not as something smoother than was measured.
    context.imageSmoothingEnabled = count > width / 4;
    context.save();
    context.beginPath();
    context.rect(left, 0, width, height);
    context.clip();
    // The whole picture is laid so that its window fills the plot: what lies beyond its ends stays dark.
    const scale = width / count;
    const [x, wide] = [left - first * scale, image.columns * scale];
    if (isSquare) {
      const down = height / count;
      context.drawImage(canvas, x, height - (image.rows - first) * down, wide, image.rows * down);
    } else context.drawImage(canvas, x, 0, wide, height);
    context.restore();
  };
  const valueAt = (image: EmbeddedImage, values: Uint8Array, time: number, row: number): number | null => {
    const column = Math.floor((time - image.begin) / image.secondsPerColumn);
    return column >= 0 && column < image.columns ? values[column * image.rows + row] : null;
  };
  const rowAt = ({ rows }: EmbeddedImage, height: number): number =>
    Math.min(rows - 1, Math.max(0, Math.floor(height * rows)));

  const melValues = brightnessOf(data.mel);
  const mel = picture(data.mel, melValues);
  timeline.track('mel', {
    draw(plot) {
      stretch(plot, data.mel, mel, false);
      plot.labels(data.mel.ticks);
    },
    read(time, height) {
      const row = rowAt(data.mel, height);
      const value = valueAt(data.mel, melValues, time, row);
      return `${data.mel.hertz[row]} Hz${value === null ? '' : `, ${Math.round((80 * value) / 255 - 80)} dB`}`;
    },
  });

  const chromaValues = brightnessOf(data.chroma);
  const chroma = picture(data.chroma, chromaValues);
  timeline.track('chroma', {
    draw(plot) {
      stretch(plot, data.chroma, chroma, false);
      plot.labels(data.chroma.names.map((label, i) => ({ at: (i + 0.5) / data.chroma.rows, label })));
    },
    read(time, height) {
      const row = rowAt(data.chroma, height);
      const value = valueAt(data.chroma, chromaValues, time, row);
      return `${data.chroma.names[row]}${value === null ? '' : ` ${(value / 255).toFixed(2)}`}`;
    },
  });

  const similarityValues = brightnessOf(data.similarity);
  const similarity = picture(data.similarity, similarityValues);
  timeline.track('similarity', {
    draw(plot) {
      const { context, left, width, height, x, from, to } = plot;
      stretch(plot, data.similarity, similarity, true);
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
      const value =
        row >= 0 && row < data.similarity.rows ? valueAt(data.similarity, similarityValues, time, row) : null;
      return `against ${timeline.clock(other)}${value === null ? '' : `: ${(value / 255).toFixed(2)}`}`;
    },
  });
}

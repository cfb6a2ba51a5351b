/** Browser code of pages over time: matrices as pictures that a plot shows a window of. Embedded as source text. */
import type { EmbeddedImage } from '../data.js';
import type { Plot } from './plot.js';

/** A picture over time. */
export interface ShownImage {
  /** Fills a plot with the part of the picture that its window shows. `isSquare`: the window of both axes is time. */
  draw(plot: Plot, isSquare?: boolean): void;
  /** The row at a part of the height from the bottom. */
  rowAt(height: number): number;
  /** Brightness 0 to 255 at a time and a row; null beside the picture. */
  at(time: number, row: number): number | null;
}

/**
 * Prepares a picture.
 *
 * @param values - brightness as `image` says, decoded
 * @param canvas - the same, one pixel per value
 */
export function openImage(image: EmbeddedImage, values: Uint8Array, canvas: HTMLCanvasElement): ShownImage {
  const { columns, rows, begin, secondsPerColumn } = image;
  return {
    draw({ context, left, width, height, from, to }, isSquare = false) {
      // Columns, with fractions, at which the window begins and how many it has.
      const [first, count] = [(from - begin) / secondsPerColumn, (to - from) / secondsPerColumn];
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
      const [x, wide] = [left - first * scale, columns * scale];
      if (isSquare) {
        const down = height / count;
        context.drawImage(canvas, x, height - (rows - first) * down, wide, rows * down);
      } else context.drawImage(canvas, x, 0, wide, height);
      context.restore();
    },
    rowAt: (height) => Math.min(rows - 1, Math.max(0, Math.floor(height * rows))),
    at(time, row) {
      const column = Math.floor((time - begin) / secondsPerColumn);
      return column >= 0 && column < columns && row >= 0 && row < rows ? values[column * rows + row] : null;
    },
  };
}

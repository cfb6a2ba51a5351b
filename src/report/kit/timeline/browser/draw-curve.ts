/** Browser code of pages over time: a curve with gaps, such as pitch where there is one. Embedded as source text. */
import type { Plot } from './plot.js';

/** A curve over time. */
export interface Curve {
  /** One value every `secondsPerValue`, the first at 0; 0 where there is none. */
  values: Float32Array;
  secondsPerValue: number;
  /** Place of a value in CSS pixels from the top. */
  y(value: number): number;
  colour: string;
}

/** Draws the part of a curve that a plot shows. */
export function drawCurve(plot: Plot, { values, secondsPerValue, y, colour }: Curve): void {
  const { context, left, width, height, x, from, to } = plot;
  const first = Math.max(0, Math.floor(from / secondsPerValue) - 1);
  const end = Math.min(values.length, Math.ceil(to / secondsPerValue) + 2);
  // From afar, some values of each pixel are enough.
  const step = Math.max(1, Math.floor((end - first) / (4 * width)));
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.lineJoin = 'round';
  context.beginPath();
  let hasBefore = false;
  for (let i = first; i < end; i += step) {
    const value = values[i];
    if (value > 0) {
      const place = x(i * secondsPerValue);
      // A single value is a dot, not nothing.
      if (!hasBefore) context.moveTo(place - 0.8, y(value));
      context.lineTo(place, y(value));
    }
    hasBefore = value > 0;
  }
  context.save();
  context.clip(new Path2D(`M${left} 0h${width}v${height}h${-width}z`));
  context.stroke();
  context.restore();
}

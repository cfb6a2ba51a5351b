/** Plots over time. */

/** Where a plot draws: its area lies right of the labels. */
export interface Plot {
  context: CanvasRenderingContext2D;
  /** Left edge of the area in CSS pixels; labels stand before it. */
  left: number;
  /** Of the area, in CSS pixels. */
  width: number;
  height: number;
  /** Seconds at the left and right edge. */
  from: number;
  to: number;
  /** Place of a time in CSS pixels. */
  x(time: number): number;
  /** Colour of the style sheet, by its name without the dashes. */
  colour(name: string): string;
  /** Writes labels beside the area, at parts of its height from the bottom, and leaves out those that would collide. */
  labels(ticks: { at: number; label: string }[]): void;
}

/** A plot's behaviour. */
export interface Track {
  draw(plot: Plot): void;
  /** What is under the pointer, at a time and a part of the height from the bottom. */
  read?(time: number, height: number): string;
}

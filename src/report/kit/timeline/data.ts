/** What the browser code of pages over time is given: small enough to embed, whatever the recording's length. */

/** Brightness 0 to 255 by column and row, and where the columns lie in time. */
export interface EmbeddedImage {
  /** Row-major [columns × rows], base64; row 0 is the lowest. */
  values: string;
  columns: number;
  rows: number;
  /** Seconds at which the first column begins. */
  begin: number;
  secondsPerColumn: number;
}

/** A label beside a plot. */
export interface Tick {
  /** From 0 at the bottom to 1 at the top. */
  at: number;
  label: string;
}

/** The outline of a waveform. */
export interface EmbeddedPeaks {
  /** Smallest and largest sample of each bucket in turn, ±127 at the largest of all, base64 of int8. */
  values: string;
  buckets: number;
  /** The largest magnitude. */
  peak: number;
}

/** What every page over time has. */
export interface TimelineData {
  /** Length of what is shown. */
  seconds: number;
  /** Length of the sound that can be played. */
  playable: number;
  waveform: EmbeddedPeaks;
}

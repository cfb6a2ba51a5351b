/** What the page's browser code is given: small enough to embed, whatever the recording's length. */
import type { SegmentLevel } from '../../../features/segments/segment-levels.js';

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

/** Everything that is drawn. */
export interface RecordingData {
  /** Length of what is shown. */
  seconds: number;
  /** Length of the sound that can be played. */
  playable: number;
  waveform: EmbeddedPeaks;
  mel: EmbeddedImage & { ticks: Tick[] /** Frequency of each row's middle in Hz. */; hertz: number[] };
  chroma: EmbeddedImage & { names: string[] };
  /** Square: both axes are time. */
  similarity: EmbeddedImage;
  /** The finest first. */
  levels: SegmentLevel[];
  /** In seconds. */
  onsets: number[];
  /** In seconds. */
  beats: number[];
  pitch: {
    /** Hz, 0 where unvoiced, base64 of little-endian float32. */
    values: string;
    count: number;
    secondsPerValue: number;
    fMin: number;
    fMax: number;
  };
}

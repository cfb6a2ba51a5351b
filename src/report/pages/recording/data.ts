/** What the page's browser code is given. */
import type { SegmentLevel } from '../../../features/segments/segment-levels.js';
import type { EmbeddedImage, Tick, TimelineData } from '../../kit/timeline/data.js';

/** A stretch of time with a key or a chord. */
export interface NamedStretch {
  /** In seconds. */
  begin: number;
  /** In seconds. */
  end: number;
  /** As musicians write it. */
  name: string;
  /** Pitch class of the tonic or root; null for none. */
  root: number | null;
  isMinor: boolean;
}

/** Pitch over time. */
export interface PitchLine {
  /** Hz, 0 where unvoiced, base64 of little-endian float32. */
  values: string;
  count: number;
  secondsPerValue: number;
  fMin: number;
  fMax: number;
}

/** Everything that is drawn. */
export interface RecordingData extends TimelineData {
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
  /** In order, without gaps. */
  keys: NamedStretch[];
  /** In order, without gaps. */
  chords: NamedStretch[];
  /** By pYIN. */
  pitch: PitchLine;
  /** The predominant pitch of the mix. */
  melody: PitchLine;
}

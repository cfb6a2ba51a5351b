/** What the page's browser code is given. */
import type { SegmentLevel } from '../../../features/segments/segment-levels.js';
import type { EmbeddedImage, Tick, TimelineData } from '../../kit/timeline/data.js';

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
  pitch: {
    /** Hz, 0 where unvoiced, base64 of little-endian float32. */
    values: string;
    count: number;
    secondsPerValue: number;
    fMin: number;
    fMax: number;
  };
}

/** What the page's browser code is given. */
import type { EmbeddedImage, TimelineData } from '../../kit/timeline/data.js';

/** A note that is drawn and played. */
export interface DrawnNote {
  /** In seconds. */
  onset: number;
  offset: number;
  /** Fractional MIDI number. */
  pitch: number;
  /** `F♯4`. */
  name: string;
}

/** Everything that is drawn. */
export interface VoiceData extends TimelineData {
  /** MIDI numbers at the lower and the upper edge of the plot. */
  range: { low: number; high: number };
  /** Power over pitch: the rows divide `range` evenly. */
  spectrogram: EmbeddedImage;
  /** The pitch curve. */
  f0: {
    /** MIDI numbers, 0 where there is no pitch, base64 of little-endian float32. */
    values: string;
    count: number;
    secondsPerValue: number;
  };
  /** Confidence from 0 to 1. */
  notes: (DrawnNote & { confidence: number })[];
  /** Semitones from the lower edge up, in the singer's own tuning. */
  semitones: { pitch: number; name: string; isInKey: boolean }[];
  /** The song that was found where the hum has it; empty where none was looked for. */
  song: (DrawnNote & { isHummed: boolean })[];
}

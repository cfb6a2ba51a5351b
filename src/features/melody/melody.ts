/** The melody of a mix: its predominant fundamental frequency. */
import { type LineSettings, likeliestLine } from './path.js';
import { PeakCollector } from './peaks.js';
import { binHertz, eachSalience, type SalienceSettings } from './salience.js';

/** How a melody is found. */
export interface MelodySettings extends SalienceSettings, LineSettings {
  /**
   * Part of the salience of the recording's loud frames (its 75th percentile) from which on a frame is voiced. Default:
   * 0.3.
   */
  voicing?: number;
}

/** Pitch of a melody over time. */
export interface MelodyTrack {
  /** Hz, one value per frame: 0 where there is none, negative for a guess of what it is if there is one after all. */
  hertz: Float32Array;
  /** Salience of the frame's pitch, 1 for the largest of the recording; 0 where there is none. */
  salience: Float32Array;
}

/** Share of the frames whose salience is below that of a loud one. */
const LOUD = 0.75;

/**
 * The predominant fundamental frequency of a mix between 55 and 1760 Hz: the salience of Salamon and Gómez 2012
 * (Melodia), and in the place of their contours the likeliest line through its peaks. It takes the strongest line for the
 * melody, whoever plays it: an accompaniment or a bass as loud as the melody is followed too, and where the melody rests
 * the line goes on with what sounds then. Frames of 8 to 16 ms are enough.
 *
 * Costs a transform of 0.2 s per frame; memory grows by some 100 bytes a frame.
 *
 * @throws RangeError for samples that are not finite
 */
export function melody(samples: Float32Array, settings: MelodySettings): MelodyTrack {
  const { voicing = 0.3 } = settings;
  const collector = new PeakCollector();
  const frames = eachSalience(samples, settings, (_, values) => collector.add(values));
  const peaks = collector.peaks();
  const line = likeliestLine(peaks, settings);
  const strengths = Float32Array.from(line, (peak) => (peak < 0 ? 0 : peaks.strengths[peak]));
  const sounding = strengths.filter((value) => value > 0).sort();
  const least = sounding.length === 0 ? 0 : voicing * sounding[Math.floor(LOUD * sounding.length)];
  const hertz = new Float32Array(frames);
  for (let t = 0; t < frames; t++)
    if (line[t] >= 0) hertz[t] = (strengths[t] >= least ? 1 : -1) * binHertz(peaks.bins[line[t]]);
  const most = strengths.reduce((a, b) => Math.max(a, b), 0);
  return { hertz, salience: most === 0 ? strengths : strengths.map((value) => value / most) };
}

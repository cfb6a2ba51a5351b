/** Whether a recording is what transcription is made for: one voice, not too loud, not silent. */
import type { VoiceFrames } from './voice-frames.js';

/** What a recording is like. */
export interface InputQuality {
  /** Largest magnitude of a sample. */
  peak: number;
  /** Share of the samples that are at full scale. */
  clipped: number;
  /** Share of the frames with sound that have one clear pitch; null where there is no sound. */
  clear: number | null;
}

/** Frames further below the loudest than this are pauses, in dB. */
const SOUND_DB = 30;

/** Recordings whose loudest frame is below this are silent, in dB of full scale. */
const SILENT_DB = -70;

/** Frames whose sound is this much like itself a period later have one clear pitch. */
const CLEAR = 0.9;

/** Share of samples at full scale from which a recording counts as clipped. */
const CLIPPED = 0.001;

/** Share of clear frames below which the recording is hardly one voice: voices have 0.8 and more, mixes 0.3 and less. */
const UNCLEAR = 0.4;

/** What the frames of a recording say of it. */
export function inputQualityOf({ level, likeness, peak, clipped }: VoiceFrames): InputQuality {
  let loudest = -Infinity;
  for (const value of level) loudest = Math.max(loudest, value);
  let [sounding, clear] = [0, 0];
  for (let t = 0; t < level.length; t++) {
    if (level[t] < Math.max(SILENT_DB, loudest - SOUND_DB)) continue;
    sounding++;
    if (likeness[t] >= CLEAR) clear++;
  }
  return { peak, clipped, clear: sounding === 0 ? null : clear / sounding };
}

/** Sentences for people about what makes a transcription doubtful; none for a good recording. */
export function doubtsOf({ clipped, clear }: InputQuality, notes: number): string[] {
  const doubts: string[] = [];
  if (clear === null) return ['The recording is silent, so it has no notes.'];
  if (clipped > CLIPPED)
    doubts.push(
      `${(100 * clipped).toFixed(1)} % of the samples are at full scale: the recording is clipped, and repeated notes may run together.`,
    );
  if (clear < UNCLEAR)
    doubts.push(
      `Only ${Math.round(100 * clear)} % of the sound has one clear pitch: it is noisy, or not one voice alone, and the notes are guesses.`,
    );
  if (notes === 0) doubts.push('No notes were found.');
  return doubts;
}

/** A voice to notes, tuning, tempo and key. */
import { resample } from '../audio/resample.js';
import type { Key } from '../features/harmony/key.js';
import { FRAME_SECONDS, type PitchTracker, TRACKER_RATE } from './f0.js';
import { type GridSettings, quantiseNotes } from './grid.js';
import { keyOfNotes, tuningCents } from './melody.js';
import { type SegmentSettings, segmentNotes, type VoiceNote } from './segment.js';
import { fitTempo } from './tempo.js';
import { pyinTracker } from './trackers/pyin.js';
import { VoiceFrameStream, type VoiceFrames } from './voice-frames.js';

/** How a voice becomes notes. */
export interface TranscribeSettings extends SegmentSettings {
  /** In quarters per minute. Default: fitted to the onsets. */
  tempo?: number;
  /** Moves the notes to a grid. Default: they stay as they were sung. */
  grid?: GridSettings;
}

/** Notes and what they say of the whole. */
export interface NoteList {
  notes: VoiceNote[];
  /** How far the notes lie above the semitones of A = 440 Hz, from −50 to 50 cents. */
  tuningCents: number;
  /** In quarters per minute; null for fewer than four notes. */
  tempo: number | null;
  /** Null for fewer than three pitch classes. */
  key: Key | null;
  /** Seconds of sound. */
  seconds: number;
}

/** A voice as notes. */
export interface Transcription extends NoteList {
  f0: {
    /** Seconds from one value to the next; the first is at 0. */
    hop: number;
    /** NaN where a frame has no pitch. */
    hz: Float32Array;
    /** 1 where a frame is voiced, else 0. */
    voiced: Uint8Array;
  };
}

/** Notes and the rest from the frames of a voice. Throws RangeError for a setting out of range. */
export function transcribeFrames(
  frames: VoiceFrames,
  { tempo: given, grid, ...segmentation }: TranscribeSettings = {},
): Transcription {
  const sung = segmentNotes(frames, segmentation);
  const cents = tuningCents(sung);
  const tempo = given ?? fitTempo(sung.map(({ onset }) => onset));
  return {
    notes: grid && tempo !== null ? quantiseNotes(sung, tempo, grid) : sung,
    tuningCents: cents,
    tempo,
    key: keyOfNotes(sung, cents),
    f0: {
      hop: FRAME_SECONDS,
      hz: frames.hz,
      voiced: Uint8Array.from(frames.confidence, (value) => (value >= 0.5 ? 1 : 0)),
    },
    seconds: frames.seconds,
  };
}

/**
 * Transcribes a recording of one voice.
 *
 * @param recording - mono samples and their rate in Hz
 * @param tracker - finds the pitch. Default: `pyinTracker()`
 * @returns notes, tuning, tempo, key and the pitch curve; silence has no notes
 * @throws RangeError for a setting out of range, or samples that are not numbers
 * @example
 * import { decodeAudio } from 'polytag';
 * import { transcribe } from 'polytag/transcription';
 *
 * const { channels: [samples], sampleRate } = await decodeAudio('hum.mp3', { mono: true });
 * const { notes, tempo } = await transcribe({ samples, sampleRate });
 * console.log(tempo, notes.map(({ onset, pitch }) => [onset, pitch]));
 */
export async function transcribe(
  { samples, sampleRate }: { samples: Float32Array; sampleRate: number },
  settings: TranscribeSettings = {},
  tracker: PitchTracker = pyinTracker(),
): Promise<Transcription> {
  const stream = new VoiceFrameStream(tracker);
  await stream.push(resample(samples, sampleRate, TRACKER_RATE));
  return transcribeFrames(await stream.finish(), settings);
}

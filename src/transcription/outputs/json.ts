/** A transcription as JSON. */
import { keyName } from '../../features/harmony/key.js';
import type { PolyphonicNote } from '../polyphonic/create-notes.js';
import type { PolyphonicTranscription } from '../polyphonic/transcribe.js';
import type { VoiceNote } from '../segment.js';
import type { Transcription } from '../transcribe.js';

/** What the JSON of `polytag transcribe` holds. */
export interface TranscriptionJson {
  /** Times in seconds, fractional MIDI pitch, confidence from 0 to 1. */
  notes: {
    onset: number;
    offset: number;
    pitch: number;
    confidence: number;
    /** Of recordings with several voices: how far the voice lies above the pitch, evenly from onset to offset, in thirds of a semitone. */
    bends?: number[];
  }[];
  tuning_cents: number;
  /** Quarters per minute; null for fewer than four notes. */
  tempo: number | null;
  /** `G major`; null for fewer than three pitch classes. */
  key: string | null;
  /**
   * Seconds from one value to the next; Hz, null where there is no pitch; whether a frame is voiced. Null for recordings
   * with several voices.
   */
  f0: { hop: number; hz: (number | null)[]; voiced: boolean[] } | null;
}

/** A number with so many decimals and no more. */
const decimals = (value: number, count: number): number => Number(value.toFixed(count));

/** The numbers of a transcription, rounded: times to 0.1 ms, pitches to a hundredth of a cent, Hz to a hundredth. */
export function transcriptionJson(transcription: Transcription | PolyphonicTranscription): TranscriptionJson {
  const { notes, tuningCents, tempo, key, f0 } = transcription;
  return {
    notes: notes.map((note: VoiceNote | PolyphonicNote) => ({
      onset: decimals(note.onset, 4),
      offset: decimals(note.offset, 4),
      pitch: decimals(note.pitch, 4),
      confidence: decimals(note.confidence, 3),
      ...('bends' in note ? { bends: note.bends } : {}),
    })),
    tuning_cents: decimals(tuningCents, 2),
    tempo: tempo === null ? null : decimals(tempo, 2),
    key: key && keyName(key),
    f0: f0 && {
      hop: f0.hop,
      hz: Array.from(f0.hz, (hz) => (Number.isNaN(hz) ? null : decimals(hz, 2))),
      voiced: Array.from(f0.voiced, (voiced) => voiced === 1),
    },
  };
}

/** The file `notes.json`. */
export const toJson = (transcription: Transcription | PolyphonicTranscription): string =>
  `${JSON.stringify(transcriptionJson(transcription))}\n`;

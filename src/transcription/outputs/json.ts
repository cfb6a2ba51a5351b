/** A transcription as JSON. */
import { keyName } from '../../features/harmony/key.js';
import type { Transcription } from '../transcribe.js';

/** What the JSON of `polytag transcribe` holds. */
export interface TranscriptionJson {
  /** Times in seconds, fractional MIDI pitch, confidence from 0 to 1. */
  notes: { onset: number; offset: number; pitch: number; confidence: number }[];
  tuning_cents: number;
  /** Quarters per minute; null for fewer than four notes. */
  tempo: number | null;
  /** `G major`; null for fewer than three pitch classes. */
  key: string | null;
  /** Seconds from one value to the next; Hz, null where there is no pitch; whether a frame is voiced. */
  f0: { hop: number; hz: (number | null)[]; voiced: boolean[] };
}

/** A number with so many decimals and no more. */
const decimals = (value: number, count: number): number => Number(value.toFixed(count));

/** The numbers of a transcription, rounded: times to 0.1 ms, pitches to a hundredth of a cent, Hz to a hundredth. */
export function transcriptionJson(transcription: Transcription): TranscriptionJson {
  const { notes, tuningCents, tempo, key, f0 } = transcription;
  return {
    notes: notes.map(({ onset, offset, pitch, confidence }) => ({
      onset: decimals(onset, 4),
      offset: decimals(offset, 4),
      pitch: decimals(pitch, 4),
      confidence: decimals(confidence, 3),
    })),
    tuning_cents: decimals(tuningCents, 2),
    tempo: tempo === null ? null : decimals(tempo, 2),
    key: key && keyName(key),
    f0: {
      hop: f0.hop,
      hz: Array.from(f0.hz, (hz) => (Number.isNaN(hz) ? null : decimals(hz, 2))),
      voiced: Array.from(f0.voiced, (voiced) => voiced === 1),
    },
  };
}

/** The file `notes.json`. */
export const toJson = (transcription: Transcription): string =>
  `${JSON.stringify(transcriptionJson(transcription))}\n`;

/** What a transcription can be written as, by the ending of the file. */
import type { PolyphonicTranscription } from '../polyphonic/transcribe.js';
import type { Transcription } from '../transcribe.js';
import { toCsv } from './csv.js';
import { toJson } from './json.js';
import { toMidi } from './midi.js';
import { type ScoreSettings, toMusicXml } from './musicxml.js';

/** Writes a transcription; only scores take settings. */
type Output = (transcription: Transcription, score: ScoreSettings) => string | Uint8Array;

export const transcriptionOutputs = {
  '.json': toJson,
  '.mid': toMidi,
  '.musicxml': toMusicXml,
  '.csv': toCsv,
} satisfies Record<string, Output>;

/** Those that hold notes which sound together. */
export const polyphonicOutputs = {
  '.json': toJson,
  '.mid': toMidi,
  '.csv': toCsv,
} satisfies Partial<Record<OutputEnding, (transcription: PolyphonicTranscription) => string | Uint8Array>>;

/** Every ending of those, in order. */
export const POLYPHONIC_ENDINGS = Object.keys(polyphonicOutputs) as (keyof typeof polyphonicOutputs)[];

/** The ending of a file that a transcription is written to. */
export type OutputEnding = keyof typeof transcriptionOutputs;

/** Every ending, in order. */
export const OUTPUT_ENDINGS = Object.keys(transcriptionOutputs) as OutputEnding[];

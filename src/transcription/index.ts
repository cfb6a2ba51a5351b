// biome-ignore-all assist/source/organizeImports: an example stays with its export.
/** A voice in, notes out: what `polytag/transcription` gives, in Node and in browsers. */
export type { NoteScore, NoteScores, NoteTolerance, ScoredNote } from '../eval/transcription/notes.js';
export type { PitchFrames, PitchTracker } from './f0.js';
export { type GridSettings, NOTE_VALUES, type NoteValue } from './grid.js';
export { doubtsOf, type Hearing, hearingOf } from './hearing.js';
export type { TranscriptionJson } from './outputs/json.js';
export type { ScoreSettings } from './outputs/musicxml.js';
export type { SegmentSettings, VoiceNote } from './segment.js';
export type { TranscribeSettings, Transcription } from './transcribe.js';
export { type PitchRange, VOICE_RANGE, pyinTracker } from './trackers/pyin.js';
export { openSwiftF0 } from './trackers/open-swift-f0.js';
export { type VoiceFrames, VoiceFrameStream } from './voice-frames.js';
export { transcribeFrames } from './transcribe.js';
export { transcriptionJson } from './outputs/json.js';
export { toCsv } from './outputs/csv.js';
export { toMidi } from './outputs/midi.js';
export { toMusicXml } from './outputs/musicxml.js';
export { scoreNotes } from '../eval/transcription/notes.js';
export { transcribe } from './transcribe.js';

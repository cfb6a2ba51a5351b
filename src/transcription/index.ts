// biome-ignore-all assist/source/organizeImports: an example stays with its export.
/** A voice in, notes out: what `polytag/transcription` gives, in Node and in browsers. */
import { type BackendChoice, startWasmBackend } from '../engine/browser.js';
import type { PitchTracker } from './f0.js';
import { type BasicPitch, readBasicPitch } from './polyphonic/basic-pitch.js';
import { type PitchRange, VOICE_RANGE } from './trackers/pyin.js';
import { swiftF0Tracker } from './trackers/swift-f0.js';

export type { NoteScore, NoteScores, NoteTolerance, ScoredNote } from '../eval/transcription/notes.js';
export type { PitchFrames, PitchTracker } from './f0.js';
export type { GridSettings } from './grid.js';
export { NOTE_VALUES, type NoteValue } from './grid-notes.js';
export { doubtsOf, type InputQuality, inputQualityOf } from './input-quality.js';
export type { TranscriptionJson } from './outputs/json.js';
export type { ScoreSettings } from './outputs/musicxml.js';
export type { SegmentSettings, VoiceNote } from './segment.js';
export type { NoteList, TranscribeSettings, Transcription } from './transcribe.js';
export type { BasicPitch } from './polyphonic/basic-pitch.js';
export type { NoteCreationSettings, PolyphonicNote } from './polyphonic/create-notes.js';
export type { PolyphonicSettings, PolyphonicTranscription } from './polyphonic/transcribe.js';
export { type PitchRange, VOICE_RANGE, pyinTracker } from './trackers/pyin.js';
export { type VoiceFrames, VoiceFrameStream } from './voice-frames.js';
export { transcribeFrames } from './transcribe.js';
export { transcriptionJson } from './outputs/json.js';
export { toCsv } from './outputs/csv.js';
export { toMidi } from './outputs/midi.js';
export { toMusicXml } from './outputs/musicxml.js';
export { scoreNotes } from '../eval/transcription/notes.js';
export { transcribe } from './transcribe.js';
export { transcribePolyphonic } from './polyphonic/transcribe.js';
export type { Melody, MelodyNote, Song } from './songs/song.js';
export { melodyOf } from './songs/song.js';
export type { SungNote } from './songs/alignment.js';
export { type FoundSong, type HumQuery, SongSearch } from './songs/song-search.js';

/**
 * Opens SwiftF0 in a page, on WebAssembly; in Node, `openTracker` of `polytag` does. Call `dispose()` at the end.
 *
 * @param file - `model.onnx` of the published model swift-f0, which the page serves: `polytag models pull swift-f0`
 *   prints its folder
 * @param options - `wasmPaths`: where the `.wasm` files of `@tensorflow/tfjs-backend-wasm` are served
 * @param range - in Hz. Default: 65 to 1050
 * @throws Error when the back end does not start, or the file is not the graph
 */
export async function openSwiftF0(
  file: Uint8Array,
  options: Pick<BackendChoice, 'wasmPaths'> = {},
  range: PitchRange = VOICE_RANGE,
): Promise<PitchTracker> {
  await startWasmBackend(options);
  return swiftF0Tracker(file, range);
}

/**
 * Opens Basic Pitch in a page, on WebAssembly; in Node, `openBasicPitch` of `polytag` does. Call `dispose()` at the end.
 *
 * @param file - `model.onnx` of the published model basic-pitch, which the page serves
 * @param options - `wasmPaths`: where the `.wasm` files of `@tensorflow/tfjs-backend-wasm` are served
 * @throws Error when the back end does not start, or the file is not the graph
 */
export async function openBasicPitch(
  file: Uint8Array,
  options: Pick<BackendChoice, 'wasmPaths'> = {},
): Promise<BasicPitch> {
  await startWasmBackend(options);
  return readBasicPitch(file);
}

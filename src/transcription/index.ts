// biome-ignore-all assist/source/organizeImports: an example stays with its export.
/** A voice in, notes out: what `polytag/transcription` gives, in Node and in browsers. */
import { type BackendChoice, startWasmBackend } from '../engine/browser.js';
import { parseDescription } from '../models/description.js';
import { NetworkPredictor } from '../models/predictor.js';
import { decodeSafetensors } from '../models/safetensors.js';
import type { PitchTracker } from './f0.js';
import { type BasicPitch, readBasicPitch } from './polyphonic/basic-pitch.js';
import { networkTracker } from './trackers/network.js';
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

/** The files of a model that `polytag models export RUN --format safetensors --out FOLDER` wrote. */
export interface PitchModelFiles {
  /** The text of `model.json`. */
  description: string;
  /** The bytes of `weights.safetensors`. */
  weights: Uint8Array;
}

/**
 * Opens a network of your own in a page, on WebAssembly: a run that finds pitch. In Node, `openTracker` of `polytag` does.
 * Call `dispose()` at the end.
 *
 * @param files - of the exported model, which the page serves
 * @param options - `wasmPaths`: where the `.wasm` files of `@tensorflow/tfjs-backend-wasm` are served
 * @param range - in Hz. Default: that of the network
 * @throws Error when the back end does not start, or the files are not those of a model; RangeError for a model of another
 *   task
 */
export async function openPitchModel(
  { description, weights }: PitchModelFiles,
  options: Pick<BackendChoice, 'wasmPaths'> = {},
  range: Partial<PitchRange> = {},
): Promise<PitchTracker> {
  await startWasmBackend(options);
  const described = parseDescription(JSON.parse(description));
  return networkTracker(NetworkPredictor.fromWeights(described, decodeSafetensors(weights).weights), range);
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

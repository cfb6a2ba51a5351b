/** A recording on disk to notes, in memory that hardly grows with its length. */
import type { AudioInfo, DamagePolicy } from '../../audio/audio.js';
import { streamAudio } from '../../audio/decode.js';
import { Interrupted } from '../../base/errors.js';
import { type PitchTracker, TRACKER_RATE } from '../f0.js';
import { type InputQuality, inputQualityOf } from '../input-quality.js';
import { type BasicPitch, NETWORK_RATE } from '../polyphonic/basic-pitch.js';
import {
  type PolyphonicSettings,
  PolyphonicStream,
  type PolyphonicTranscription,
} from '../polyphonic/transcribe.js';
import { type TranscribeSettings, type Transcription, transcribeFrames } from '../transcribe.js';
import { VoiceFrameStream } from '../voice-frames.js';

/** A recording that is transcribed. */
export interface RecordingRequest {
  audio: string;
  /** Seconds from the beginning. Default: all. */
  duration?: number;
  damage: DamagePolicy;
  signal?: AbortSignal;
  /** Receives the seconds that are done, and the total where it is known. */
  onSeconds?: (seconds: number, total: number | null) => void;
}

/** What is transcribed, and how. */
export interface TranscribeRequest extends RecordingRequest {
  tracker: PitchTracker;
  settings: TranscribeSettings;
}

/** What is known of a file that was transcribed. */
interface FileFacts {
  info: AudioInfo;
  quality: InputQuality;
  /** Parts that could not be decoded and were left out. */
  lost: number;
}

/** A transcription of a file. */
export type FileTranscription = Transcription & FileFacts;

/** A transcription of a file with any number of voices. */
export type PolyphonicFileTranscription = PolyphonicTranscription & FileFacts;

/** Hands a file's samples to `push`, piece by piece. Throws as `transcribeFile`. */
async function pushFile(
  { audio, duration, damage, signal, onSeconds }: RecordingRequest,
  sampleRate: number,
  push: (samples: Float32Array) => void | Promise<void>,
): Promise<Omit<FileFacts, 'quality'>> {
  const { info, blocks, errors } = await streamAudio(audio, { mono: true, sampleRate, duration, damage });
  const expected = info.duration === null ? null : Math.min(info.duration, duration ?? Infinity);
  let received = 0;
  for await (const [samples] of blocks) {
    if (signal?.aborted) throw new Interrupted('Stopped; no file was written.');
    await push(samples);
    received += samples.length;
    onSeconds?.(received / sampleRate, expected);
  }
  return { info, lost: errors() };
}

/**
 * Transcribes a file of one voice, window by window: memory grows by five numbers per frame, 14 MB for three
 * hours.
 *
 * @throws DamagedAudio when nothing, or under `skip` and `fail` not all, can be decoded; Interrupted when stopped;
 *   RangeError for a setting out of range
 */
export async function transcribeFile(request: TranscribeRequest): Promise<FileTranscription> {
  const stream = new VoiceFrameStream(request.tracker);
  const facts = await pushFile(request, TRACKER_RATE, (samples) => stream.push(samples));
  const frames = await stream.finish();
  if (request.signal?.aborted) throw new Interrupted('Stopped; no file was written.');
  return { ...transcribeFrames(frames, request.settings), ...facts, quality: inputQualityOf(frames) };
}

/**
 * Transcribes a file with any number of voices, an hour at most: memory grows by 68 kB per second.
 *
 * @throws as `transcribeFile`; RangeError for a longer recording
 */
export async function transcribePolyphonicFile(
  request: RecordingRequest & { network: BasicPitch; settings: PolyphonicSettings },
): Promise<PolyphonicFileTranscription> {
  const stream = new PolyphonicStream(request.network);
  const facts = await pushFile(request, NETWORK_RATE, (samples) => stream.push(samples));
  return { ...stream.finish(request.settings), ...facts, quality: stream.quality };
}

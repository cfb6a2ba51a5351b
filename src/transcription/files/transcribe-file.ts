/** A recording on disk to notes, in memory that hardly grows with its length. */
import type { AudioInfo, DamagePolicy } from '../../audio/audio.js';
import { streamAudio } from '../../audio/decode.js';
import { Interrupted } from '../../base/errors.js';
import { type PitchTracker, TRACKER_RATE } from '../f0.js';
import { type InputQuality, inputQualityOf } from '../input-quality.js';
import { type TranscribeSettings, type Transcription, transcribeFrames } from '../transcribe.js';
import { VoiceFrameStream } from '../voice-frames.js';

/** What is transcribed, and how. */
export interface TranscribeRequest {
  audio: string;
  tracker: PitchTracker;
  settings: TranscribeSettings;
  /** Seconds from the beginning. Default: all. */
  duration?: number;
  damage: DamagePolicy;
  signal?: AbortSignal;
  /** Receives the seconds that are done, and the total where it is known. */
  onSeconds?: (seconds: number, total: number | null) => void;
}

/** A transcription of a file. */
export interface FileTranscription extends Transcription {
  info: AudioInfo;
  quality: InputQuality;
  /** Parts that could not be decoded and were left out. */
  lost: number;
}

/**
 * Transcribes a file of one voice, window by window: memory grows by five numbers per frame, 14 MB for three
 * hours.
 *
 * @throws DamagedAudio when nothing, or under `skip` and `fail` not all, can be decoded; Interrupted when stopped;
 *   RangeError for a setting out of range
 */
export async function transcribeFile(request: TranscribeRequest): Promise<FileTranscription> {
  const { audio, tracker, settings, duration, damage, signal, onSeconds } = request;
  const { info, blocks, errors } = await streamAudio(audio, {
    ...{ mono: true, sampleRate: TRACKER_RATE, duration, damage },
  });
  const expected = info.duration === null ? null : Math.min(info.duration, duration ?? Infinity);
  const stream = new VoiceFrameStream(tracker);
  let received = 0;
  for await (const [samples] of blocks) {
    if (signal?.aborted) throw new Interrupted('Stopped; no file was written.');
    await stream.push(samples);
    received += samples.length;
    onSeconds?.(received / TRACKER_RATE, expected);
  }
  const frames = await stream.finish();
  if (signal?.aborted) throw new Interrupted('Stopped; no file was written.');
  return { ...transcribeFrames(frames, settings), info, quality: inputQualityOf(frames), lost: errors() };
}

/** Makes the page of a voice and writes it. */
import { basename } from 'node:path';
import { writeWhole } from '../../../base/files.js';
import { compiledUrl } from '../../../base/package.js';
import { runWatched } from '../../../base/watched.js';
import { formatText } from '../../../data/recording/describe.js';
import type { FoundSong } from '../../../transcription/songs/song-search.js';
import type { Transcription } from '../../../transcription/transcribe.js';
import { decodeShown, type ShownRequest, soundOfShown } from '../../kit/timeline/shown.js';
import { analyseVoice } from './analysis.js';
import { voicePage } from './page.js';

/** A transcribed recording and its page. */
export interface VoicePageRequest extends ShownRequest {
  /** Path of the page. */
  out: string;
  transcription: Transcription;
  /** Name of what found the pitch. */
  tracker: string;
  /** Sentences about what makes the notes doubtful. */
  doubts: readonly string[];
  /** Songs that were found, the best first. Default: none were looked for. */
  found?: readonly FoundSong[] | null;
  /** The command that makes the page again. */
  command?: string | null;
}

/**
 * `writeVoicePage` in a thread, which a signal ends whatever it computes.
 *
 * @throws as writeVoicePage; Interrupted on the signal
 */
export function writeVoicePageInThread(request: VoicePageRequest, signal: AbortSignal): Promise<void> {
  const task = { module: compiledUrl(import.meta.url), name: 'writeVoicePage', argument: request };
  return runWatched(task, { signal, out: request.out });
}

/**
 * Writes the page of a voice: sound, pitch and notes of its first half hour in one file of less than 20 MB that works
 * offline.
 *
 * @throws DamagedAudio as decodeAudio; Failure when the page cannot be written
 */
export async function writeVoicePage(request: VoicePageRequest): Promise<void> {
  const { audio, out, transcription, tracker, doubts, found = null, command } = request;
  const shown = await decodeShown(request);
  const data = analyseVoice(shown.samples, transcription, found?.[0]?.sung);
  const { sound, notes } = await soundOfShown(request, shown);
  const page = voicePage({
    file: basename(audio),
    transcription,
    found,
    tracker,
    format: formatText(shown.info),
    decoder: shown.info.decoder.split(/ \(|, /)[0],
    data: { ...data, playable: shown.seconds },
    sound,
    notes: [...doubts, ...notes],
    command,
  });
  await writeWhole(out, page);
}

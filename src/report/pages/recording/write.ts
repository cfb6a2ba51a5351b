/** Makes the page of a recording and writes it. */
import { basename } from 'node:path';
import type { DamagePolicy } from '../../../audio/audio.js';
import { streamAudio } from '../../../audio/decode.js';
import { writeWhole } from '../../../base/files.js';
import { compiledUrl } from '../../../base/package.js';
import { runWatched } from '../../../base/watched.js';
import { formatText } from '../../../data/recording/describe.js';
import { keyName } from '../../../features/harmony/key.js';
import { LoudnessMeter } from '../../../features/loudness.js';
import { decodeShown, PAGE_SECONDS, type ShownRequest, soundOfShown } from '../../kit/timeline/shown.js';
import { analyseRecording } from './analysis.js';
import { factPairs, type RecordingView, recordingPage, type SongTags } from './page.js';

/** The recording and its page. */
export interface PageRequest extends ShownRequest {
  /** Path of the page. */
  out: string;
  /** The command that makes the page again. */
  command?: string | null;
  /** Tags of the recording by a model. Default: none are shown. */
  tags?: SongTags | null;
  /** Receives the name of the next step. */
  onStep?: (label: string) => void;
}

/** What was written. */
export interface WrittenPage {
  /** Parts that could not be decoded and were left out. */
  lost: number;
  /** The facts, for a program. */
  facts: Record<string, unknown>;
  /** The facts, for a person. */
  lines: string[];
}

/** How often `onStep` is called. */
export const PAGE_STEPS = 9;

/**
 * `writeRecordingPage` in a thread, which a signal ends whatever it computes.
 *
 * @throws as writeRecordingPage; Interrupted on the signal
 */
export function writeRecordingPageInThread(
  { onStep, ...request }: PageRequest,
  signal: AbortSignal,
): Promise<WrittenPage> {
  const task = { module: compiledUrl(import.meta.url), name: 'pageInThread', argument: request };
  return runWatched(task, { signal, out: request.out }, onStep);
}

/** The part that runs in the thread. */
export const pageInThread = (request: PageRequest, onStep: (label: string) => void): Promise<WrittenPage> =>
  writeRecordingPage({ ...request, onStep });

/**
 * Analyses a recording and writes its page: sound and plots in one file of less than 20 MB that works offline.
 *
 * @throws DamagedAudio as streamAudio; Failure when the page cannot be written
 */
export async function writeRecordingPage(request: PageRequest): Promise<WrittenPage> {
  const { audio, out, damage, onStep } = request;
  onStep?.('decoding');
  const shown = await decodeShown(request);
  const { info, seconds, lost } = shown;
  const { data, facts } = analyseRecording(shown.samples, onStep);
  onStep?.('loudness');
  const duration = Math.min(request.duration ?? Infinity, PAGE_SECONDS);
  const loudness = await loudnessOf(audio, { duration, damage });
  onStep?.('sound');
  const { sound, notes } = await soundOfShown(request, shown);
  // Loaded in the thread alone: the library of metadata takes a tenth of a second to load.
  const names = (await import('../../../catalogue/tag/track-names.js')).readTrackNames(audio);
  const view: RecordingView = {
    file: basename(audio),
    ...names,
    loudness,
    tags: request.tags ?? null,
    format: formatText(info),
    // Its name and version; what stands in for it is in the facts for programs.
    decoder: info.decoder.split(/ \(|, /)[0],
    data: { ...data, playable: seconds },
    facts,
    sound,
    notes,
    command: request.command,
  };
  await writeWhole(out, recordingPage(view));
  return {
    lost,
    facts: {
      audio,
      page: out,
      seconds: Number(seconds.toFixed(6)),
      format: info.format,
      decoder: info.decoder,
      lost_parts: lost,
      tempo: facts.tempo,
      beats: facts.beats,
      onsets: facts.onsets,
      title: view.title,
      artist: view.artist,
      key: facts.key && {
        name: keyName(facts.key),
        correlation: Number(facts.key.correlation.toFixed(3)),
        next: keyName(facts.key.next),
      },
      keys: data.keys.map(({ begin, end, name }) => ({ begin, end, name })),
      chords: data.chords.map(({ begin, end, name }) => ({ begin, end, name })),
      loudness_lufs: loudness === null ? null : Number(loudness.toFixed(2)),
      ...(view.tags && {
        model: view.tags.model,
        tags: view.tags.tags.map(({ tag, score }) => ({ tag, score: Number(score.toFixed(4)) })),
      }),
      tuning_cents: facts.tuningCents,
      rms_db: facts.rmsDecibels,
      peak_db: facts.peakDecibels,
      voiced: facts.voiced,
      segments: facts.segments,
      notes,
    },
    lines: [
      `${view.artist === null ? '' : `${view.artist}: `}${view.title ?? view.file}`,
      ...factPairs(view).map(([term, value]) => `${term}: ${value}`),
      ...(view.tags ? [`Tags by ${view.tags.model}: ${tagsText(view.tags)}`] : []),
      ...notes,
    ],
  };
}

const tagsText = ({ tags }: SongTags): string =>
  tags.map(({ tag, score }) => `${tag} ${score.toFixed(2)}`).join(', ');

/** Integrated loudness of the file's own channels at its own rate, in LUFS; null for silence and for less than 400 ms. */
async function loudnessOf(
  audio: string,
  options: { duration: number; damage: DamagePolicy },
): Promise<number | null> {
  const { info, blocks, sampleRate } = await streamAudio(audio, options);
  const meter = new LoudnessMeter(sampleRate, info.channels);
  for await (const block of blocks) meter.add(block);
  return meter.integrated();
}

/** Tags tracks: windows from worker threads, batches across tracks, one row a track. */

import type { TagRow } from '../row.js';
import type { Tagger } from './tagger.js';
import { WindowPool } from './window-pool.js';
import type { Windows } from './windows.js';

/** Windows that the model scores at once. */
const BATCH = 16;

/** How tracks are tagged. */
export interface TagOptions {
  /** Score from which a tag is one of a track's tops, by tag. */
  thresholds: Float32Array;
  /** Whether rows carry the mean embedding. */
  embedding: boolean;
  /** Told of each window's scores, track by track in order of time; for taggrams. */
  onWindow?: (path: string, start: number, scores: Float32Array) => void;
  /** Told of a track of which a part could not be decoded. */
  onPartial?: (path: string, errors: number) => void;
  /** Token ids of a track's lyrics; for models that read. */
  lyricsOf?: (path: string) => Promise<Int32Array>;
  /** Threads that decode. */
  threads?: number;
  /** Stops the work after the tracks whose windows are all scored. */
  signal?: AbortSignal;
}

/** A window that waits for the model. */
interface Waiting {
  track: number;
  start: number;
  windows: Windows;
  index: number;
}

/** A track that is not finished. */
interface Open {
  path: string;
  /** Sums over the windows scored so far. */
  scores: Float64Array;
  embedding: Float64Array | null;
  scored: number;
  waiting: number;
  end: { duration: number; errors: number } | null;
}

/** Names of the labels whose scores reach their thresholds, best first. */
export function topTags(labels: string[], scores: Float32Array, thresholds: Float32Array): string[] {
  return labels
    .map((label, i) => ({ label, score: scores[i], reached: scores[i] >= thresholds[i] }))
    .filter(({ reached }) => reached)
    .sort((a, b) => b.score - a.score)
    .map(({ label }) => label);
}

function failed(path: string, error: string): TagRow {
  return { path, duration: null, error, tops: [], scores: null, embedding: null };
}

/**
 * Tags tracks. A track's scores are the means over its windows; memory does not grow with a track's length or with the
 * number of tracks.
 *
 * @param tagger - the model
 * @param paths - the tracks
 * @param options - thresholds and what is wanted besides scores
 * @returns a row a track, in the order in which they are finished; a track that cannot be decoded is a row with an error
 */
export async function* tagTracks(
  tagger: Tagger,
  paths: Iterable<string> | AsyncIterable<string>,
  options: TagOptions,
): AsyncGenerator<TagRow, void> {
  const { labels, settings } = tagger;
  const { signal } = options;
  const names: string[] = [];
  const pool = new WindowPool(settings, options.threads);
  const open = new Map<number, Open>();
  const finished: TagRow[] = [];
  let waiting: Waiting[] = [];

  const lyrics = new Map<number, Int32Array>();
  const feed = async function* (): AsyncGenerator<string, void> {
    for await (const path of paths) {
      if (signal?.aborted) return;
      if (options.lyricsOf) lyrics.set(names.length, await options.lyricsOf(path));
      names.push(path);
      yield path;
    }
  };
  const openTrack = (track: number): Open => {
    const found = open.get(track) ?? {
      path: names[track],
      scores: new Float64Array(labels.length),
      embedding: null,
      scored: 0,
      waiting: 0,
      end: null,
    };
    open.set(track, found);
    return found;
  };
  const settle = (track: number): void => {
    const { path, end, waiting: left, scored, scores, embedding } = open.get(track)!;
    if (!end || left > 0) return;
    open.delete(track);
    lyrics.delete(track);
    const mean = (sums: Float64Array): Float32Array => Float32Array.from(sums, (sum) => sum / scored);
    const means = mean(scores);
    if (end.errors > 0) options.onPartial?.(path, end.errors);
    finished.push({
      path,
      duration: end.duration,
      error: null,
      tops: topTags(labels, means, options.thresholds),
      scores: means,
      embedding: embedding && mean(embedding),
    });
  };
  const gatherLyrics = (batch: Waiting[], width: number): Int32Array => {
    const ids = new Int32Array(batch.length * width);
    for (const [i, { track }] of batch.entries()) ids.set(lyrics.get(track) ?? [], i * width);
    return ids;
  };
  const score = (batch: Waiting[]): void => {
    const gather = (part: 'mel' | 'waveform', width: number): Float32Array => {
      const values = new Float32Array(batch.length * width);
      for (const [i, { windows, index }] of batch.entries())
        values.set(windows[part]!.subarray(index * width, (index + 1) * width), i * width);
      return values;
    };
    const { mel, waveform, windowFrames, hopLength, sampleRate } = settings;
    const output = tagger.predict({
      sampleRate,
      ...(mel && { mel: { values: gather('mel', windowFrames * mel.melBands), settings: mel } }),
      ...(waveform && { waveform: gather('waveform', windowFrames * hopLength) }),
      ...(settings.lyrics && { lyrics: gatherLyrics(batch, settings.lyrics.maxTokens) }),
    });
    const size = output.embedding ? output.embedding.length / output.windows : 0;
    for (const [i, { track, start }] of batch.entries()) {
      const entry = open.get(track);
      if (!entry) continue; // its file turned out to be unreadable after some windows
      const scores = output.scores.subarray(i * labels.length, (i + 1) * labels.length);
      for (let label = 0; label < labels.length; label++) entry.scores[label] += scores[label];
      if (options.embedding && output.embedding) {
        entry.embedding ??= new Float64Array(size);
        for (let k = 0; k < size; k++) entry.embedding[k] += output.embedding[i * size + k];
      }
      options.onWindow?.(entry.path, start, scores);
      entry.scored++;
      entry.waiting--;
      settle(track);
    }
  };

  try {
    for await (const event of pool.decode(feed())) {
      const { track } = event;
      if ('windows' in event) {
        const entry = openTrack(track);
        const { windows } = event;
        for (let index = 0; index < windows.count; index++)
          waiting.push({ track, start: windows.starts[index], windows, index });
        entry.waiting += windows.count;
        while (waiting.length >= BATCH) {
          score(waiting.slice(0, BATCH));
          waiting = waiting.slice(BATCH);
          yield* finished.splice(0);
        }
      } else if ('error' in event) {
        open.delete(track);
        lyrics.delete(track);
        waiting = waiting.filter((window) => window.track !== track);
        yield failed(names[track], event.error);
      } else {
        openTrack(track).end = event.end;
        settle(track);
        yield* finished.splice(0);
      }
    }
    if (waiting.length > 0) score(waiting);
    yield* finished.splice(0);
  } finally {
    await pool.close();
  }
}

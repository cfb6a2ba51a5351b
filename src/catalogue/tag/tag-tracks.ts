/** Tags tracks: windows from worker threads, batches across tracks, one row per track. */
import { loadedExtensions } from '../../base/extensions.js';
import type { Windows } from '../../inputs/cutter.js';
import type { InputsConfig } from '../../inputs/schema.js';
import { type WindowBatch, windowSize } from '../../inputs/window.js';
import type { Predictor } from '../../models/predictor.js';
import { WINDOW_BATCH, WindowMeans } from '../../models/window-means.js';
import type { TagRow } from '../row.js';
import { WindowPool } from './window-pool.js';

export interface TagOptions {
  /** Score from which a tag is one of a track's top tags, by tag. */
  thresholds: Float32Array;
  /** Whether rows carry the mean embedding. */
  embedding: boolean;
  /** Receives each window's scores, by track in order of time; for taggrams. */
  onWindow?: (path: string, start: number, scores: Float32Array) => void;
  /** Receives tracks of which a part could not be decoded. */
  onPartial?: (path: string, errors: number) => void;
  /** Token ids of a track's lyrics by text input; for models that take lyrics. */
  lyricsOf?: (path: string) => Promise<Record<string, Int32Array>>;
  /** Threads that decode; they are ended after the last row. Default: new ones. */
  pool?: WindowPool;
  /** Stops the work after the tracks whose windows are all scored. */
  signal?: AbortSignal;
}

interface QueuedWindow {
  track: number;
  start: number;
  windows: Windows;
  index: number;
}

interface TrackState {
  path: string;
  lyrics: Record<string, Int32Array>;
  /** Of the windows scored so far. */
  means: WindowMeans;
  queued: number;
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

/** Batches the windows of several tracks through the model. */
class TrackQueue {
  private readonly tracks = new Map<number, TrackState>();
  private queue: QueuedWindow[] = [];
  private readonly rows: TagRow[] = [];

  constructor(
    private readonly predictor: Predictor,
    private readonly options: TagOptions,
  ) {}

  open(track: number, path: string, lyrics: Record<string, Int32Array>): void {
    this.tracks.set(track, {
      path,
      lyrics,
      means: new WindowMeans(this.predictor.labels.length),
      queued: 0,
      end: null,
    });
  }

  /** Takes windows of a track and scores whole batches. */
  push(track: number, windows: Windows): void {
    for (let index = 0; index < windows.count; index++)
      this.queue.push({ track, start: windows.starts[index], windows, index });
    this.tracks.get(track)!.queued += windows.count;
    while (this.queue.length >= WINDOW_BATCH) this.score(this.queue.splice(0, WINDOW_BATCH));
  }

  end(track: number, end: NonNullable<TrackState['end']>): void {
    this.tracks.get(track)!.end = end;
    this.finishTrack(track);
  }

  /** Drops a track that cannot be decoded, perhaps after some windows. */
  fail(track: number, error: string): void {
    const { path } = this.tracks.get(track)!;
    this.tracks.delete(track);
    this.queue = this.queue.filter((window) => window.track !== track);
    // Node gives bytes of a name that are not UTF-8 as U+FFFD, and finds no such file.
    const why =
      path.includes('\ufffd') && error.includes('ENOENT')
        ? 'its name is not UTF-8; rename it, for example by convmv -r -f gb18030 -t utf-8 --notest'
        : error;
    this.rows.push({ path, duration: null, error: why, tops: [], scores: null, embedding: null });
  }

  flush(): void {
    if (this.queue.length > 0) this.score(this.queue.splice(0));
  }

  /** Rows of the tracks finished since the last call. */
  finished(): TagRow[] {
    return this.rows.splice(0);
  }

  private batchOf(windows: readonly QueuedWindow[]): WindowBatch {
    const values = this.predictor.inputs.list.map((input): [string, Float32Array | Int32Array] => {
      const size = windowSize(input);
      const isText = input.source === 'text';
      const all = new (isText ? Int32Array : Float32Array)(windows.length * size);
      for (const [i, { track, windows: own, index }] of windows.entries())
        all.set(
          isText
            ? this.tracks.get(track)!.lyrics[input.name]
            : own.values[input.name].subarray(index * size, (index + 1) * size),
          i * size,
        );
      return [input.name, all];
    });
    return { count: windows.length, values: Object.fromEntries(values) };
  }

  private score(windows: readonly QueuedWindow[]): void {
    const { predictor, options } = this;
    const { embedding, ...predicted } = predictor.predict(this.batchOf(windows));
    const wanted = { ...predicted, embedding: options.embedding ? embedding : null };
    for (const [i, { track, start }] of windows.entries()) {
      const state = this.tracks.get(track)!;
      const scores = state.means.add(wanted, i);
      options.onWindow?.(state.path, start, scores);
      state.queued--;
      this.finishTrack(track);
    }
  }

  private finishTrack(track: number): void {
    const { path, end, queued, means } = this.tracks.get(track)!;
    if (!end || queued > 0) return;
    this.tracks.delete(track);
    const { scores, embedding } = means.means();
    if (end.errors > 0) this.options.onPartial?.(path, end.errors);
    this.rows.push({
      path,
      duration: end.duration,
      error: null,
      tops: topTags(this.predictor.labels, scores, this.options.thresholds),
      scores,
      embedding,
    });
  }
}

/**
 * Tags tracks: one row per track, in the order in which they are finished; a track that cannot be decoded is a row with
 * an error. A track's scores are the means over its windows; memory does not grow with a track's length or with the
 * number of tracks, unless an input needs the whole recording. The threads bind the inputs' options of `config` again.
 */
export async function* tagTracks(
  predictor: Predictor,
  config: InputsConfig,
  paths: Iterable<string> | AsyncIterable<string>,
  options: TagOptions,
): AsyncGenerator<TagRow, void> {
  const { signal } = options;
  const audio = predictor.inputs.list.filter(({ source }) => source === 'audio').map(({ name }) => name);
  const cut = {
    inputs: config,
    names: audio,
    remainder: predictor.remainder,
    extensions: loadedExtensions(),
  };
  const { pool = new WindowPool() } = options;
  const tracks = new TrackQueue(predictor, options);
  const feed = async function* (): AsyncGenerator<string, void> {
    let track = 0;
    for await (const path of paths) {
      if (signal?.aborted) return;
      tracks.open(track++, path, (await options.lyricsOf?.(path)) ?? {});
      yield path;
    }
  };
  try {
    for await (const event of pool.decode(feed(), cut)) {
      if ('windows' in event) tracks.push(event.track, event.windows);
      else if ('error' in event) tracks.fail(event.track, event.error);
      else tracks.end(event.track, event.end);
      yield* tracks.finished();
    }
    tracks.flush();
    yield* tracks.finished();
  } finally {
    await pool.close();
  }
}

/** Tags tracks: windows from worker threads, batches across tracks, one row per track. */
import { loadedExtensions } from '../../base/extensions.js';
import { countText } from '../../base/format.js';
import type { Windows } from '../../inputs/cutter.js';
import type { InputsConfig } from '../../inputs/schema.js';
import { leastSeconds, padText, type WindowBatch, windowSize } from '../../inputs/window.js';
import type { Predictor } from '../../models/predictor.js';
import { WINDOW_BATCH, WindowMeans } from '../../models/window-means.js';
import { type TagRow, UNKNOWN_PROPERTIES } from '../row.js';
import { type TopTags, topTags } from './top-tags.js';
import { type FileStamp, type ReadStamp, stampOf } from './track-stamp.js';
import { WindowPool } from './window-pool.js';
import type { RecordingEnd } from './window-worker.js';

/** Seconds by which a recording may be shorter than a window and count as whole. */
export const LENGTH_TOLERANCE = 0.05;

export interface TagOptions {
  tops: TopTags;
  /** Whether rows carry the mean embedding. */
  embedding: boolean;
  /** Receives each window's scores, by track in order of time; for taggrams. */
  onWindow?: (path: string, start: number, scores: Float32Array) => void;
  /** Token ids of a track's lyrics by text input; for models that take lyrics. */
  lyricsOf?: (path: string) => Promise<Record<string, Int32Array>>;
  /** State of a track and of its lyrics, for its row. Default: of its file alone. */
  readStamp?: ReadStamp;
  /** Threads that decode; they are ended after the last row. Default: new ones. */
  pool?: WindowPool;
  /** Stops the work after the tracks whose windows are all scored. */
  signal?: AbortSignal;
}

interface QueuedWindow {
  start: number;
  windows: Windows;
  index: number;
}

interface OpenTrack {
  path: string;
  stamp: FileStamp;
  lyrics: Record<string, Int32Array>;
}

interface TrackState extends OpenTrack {
  /** Of the windows scored so far. */
  means: WindowMeans;
  queue: QueuedWindow[];
}

/** Batches the windows of each track through the model. */
class TrackQueue {
  private readonly tracks = new Map<number, TrackState>();
  private readonly rows: TagRow[] = [];
  /** Seconds of a window that is whole. */
  private readonly windowSeconds: number;

  constructor(
    private readonly predictor: Predictor,
    private readonly options: TagOptions,
  ) {
    this.windowSeconds = leastSeconds(predictor.inputs);
  }

  open(track: number, { path, stamp, lyrics }: OpenTrack): void {
    const means = new WindowMeans(this.predictor.labels.length);
    this.tracks.set(track, { path, stamp, lyrics, means, queue: [] });
  }

  /**
   * Takes windows of a track and scores whole batches. No batch holds windows of two tracks: in which batch a window is
   * scored moves its last digits, and so a track's scores do not depend on the tracks beside it.
   */
  push(track: number, windows: Windows): void {
    const state = this.tracks.get(track)!;
    for (let index = 0; index < windows.count; index++)
      state.queue.push({ start: windows.starts[index], windows, index });
    while (state.queue.length >= WINDOW_BATCH) this.score(state, state.queue.splice(0, WINDOW_BATCH));
  }

  /** Finishes a track. */
  end(track: number, { duration, errors, missing, isSilent, ...names }: RecordingEnd): void {
    const state = this.tracks.get(track)!;
    this.tracks.delete(track);
    if (state.queue.length > 0) this.score(state, state.queue.splice(0));
    const { scores, embedding } = state.means.means();
    const warnings = [
      ...(errors > 0
        ? [
            `damaged: ${countText(errors, 'part')} could not be decoded${missing ? ` (at least ${missing.toPrecision(2)} s)` : ''}, and the rest was tagged`,
          ]
        : []),
      ...(duration < this.windowSeconds - LENGTH_TOLERANCE
        ? [
            `shorter than the ${this.windowSeconds.toFixed(1)} s that the model takes at once, ${padText(this.predictor.inputs.grid)}`,
          ]
        : []),
      ...(isSilent ? ['digital silence'] : []),
    ];
    this.rows.push({
      path: state.path,
      duration,
      error: null,
      warning: warnings.join('; ') || null,
      ...names,
      ...state.stamp,
      tops: topTags(this.predictor.labels, scores, this.options.tops),
      scores,
      embedding,
    });
  }

  /** Drops a track that cannot be decoded, perhaps after some windows. */
  fail(track: number, error: string): void {
    const { path, stamp } = this.tracks.get(track)!;
    this.tracks.delete(track);
    // Node gives bytes of a name that are not UTF-8 as U+FFFD, and finds no such file.
    const why =
      path.includes('\ufffd') && error.startsWith('There is no file')
        ? 'its name is not UTF-8; rename it, for example by convmv -r -f gb18030 -t utf-8 --notest'
        : error;
    const properties = { ...UNKNOWN_PROPERTIES, error: why, ...stamp };
    this.rows.push({ path, ...properties, tops: [], scores: null, embedding: null });
  }

  /** Rows of the tracks finished since the last call. */
  finished(): TagRow[] {
    return this.rows.splice(0);
  }

  private batchOf(windows: readonly QueuedWindow[], lyrics: Record<string, Int32Array>): WindowBatch {
    const values = this.predictor.inputs.list.map((input): [string, Float32Array | Int32Array] => {
      const size = windowSize(input);
      const isText = input.source === 'text';
      const all = new (isText ? Int32Array : Float32Array)(windows.length * size);
      for (const [i, { windows: own, index }] of windows.entries())
        all.set(
          isText ? lyrics[input.name] : own.values[input.name].subarray(index * size, (index + 1) * size),
          i * size,
        );
      return [input.name, all];
    });
    return { count: windows.length, values: Object.fromEntries(values) };
  }

  private score({ path, lyrics, means }: TrackState, windows: readonly QueuedWindow[]): void {
    const { predictor, options } = this;
    const { embedding, ...predicted } = predictor.predict(this.batchOf(windows, lyrics));
    const wanted = { ...predicted, embedding: options.embedding ? embedding : null };
    for (const [i, { start }] of windows.entries()) {
      const scores = means.add(wanted, i);
      options.onWindow?.(path, start, scores);
    }
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
  const { pool = new WindowPool(), readStamp = stampOf } = options;
  const tracks = new TrackQueue(predictor, options);
  const feed = async function* (): AsyncGenerator<string, void> {
    let track = 0;
    for await (const path of paths) {
      if (signal?.aborted) return;
      const stamp = await readStamp(path);
      tracks.open(track++, { path, stamp, lyrics: (await options.lyricsOf?.(path)) ?? {} });
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
  } finally {
    await pool.close();
  }
}

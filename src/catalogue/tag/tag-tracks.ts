/** Tags tracks: windows from worker threads, or what these predict of them; one row per track. */
import { loadedExtensions } from '../../base/extensions.js';
import { countText } from '../../base/format.js';
import type { Windows } from '../../inputs/cutter.js';
import type { InputsConfig } from '../../inputs/schema.js';
import { leastSeconds, padText } from '../../inputs/window.js';
import type { Prediction, Predictor } from '../../models/predictor.js';
import { WindowMeans } from '../../models/window-means.js';
import { type TagRow, UNKNOWN_PROPERTIES } from '../row.js';
import type { ThreadModel } from './thread-predictor.js';
import { type TopTags, topTags } from './top-tags.js';
import { type FileStamp, type ReadStamp, stampOf } from './track-stamp.js';
import { WindowPool } from './window-pool.js';
import { type LyricsTokens, WindowScorer } from './window-scorer.js';
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
  lyricsOf?: (path: string) => Promise<LyricsTokens>;
  /** State of a track and of its lyrics, for its row. Default: of its file alone. */
  readStamp?: ReadStamp;
  /** Threads that decode; they are ended after the last row. Default: new ones. */
  pool?: WindowPool;
  /** The predictor's model, of which each thread opens a copy that predicts what it decodes. Default: none. */
  model?: ThreadModel | null;
  /** Stops the work after the tracks whose windows are all scored. */
  signal?: AbortSignal;
}

interface OpenTrack {
  path: string;
  stamp: FileStamp;
  lyrics: LyricsTokens;
}

interface TrackState extends OpenTrack {
  /** Of the windows scored so far. */
  means: WindowMeans;
  scorer: WindowScorer;
}

/** The tracks whose windows are being scored. */
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

  open(track: number, opened: OpenTrack): void {
    const means = new WindowMeans(this.predictor.labels.length);
    const scorer = new WindowScorer(this.predictor, opened.lyrics, (prediction, starts) =>
      this.add(track, prediction, starts),
    );
    this.tracks.set(track, { ...opened, means, scorer });
  }

  /** Token ids of a track's lyrics. */
  lyricsOf(track: number): LyricsTokens {
    return this.tracks.get(track)!.lyrics;
  }

  /** Scores windows of a track. */
  push(track: number, windows: Windows): void {
    this.tracks.get(track)!.scorer.push(windows);
  }

  /** Takes the scores of windows of a track. */
  add(track: number, { embedding, ...predicted }: Prediction, starts: readonly number[]): void {
    const { path, means } = this.tracks.get(track)!;
    const wanted = { ...predicted, embedding: this.options.embedding ? embedding : null };
    for (const [i, start] of starts.entries()) {
      const scores = means.add(wanted, i);
      this.options.onWindow?.(path, start, scores);
    }
  }

  /** Finishes a track. */
  end(track: number, { duration, errors, missing, isSilent, ...names }: RecordingEnd): void {
    const state = this.tracks.get(track)!;
    state.scorer.finish();
    this.tracks.delete(track);
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
    model: options.model ?? null,
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
    for await (const event of pool.decode(feed(), cut, (track) => tracks.lyricsOf(track))) {
      if ('windows' in event) tracks.push(event.track, event.windows);
      else if ('scored' in event) tracks.add(event.track, event.scored, event.starts);
      else if ('error' in event) tracks.fail(event.track, event.error);
      else tracks.end(event.track, event.end);
      yield* tracks.finished();
    }
  } finally {
    await pool.close();
  }
}

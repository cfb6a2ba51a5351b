/** Tags tracks into tables: loads the model once, continues where an earlier call stopped. */
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { findFfmpeg } from '../../audio/ffmpeg.js';
import { decoderVersions } from '../../audio/formats/index.js';
import { findNativeDecoder } from '../../audio/native/libsndfile.js';
import { Interrupted, UsageError } from '../../base/errors.js';
import { exists, makeFolder } from '../../base/files.js';
import { countText } from '../../base/format.js';
import { withLockOrRefuse } from '../../base/lock.js';
import { type Progress, silentProgress } from '../../base/progress.js';
import { currentEngine, loadEngine } from '../../engine/engine.js';
import { weightsSha256 } from '../../hub/model-files.js';
import { openPredictors } from '../../hub/model-folder.js';
import { findModels } from '../../hub/store.js';
import type { Predictor } from '../../models/predictor.js';
import type { TextEncoding } from '../../text/encodings.js';
import type { TableHeader, TagRow } from '../row.js';
import { tableFormatOf, writeTable } from '../tables/index.js';
import { Journal } from './journal.js';
import { keepRows, spelled, spellingOf, stillToTag } from './kept-rows.js';
import { type LyricsReader, openLyrics, openModelEncoders } from './lyrics.js';
import { tagTracks } from './tag-tracks.js';
import { TaggramWriter } from './taggram.js';
import { modelForThreads, type ThreadModel } from './thread-predictor.js';
import { notTags, type TopTags, topTagsOf } from './top-tags.js';
import { type FileStamp, stampOf } from './track-stamp.js';
import { WindowPool } from './window-pool.js';
import { type TagTarget, writeAllTags } from './write-tags.js';

export interface TaggingOptions {
  /** Name of a model, or folder of a run. */
  model: string;
  embedding: boolean;
  /** Folder of lyrics, for models that take them. */
  lyrics: string | null;
  /** Of the lyrics; null: found out. Default: null. */
  encoding?: TextEncoding | null;
  /** Folder for one taggram per track; null for none. */
  taggrams: string | null;
  /** Score from which a tag is a top tag; null for the model's own, and the best one where none reaches it. */
  threshold: number | null;
  /**
   * Top tags of every track, whatever their scores, all where the model has fewer; null for those that reach the
   * threshold. Default: null.
   */
  top?: number | null;
  /** Receives sentences on fallbacks and damaged tracks. */
  log: (line: string) => void;
}

export interface TableOptions {
  tracks: string[];
  /** The table; its ending is its format. */
  out: string;
  /** Whether an existing table is replaced; else it is an error. */
  overwrite?: boolean;
  /** Whether the rows of an existing table are kept whose tracks have not changed. Default: false. */
  update?: boolean;
  /** Folder that the paths in the table are relative to. Default: as the tracks are named. */
  relativeTo?: string;
  /** Files that get the top tags as metadata; null for none. */
  writeTags?: TagTarget | null;
  signal?: AbortSignal;
  /** Starts a progress report over this many tracks. */
  progress?: (tracks: number) => Progress;
}

export interface TableResult {
  rows: number;
  /** Tracks whose row is an error. */
  failed: number;
  /** Tracks with a warning: damaged in part, shorter than a window, silence. */
  warned: number;
  /** Files that got their top tags as metadata. */
  written: number;
  /** Of this call: tracks, seconds of audio, seconds that it took. */
  tagged: { tracks: number; audio: number; seconds: number };
}

/** A model that makes tables; dispose of it at the end. */
export class CatalogueTagger {
  private constructor(
    private readonly predictor: Predictor,
    /** The model where the threads have copies of it. */
    private readonly model: ThreadModel | null,
    private readonly options: TaggingOptions,
    private readonly tops: TopTags,
    private readonly lyrics: LyricsReader | null,
    readonly header: TableHeader,
    /** Threads that were started while the model was loaded; null once they are used. */
    private pool: WindowPool | null,
  ) {}

  /**
   * Loads the model. Throws a UsageError for an unknown model, one without an audio input or embedding, or a missing
   * folder.
   *
   * @param tracks - that are tagged next: fewer than processors need fewer threads, whose start holds the first result up.
   *   Default: many
   */
  static async open(options: TaggingOptions, tracks?: number): Promise<CatalogueTagger> {
    const folders = await findModels(options.model);
    // The threads import what they need while this one loads the engine and the model.
    const pool = new WindowPool(tracks);
    try {
      return await CatalogueTagger.load(folders, options, pool, tracks);
    } catch (error) {
      await pool.close();
      throw error;
    }
  }

  private static async load(
    folders: readonly string[],
    options: TaggingOptions,
    pool: WindowPool,
    tracks = Infinity,
  ): Promise<CatalogueTagger> {
    const [engine, ffmpeg] = await Promise.all([loadEngine(), findFfmpeg()]);
    const predictor = await openPredictors(folders);
    try {
      const { labels, settings, description, inputs } = predictor;
      if (inputs.list.every(({ source }) => source === 'text'))
        throw new UsageError(`The model ${description.name} takes lyrics only and cannot tag recordings.`);
      const { tops, record } = topTagsOf(description, labels, options);
      const lyrics = await openLyrics(options.lyrics, await openModelEncoders(predictor), options.encoding);
      if (lyrics?.note) options.log(lyrics.note);
      const embedding = options.embedding ? predictor.embedding : null;
      if (options.embedding && embedding === null)
        throw new UsageError(
          `--embedding: the model ${description.name} has no embedding; remove the option.`,
        );
      const header: TableHeader = {
        model: description.name,
        labels,
        embedding,
        record: {
          weights_sha256: await weightsSha256(folders),
          settings: JSON.stringify(settings),
          ...record,
          engine: `${engine.name} ${engine.version}`,
          ...(predictor.engine && { graph_engine: predictor.engine }),
          decoders: decoderVersions(findNativeDecoder().decoder),
          ...(ffmpeg && { ffmpeg: ffmpeg.version }),
        },
      };
      // For a few tracks, the copies would take longer to open than they save.
      const isMany = tracks > availableParallelism();
      const model = isMany ? modelForThreads(folders, engine, predictor) : null;
      return new CatalogueTagger(predictor, model, options, tops, lyrics, header, pool);
    } catch (error) {
      predictor.dispose();
      throw error;
    }
  }

  /**
   * Tags tracks into a table. Every finished track is written at once to a journal beside the table, from which the
   * next call resumes after an interruption; the table is written whole at the end, in the order of the tracks.
   *
   * @throws UsageError for a table that exists, or that another process writes, or another model's journal; Interrupted
   *   when stopped; Failure when the disk is full
   */
  async makeTable(options: TableOptions): Promise<TableResult> {
    const { out } = options;
    await requireTable(out, (options.overwrite ?? false) || (options.update ?? false));
    await makeFolder(dirname(out));
    return withLockOrRefuse(`${out}.lock`, out, () => this.makeTableAlone(options));
  }

  private async makeTableAlone(options: TableOptions): Promise<TableResult> {
    const { out, tracks, signal } = options;
    this.requireTags('--write-tags and --in-place', options.writeTags ?? null);
    const { log } = this.options;
    const journalPath = `${out}.journal`;
    if (options.overwrite) await rm(journalPath, { force: true });
    const journal = await Journal.open(journalPath, this.header);
    try {
      if (journal.damaged > 0)
        log(`${journal.damaged} rows of ${journalPath} are damaged; their tracks are tagged again.`);
      const spell = spellingOf(options.relativeTo);
      const { readStamp } = this;
      const kept = options.update
        ? await keepRows({
            ...{ journal, header: this.header, table: out, readStamp, log },
            named: new Map(tracks.map((path) => [spell(path), path])),
          })
        : new Set<string>();
      const { left, changed } = await stillToTag(journal, tracks, readStamp);
      if (changed > 0)
        log(`Tagging ${countText(changed, 'track')} again, whose file has changed since it was tagged.`);
      if (left.length < tracks.length)
        log(
          `${tracks.length - left.length} of ${countText(tracks.length, 'track')} done; continuing with the others.`,
        );
      // Of a few tracks, nobody would notice.
      const { kernels } = currentEngine();
      if (kernels && !this.predictor.engine && left.length > availableParallelism()) log(kernels);
      const progress = options.progress?.(left.length) ?? silentProgress;
      const tagged = await this.tagInto(journal, left, progress, signal).finally(() => progress.stop());
      if (signal?.aborted) {
        throw new Interrupted(
          `Stopped after ${journal.rows} of ${tracks.length} tracks; they are kept, and the same command continues from there.`,
        );
      }
      const silent = this.lyrics?.missing() ?? 0;
      if (silent > 0) log(`${countText(silent, 'track')} without lyrics, tagged from audio only.`);
      this.lyrics?.notes().forEach(log);
      // Before the table, which holds the state of the files: tags in place change it.
      const untagged = options.writeTags === 'in-place' ? tracks.filter((track) => !kept.has(track)) : tracks;
      const written = options.writeTags
        ? await writeAllTags(journal, untagged, options.writeTags, readStamp, log)
        : 0;
      const { rows, failed, warned } = await writeTable(
        out,
        this.header,
        spelled(journal.read(tracks), spell),
      );
      await journal.remove();
      return { rows, failed, warned, written, tagged };
    } catch (error) {
      await (journal.rows > 0 ? journal.close() : journal.remove());
      throw error;
    }
  }

  /**
   * Tags tracks without a table: one row per track, in the order in which they are finished.
   */
  async *rows(
    tracks: Iterable<string> | AsyncIterable<string>,
    signal?: AbortSignal,
  ): AsyncGenerator<TagRow, void> {
    const { predictor, lyrics } = this;
    const { embedding, taggrams: folder } = this.options;
    const { labels, settings, description } = predictor;
    const taggrams =
      folder === null ? null : new TaggramWriter(folder, { name: description.name, labels, settings });
    const { pool } = this;
    this.pool = null;
    const rows = tagTracks(predictor, description.inputs, tracks, {
      ...(pool && { pool }),
      model: this.model,
      tops: this.tops,
      embedding,
      ...(taggrams && { onWindow: (path, start, scores) => taggrams.add(path, start, scores) }),
      ...(lyrics && { lyricsOf: (path) => lyrics.read(path) }),
      readStamp: this.readStamp,
      signal,
    });
    for await (const row of rows) {
      if (row.error === null) await taggrams?.finish(row.path);
      else taggrams?.drop(row.path);
      yield row;
    }
  }

  private readonly readStamp = async (track: string): Promise<FileStamp> =>
    stampOf(track, (await this.lyrics?.fileOf(track)) ?? null);

  /** Throws a UsageError for an option that only a model of tags has; null for an option that is not given. */
  requireTags(option: string, value: unknown): void {
    const { name, task } = this.predictor.description;
    if (value !== null && task === 'regression') throw notTags(option, name, this.predictor.labels);
  }

  async dispose(): Promise<void> {
    await this.pool?.close();
    this.predictor.dispose();
  }

  private async tagInto(
    journal: Journal,
    tracks: string[],
    progress: Progress,
    signal?: AbortSignal,
  ): Promise<TableResult['tagged']> {
    const { log } = this.options;
    const begin = performance.now();
    const tagged = { tracks: 0, audio: 0, seconds: 0 };
    for await (const row of this.rows(tracks, signal)) {
      if (row.error !== null) log(row.error);
      if (row.warning !== null) log(`${row.path}: ${row.warning}.`);
      await journal.add(row);
      tagged.tracks++;
      tagged.audio += row.duration ?? 0;
      tagged.seconds = (performance.now() - begin) / 1000;
      progress.update(tagged.tracks, `${(tagged.audio / tagged.seconds).toFixed(0)} times real time`);
    }
    return tagged;
  }
}

/** Throws a UsageError for a table name with an unknown ending, or one that exists and is not to be overwritten. */
export async function requireTable(out: string, overwrite: boolean): Promise<void> {
  tableFormatOf(out);
  if (!overwrite && (await exists(out)))
    throw new UsageError(
      `${out} exists already; give --update to bring it up to date, --overwrite to replace it, or another --out.`,
    );
}

/** An error for an option about tags that is given with a model of numbers. */

/** Tags a catalogue into one table: loads the model once, goes on where an earlier call stopped. */
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DECODER_VERSIONS } from '../../audio/decode.js';
import { Interrupted, messageOf, WrongUse } from '../../base/errors.js';
import { exists } from '../../base/files.js';
import { type Progress, silentProgress } from '../../base/progress.js';
import { hashFile } from '../../data/store/shard.js';
import { loadEngine } from '../../engine/engine.js';
import { MODEL_FILES } from '../../training/stored-model.js';
import { findModel } from '../models/store.js';
import { loadTagger, type Tagger } from '../models/tagger.js';
import type { TableHeader } from '../row.js';
import { tableFormatOf, writeTable } from '../tables/index.js';
import { Journal } from './journal.js';
import { openLyrics } from './lyrics.js';
import { tagTracks } from './tag-tracks.js';
import { TaggramWriter } from './taggram.js';
import { thresholdsFor } from './thresholds.js';
import { copyPaths, type TagTarget, writeTags } from './write-tags.js';

/** What is to be tagged, by what, into what. */
export interface CatalogueOptions {
  /** Name of a model, or folder of a run. */
  model: string;
  tracks: string[];
  /** The table; its ending is its format. */
  out: string;
  /** What becomes of a table that is there: it is an error, it is made anew, or its rows stay and others are added. */
  existing: 'refuse' | 'overwrite';
  embedding: boolean;
  /** Folder of lyrics, for models that read. */
  lyrics: string | null;
  /** Folder for a taggram a track, or none. */
  taggrams: string | null;
  /** Where the top tags are written into files' metadata, or nowhere. */
  writeTags: TagTarget | null;
  /** Score from which a tag is a top tag; null for the model's own. */
  threshold: number | null;
  signal?: AbortSignal;
  /** Told of fallbacks and of tracks that are damaged, in sentences. */
  log: (line: string) => void;
  /** Starts a progress report over so many tracks. */
  progress?: (tracks: number) => Progress;
}

/** What became of a catalogue. */
export interface CatalogueResult {
  header: TableHeader;
  rows: number;
  /** Tracks whose row is an error. */
  failed: number;
  /** Tracks of this call of which a part could not be decoded. */
  partial: number;
  /** Files that got their top tags as metadata. */
  written: number;
  /** Of this call: tracks, seconds of audio, seconds that it took. */
  tagged: { tracks: number; audio: number; seconds: number };
}

/** Name of the journal of a table. */
function journalPath(out: string): string {
  return `${out}.journal`;
}

/** Length of a model's embeddings, as a silent window shows it; null where it has none. */
function embeddingSize(tagger: Tagger): number | null {
  const { mel, waveform, lyrics, windowFrames, hopLength, sampleRate } = tagger.settings;
  const { embedding } = tagger.predict({
    sampleRate,
    ...(mel && { mel: { values: new Float32Array(windowFrames * mel.melBands), settings: mel } }),
    ...(waveform && { waveform: new Float32Array(windowFrames * hopLength) }),
    ...(lyrics && { lyrics: new Int32Array(lyrics.maxTokens) }),
  });
  return embedding?.length ?? null;
}

async function headerOf(
  tagger: Tagger,
  { model, embedding }: CatalogueOptions,
  thresholds: string,
): Promise<TableHeader> {
  const engine = await loadEngine();
  const { name } = tagger.description;
  const size = embedding ? embeddingSize(tagger) : null;
  if (embedding && size === null) {
    throw new WrongUse(`--embedding: the model ${name} has no embedding; leave the option out.`);
  }
  return {
    model: name,
    labels: tagger.labels,
    embedding: size,
    record: {
      weights_sha256: await hashFile(join(await findModel(model), MODEL_FILES.weights)),
      settings: JSON.stringify(tagger.settings),
      thresholds,
      engine: `${engine.name} ${engine.version}`,
      decoders: DECODER_VERSIONS,
    },
  };
}

/**
 * Tags tracks into a table. Every finished track is kept at once in a journal beside the table, so that a call that was
 * stopped or killed is gone on with by the next; the table is written whole at the end.
 *
 * @param options - tracks, model, table
 * @returns counts
 * @throws WrongUse for an unknown model, a table that is there, another model's journal; Interrupted when stopped;
 *   Failure when the disk is full
 */
export async function tagCatalogue(options: CatalogueOptions): Promise<CatalogueResult> {
  const { out, tracks, log, signal } = options;
  tableFormatOf(out); // refuses a name without a known ending before any work is done
  if (options.existing === 'refuse' && (await exists(out)))
    throw new WrongUse(`${out} is there already; give --overwrite to replace it, or another --out.`);
  const tagger = await loadTagger(options.model);
  try {
    const { labels, settings, description } = tagger;
    if (!settings.mel && !settings.waveform)
      throw new WrongUse(`The model ${description.name} reads lyrics alone and cannot tag recordings.`);
    const thresholds = thresholdsFor(labels.length, description.thresholds, options.threshold);
    const lyrics = await openLyrics(options.lyrics, description);
    if (lyrics?.note) log(lyrics.note);
    const header = await headerOf(tagger, options, thresholds.source);
    await mkdir(dirname(out), { recursive: true });
    if (options.existing === 'overwrite') await rm(journalPath(out), { force: true });
    const journal = await Journal.open(journalPath(out), header);
    try {
      const left = tracks.filter((path) => !journal.has(path));
      if (left.length < tracks.length)
        log(`${tracks.length - left.length} of ${tracks.length} tracks are done; going on with the others.`);
      const taggrams =
        options.taggrams === null
          ? null
          : new TaggramWriter(options.taggrams, { name: description.name, labels, settings });
      const progress = options.progress?.(left.length) ?? silentProgress;
      const begin = performance.now();
      const tagged = { tracks: 0, audio: 0, seconds: 0 };
      let partial = 0;
      try {
        const rows = tagTracks(tagger, left, {
          thresholds: thresholds.values,
          embedding: options.embedding,
          ...(taggrams && { onWindow: (path, start, scores) => taggrams.add(path, start, scores) }),
          onPartial: (path, errors) => {
            partial++;
            log(`${path} is damaged: ${errors} of its parts could not be decoded, and the rest was tagged.`);
          },
          ...(lyrics && { lyricsOf: (path) => lyrics.read(path) }),
          signal,
        });
        for await (const row of rows) {
          if (row.error === null) await taggrams?.finish(row.path);
          else {
            taggrams?.drop(row.path);
            log(row.error);
          }
          await journal.add(row);
          tagged.tracks++;
          tagged.audio += row.duration ?? 0;
          tagged.seconds = (performance.now() - begin) / 1000;
          progress.update(tagged.tracks, `${(tagged.audio / tagged.seconds).toFixed(0)} times real time`);
        }
      } finally {
        progress.stop();
      }
      if (signal?.aborted) {
        throw new Interrupted(
          `Stopped after ${journal.rows} of ${tracks.length} tracks; they are kept, and the same command goes on from there.`,
        );
      }
      if (lyrics && lyrics.missing() > 0)
        log(`${lyrics.missing()} of ${left.length} tracks have no lyrics; the model heard them alone.`);
      const { rows, failed } = await writeTable(out, header, journal.read(tracks));
      const written = options.writeTags ? await writeAllTags(journal, tracks, options.writeTags, log) : 0;
      await journal.remove();
      return { header, rows, failed, partial, written, tagged };
    } finally {
      await journal.close();
    }
  } finally {
    tagger.dispose();
  }
}

/** Writes the metadata of all tracks that were tagged; a file that cannot be written is reported. */
async function writeAllTags(
  journal: Journal,
  tracks: string[],
  target: TagTarget,
  log: (line: string) => void,
): Promise<number> {
  const targets = target === 'in-place' ? null : copyPaths(tracks, target.copies);
  let written = 0;
  for await (const { path, error, tops } of journal.read(tracks)) {
    if (error !== null) continue;
    try {
      await writeTags(path, tops, targets?.get(path) ?? path);
      written++;
    } catch (failure) {
      log(messageOf(failure));
    }
  }
  return written;
}

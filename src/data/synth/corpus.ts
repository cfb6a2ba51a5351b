/** Writes a synthetic corpus in the layout of MagnaTagATune. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startMp3Encoder } from '../../audio/encode/mp3.js';
import { explainWriteError, makeFolder, replaceWhole, writeWhole } from '../../base/files.js';
import { type Progress, silentProgress } from '../../base/progress.js';
import { LYRICS_FOLDER } from '../../inputs/lyrics.js';
import type { Split } from '../dataset.js';
import { writeLyrics } from './lyrics/lyrics.js';
import { checkTarget, checkWhole, markText, SYNTHETIC_MARK } from './mark.js';
import type { ClipPlan } from './plan/clip-plan.js';
import { FOLDERS, splitOf } from './plan/folders.js';
import { planCorpus } from './plan/plan.js';
import { SYNTHETIC_TAGS, tagRules } from './plan/tags.js';
import { SAMPLE_RATE } from './sound/portable.js';
import { renderClip } from './sound/render.js';
import { annotationsTable, audioPath, clipInfoTable, labelsTable } from './tables.js';
import { writeMissingClips } from './write-clips.js';

/** MagnaTagATune's own form. */
const MP3_SETTINGS = { sampleRate: SAMPLE_RATE, bitRate: 32 };

export interface SynthOptions {
  /** Folder to write to: empty, absent, or holding (a part of) the very same corpus. */
  out: string;
  /** Number of clips, 16 to 100,000. */
  clips: number;
  /** Length of a clip in whole seconds, 2 to 60. */
  seconds: number;
  /** The same seed gives the same bytes. */
  seed: number;
  /** Receives the clips done; stopped at the end, also after a failure. */
  progress?: Progress;
  /** Stops after a clip; the same call goes on from there. */
  signal?: AbortSignal;
}

export interface SynthSummary {
  out: string;
  clips: number;
  seconds: number;
  seed: number;
  songs: number;
  albums: number;
  artists: number;
  /** Artists that appear in more than one split. */
  crossingArtists: number;
  splits: Record<Split, number>;
  tags: { tag: string; count: number }[];
  lyrics: { en: number; zh: number; none: number };
  /** Audio files made now, and by earlier, interrupted calls. */
  rendered: number;
  kept: number;
}

/** Changes whenever the same options would give other bytes. */
const VERSION = 1;

function summarize(options: SynthOptions, plan: readonly ClipPlan[], rendered: number): SynthSummary {
  const { out, clips, seconds, seed } = options;
  const splits: Record<Split, number> = { train: 0, validation: 0, test: 0 };
  const lyrics = { en: 0, zh: 0, none: 0 };
  const splitsOfArtist = new Map<string, Set<Split>>();
  for (const { folder, song } of plan) {
    const split = splitOf(folder);
    splits[split]++;
    lyrics[song.language ?? 'none']++;
    const seen = splitsOfArtist.get(song.artist.name) ?? new Set();
    splitsOfArtist.set(song.artist.name, seen.add(split));
  }
  return {
    out,
    clips,
    seconds,
    seed,
    songs: new Set(plan.map((clip) => clip.song)).size,
    albums: new Set(plan.map((clip) => clip.song.album)).size,
    artists: splitsOfArtist.size,
    crossingArtists: [...splitsOfArtist.values()].filter((seen) => seen.size > 1).length,
    splits,
    tags: SYNTHETIC_TAGS.map((tag) => ({ tag, count: plan.filter(tagRules[tag]).length })),
    lyrics,
    rendered,
    kept: clips - rendered,
  };
}

/**
 * Makes a synthetic corpus in MagnaTagATune's layout: folders `0` to `f` with MP3 files, `annotations_final.csv`,
 * `clip_info_final.csv`, and beside them `lyrics/<clip_id>.txt`, `labels.csv` and `SYNTHETIC.json`. The tags are true
 * of the sound. `quadrant` is energy (tempo, loudness, drums) by stress, which is in the words and a little in the
 * mode: neither sound nor words alone determine it. Called again after an interruption it makes what is missing; the
 * tables come last, so that an unfinished corpus is not mistaken for a whole one. One clip at a time is in memory.
 *
 * @throws UsageError for sizes out of range, or a folder that holds something else
 * @throws Failure when the disk is full or the folder cannot be written
 */
export async function generateCorpus(options: SynthOptions): Promise<SynthSummary> {
  const { progress = silentProgress } = options;
  try {
    return await writeCorpus(options, progress);
  } finally {
    progress.stop();
  }
}

async function writeCorpus(options: SynthOptions, progress: Progress): Promise<SynthSummary> {
  const { out, clips, seconds, seed, signal } = options;
  checkWhole('clips', clips, 16, 100_000);
  checkWhole('seconds', seconds, 2, 60);
  checkWhole('seed', seed, 0, Number.MAX_SAFE_INTEGER);
  const mark = markText({ version: VERSION, seed, clips, seconds });
  await checkTarget(out, mark);
  try {
    for (const folder of [...FOLDERS, LYRICS_FOLDER]) await makeFolder(join(out, folder));
  } catch (error) {
    throw explainWriteError(out, error);
  }
  await writeWhole(join(out, SYNTHETIC_MARK), mark);
  const plan = planCorpus(clips, seconds, seed);
  const encode = await startMp3Encoder();
  const rendered = await writeMissingClips(plan, {
    pathOf: (clip) => join(out, audioPath(clip, seconds)),
    render: (clip) => encode([renderClip(clip, seconds, seed)], MP3_SETTINGS),
    async writeBeside(clip) {
      const words = writeLyrics(clip, seed);
      if (words === null) return;
      const path = join(out, LYRICS_FOLDER, `${clip.id}.txt`);
      await replaceWhole(path, (temporary) => writeFile(temporary, words));
    },
    ...{ noun: 'clip', progress, signal },
  });
  await writeWhole(join(out, 'annotations_final.csv'), annotationsTable(plan, seconds));
  await writeWhole(join(out, 'clip_info_final.csv'), clipInfoTable(plan, seconds));
  await writeWhole(join(out, 'labels.csv'), labelsTable(plan));
  return summarize(options, plan, rendered);
}

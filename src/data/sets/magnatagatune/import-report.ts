/** The report on a MagnaTagATune folder. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { alignColumns } from '../../../base/text-tables.js';
import { LYRICS_FOLDER } from '../../../inputs/lyrics.js';
import { lyricsFileOf } from '../../../text/files/read-lyrics.js';
import type { ImportSummary } from '../../data-set.js';
import { SPLITS, type Split } from '../../dataset.js';
import type { SkippedRow } from '../../table.js';
import { artistDisjointSplit, officialSplit, splitHash } from './splits.js';
import { readMtatTables } from './table.js';
import { mergeSynonyms, type TagCount, topTags } from './tags.js';

type SplitCounts = Record<Split, number>;

/** The content of `polytag data mtat import --json`. */
export interface ImportReport {
  clips: number;
  /** Clips by folder, `0` to `f`. */
  folders: Record<string, number>;
  protocols: { all: SplitCounts; labelled: SplitCounts };
  artist_disjoint: { hash: string; all: SplitCounts; labelled: SplitCounts };
  top_tags: TagCount[];
  artists: number;
  songs: number;
  lyrics: number;
  /** Clips without their audio file: a warning here, an error in training. */
  missing_audio: number;
  missing_examples: string[];
  skipped: SkippedRow[];
}

const MISSING_SHOWN = 10;
const SKIPPED_SHOWN = 10;

/**
 * Reads the tables, counts, and checks which audio files exist.
 *
 * @param tagCount - how many of the most frequent tags make the protocol `labelled`
 * @param synonyms - tags to merge before counting; empty for none
 * @throws UsageError when the folder or its table is missing
 */
export async function inspectMtat(
  root: string,
  tagCount = 50,
  synonyms: Record<string, string[]> = {},
): Promise<ImportReport> {
  const tables = mergeSynonyms(await readMtatTables(root), synonyms);
  const { clips } = tables;
  const top = topTags(tables, tagCount);
  const isTop = new Set(top.map(({ tag }) => tag));
  const topIndex = new Map(tables.tags.map((tag, i) => [i, isTop.has(tag)]));
  const labelled = clips.map(({ tags }) => tags.some((tag) => topIndex.get(tag)));
  const chosen = new Map(top.map(({ tag }, i) => [tag, i]));
  const narrowed = clips.map((clip) => ({
    ...clip,
    tags: clip.tags.map((i) => chosen.get(tables.tags[i])).filter((i) => i !== undefined),
  }));
  const official = officialSplit(clips);
  const disjoint = artistDisjointSplit(narrowed, top.length);

  const count = (split: Split[], counted: (i: number) => boolean): SplitCounts => {
    const counts: SplitCounts = { train: 0, validation: 0, test: 0 };
    split.forEach((part, i) => {
      if (counted(i)) counts[part]++;
    });
    return counts;
  };
  const folders: Record<string, number> = {};
  for (const { folder } of [...clips].sort((a, b) => (a.folder < b.folder ? -1 : 1)))
    folders[folder] = (folders[folder] ?? 0) + 1;
  const present = await filesIn(root, Object.keys(folders));
  const missing = clips.filter(({ path }) => !present.has(path)).map(({ path }) => path);
  const lyricsFolder = join(root, LYRICS_FOLDER);
  const lyrics = new Set(await readdir(lyricsFolder).catch(() => []));
  return {
    clips: clips.length,
    folders,
    protocols: { all: count(official, () => true), labelled: count(official, (i) => labelled[i]) },
    artist_disjoint: {
      hash: splitHash(clips, disjoint),
      all: count(disjoint, () => true),
      labelled: count(disjoint, (i) => labelled[i]),
    },
    top_tags: top,
    artists: new Set(clips.map(({ artist }) => artist.toLowerCase())).size,
    songs: new Set(clips.map(({ song }) => song)).size,
    lyrics: clips.filter(({ id }) => lyricsFileOf(lyricsFolder, id, lyrics) !== null).length,
    missing_audio: missing.length,
    missing_examples: missing.slice(0, MISSING_SHOWN),
    skipped: tables.skipped,
  };
}

/** Listing 16 folders is quicker than asking for 25,863 files. */
async function filesIn(root: string, folders: string[]): Promise<Set<string>> {
  const lists = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(join(root, folder)).catch(() => [])).map((name) => `${folder}/${name}`),
    ),
  );
  return new Set(lists.flat());
}

/** The report as `polytag data mtat import` prints it. */
export function describeImport(root: string, report: ImportReport): ImportSummary {
  const counts = (of: SplitCounts): string[] => SPLITS.map((split) => of[split].toLocaleString('en'));
  const { clips, protocols, artist_disjoint: disjoint } = report;
  const lines = [
    `${clips.toLocaleString('en')} clips of ${report.artists} artists, ${report.songs.toLocaleString('en')} songs, ${report.lyrics.toLocaleString('en')} with lyrics`,
    `folders  ${Object.entries(report.folders)
      .map(([folder, n]) => `${folder} ${n}`)
      .join(', ')}`,
    alignColumns([
      ['split', 'protocol', 'train', 'validation', 'test'],
      ['official', 'all', ...counts(protocols.all)],
      ['official', 'labelled', ...counts(protocols.labelled)],
      ['artist-disjoint', 'all', ...counts(disjoint.all)],
      ['artist-disjoint', 'labelled', ...counts(disjoint.labelled)],
    ]),
    `artist-disjoint split: ${disjoint.hash}`,
    `top tags  ${report.top_tags.map(({ tag, count }) => `${tag} ${count}`).join(', ')}`,
  ];
  const warnings = report.skipped
    .slice(0, SKIPPED_SHOWN)
    .map(({ row, reason }) => `row ${row} is left out: ${reason}`);
  if (report.missing_audio > 0)
    warnings.push(
      `${report.missing_audio} of ${clips} audio files are missing, the first is ${report.missing_examples[0]}; training needs them ("polytag data mtat download ${root}")`,
    );
  return { report, lines, warnings };
}

/** Counts what lyrics files were, for the output and a run's record. */
import { encodings as known, type TextEncoding } from './encodings.js';
import type { Lyrics } from './files/read-lyrics.js';

/** Counts of lyrics files. */
export interface LyricsCounts {
  files: number;
  /** Files by encoding, those alone that were decoded. */
  encodings: Partial<Record<TextEncoding, number>>;
  /** Files with times, and the stamps in them that name none. */
  lrc: number;
  brokenStamps: number;
  /** Files with characters that replace broken bytes. */
  damaged: number;
  /** Files whose bytes are as likely text in another encoding. */
  guessed: number;
  /** Files without any text, marked as instrumental, and not read. */
  empty: number;
  instrumental: number;
  unread: number;
}

/** Counts the outcomes of reading lyrics files. */
export interface LyricsTally {
  /** Counts a file; `path` names it in the notes. */
  add(path: string, lyrics: Lyrics): void;
  /** Counts so far, for a record. */
  counts(): LyricsCounts;
  /** Sentences about what is not plain UTF-8 text; none where every file is. */
  notes(): string[];
}

/** An empty tally. */
export function tallyLyrics(): LyricsTally {
  const encodings: Partial<Record<TextEncoding, number>> = {};
  const problems: string[] = [];
  let firstForeign = '';
  let firstGuessed = '';
  let guessed = 0;
  let files = 0;
  let timed = 0;
  let brokenStamps = 0;
  let damaged = 0;
  let empty = 0;
  let instrumental = 0;
  return {
    add(
      path,
      { encoding, lines, problem, replaced, sure, brokenStamps: broken, text, instrumental: unsung },
    ) {
      files++;
      if (problem !== null) problems.push(`${path} (${problem})`);
      else if (unsung) instrumental++;
      else if (text.trim() === '') empty++;
      if (encoding !== null) encodings[encoding] = (encodings[encoding] ?? 0) + 1;
      if (encoding !== null && encoding !== 'utf-8') firstForeign ||= path;
      if (!sure) {
        guessed++;
        firstGuessed ||= `${path}, read as ${known[encoding!].title}`;
      }
      if (lines !== null) timed++;
      if (replaced > 0) damaged++;
      brokenStamps += broken;
    },
    counts: () => ({
      files,
      encodings: { ...encodings },
      lrc: timed,
      brokenStamps,
      damaged,
      guessed,
      empty,
      instrumental,
      unread: problems.length,
    }),
    notes() {
      const notes: string[] = [];
      const foreign = foreignCounts(encodings);
      if (foreign.size > 0) {
        const counts = [...foreign].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, n]) => `${n} ${name}`);
        notes.push(
          `Of ${files} lyrics files, these are not UTF-8 and were decoded: ${counts.join(', ')}; the first is ${firstForeign}.`,
        );
      }
      if (guessed > 0)
        notes.push(
          `${guessed} of ${files} lyrics files may be in another encoding than they were read in; the first is ${firstGuessed}: give the encoding (inputs.lyrics.encoding, --encoding), or save them as UTF-8.`,
        );
      if (timed > 0) {
        const stamps =
          brokenStamps > 0 ? `; ${brokenStamps} of their stamps name no time and were left out` : '';
        notes.push(`${timed} of ${files} lyrics files are LRC${stamps}.`);
      }
      if (damaged > 0)
        notes.push(`${damaged} of ${files} lyrics files have broken bytes, which count as no letters.`);
      if (instrumental > 0)
        notes.push(
          `${instrumental} of ${files} lyrics files say that they are instrumental, and count as no lyrics.`,
        );
      if (problems.length > 0)
        notes.push(
          `${problems.length} of ${files} lyrics files were not read and count as no lyrics; the first is ${problems[0]}.`,
        );
      return notes;
    },
  };
}

/** Files that are not UTF-8, by the name of their encoding. */
function foreignCounts(encodings: LyricsCounts['encodings']): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [encoding, n] of Object.entries(encodings) as [TextEncoding, number][]) {
    if (encoding === 'utf-8') continue;
    const { title } = known[encoding];
    counts.set(title, (counts.get(title) ?? 0) + n);
  }
  return counts;
}

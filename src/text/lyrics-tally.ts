/** Counts what lyrics files were, for the output and a run's record. */
import { encodings as known, type TextEncoding } from './encodings.js';
import type { Lyrics } from './files/read-lyrics.js';
import { isTraditional, type Script } from './script.js';
import type { LyricsReading } from './sung-text.js';
import { isUnspaced, segmentsWords, type TextUnit } from './tokenize.js';
import type { LineChoice } from './translation.js';

/** Counts of lyrics files. */
export interface LyricsCounts {
  files: number;
  /** Files by encoding, those alone that were decoded. */
  encodings: Partial<Record<TextEncoding, number>>;
  /** Files with times, and the stamps in them that name none. */
  lrc: number;
  brokenStamps: number;
  /** Files that end in .lrc and have no time at all. */
  unstamped: number;
  /** Files with characters that replace broken bytes. */
  damaged: number;
  /** Files whose bytes are as likely text in another encoding. */
  guessed: number;
  /** Files without any text, marked as instrumental, and not read. */
  empty: number;
  instrumental: number;
  unread: number;
  /** Lines that name who made a song and were left out, and the files that had some. */
  creditLines: number;
  credited: number;
  /** Marks of structure that were left out, and the files that had some. */
  sectionLines: number;
  sectioned: number;
  /** Files with a translation beside the original. */
  translated: number;
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

/** What decides which notes are of use: what is read of the files, and how it is cut; none without a unit. */
export interface TallySettings extends LyricsReading {
  unit?: TextUnit;
  script?: Script;
}

/** An empty tally. */
export function tallyLyrics(settings: TallySettings = {}): LyricsTally {
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
  let unstamped = 0;
  let creditLines = 0;
  let credited = 0;
  let sectionLines = 0;
  let sectioned = 0;
  let translated = 0;
  let traditional = 0;
  let unspaced = 0;
  return {
    add(path, lyrics) {
      const { encoding, lines, problem, replaced, sure, text, instrumental: unsung } = lyrics;
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
      if (lines?.length && lines.every(({ seconds }) => seconds === null)) unstamped++;
      if (replaced > 0) damaged++;
      if (lyrics.credits > 0) credited++;
      if (lyrics.sections > 0) sectioned++;
      sectionLines += lyrics.sections;
      if (lyrics.translated) translated++;
      if (isTraditional(text)) traditional++;
      if (isUnspaced(text)) unspaced++;
      creditLines += lyrics.credits;
      brokenStamps += lyrics.brokenStamps;
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
      unstamped,
      creditLines,
      credited,
      sectionLines,
      sectioned,
      translated,
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
      if (unstamped > 0) notes.push(`${unstamped} of ${timed} LRC files have no time stamp at all.`);
      if (creditLines > 0)
        notes.push(
          `${creditLines} lines that name who made the song (title, 作词, composer, …) were left out of ${credited} of ${files} lyrics files; credits: keep reads them.`,
        );
      if (sectionLines > 0)
        notes.push(
          `${sectionLines} marks of structure ([Chorus], [副歌], …) were left out of ${sectioned} of ${files} lyrics files; sections: keep reads them.`,
        );
      if (translated > 0) notes.push(translationNote(settings.lines, translated, files));
      notes.push(...scriptNotes(settings, traditional, unspaced, files));
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

function scriptNotes(
  { unit, script }: TallySettings,
  traditional: number,
  unspaced: number,
  files: number,
): string[] {
  const notes: string[] = [];
  if (traditional > 0 && unit !== undefined && segmentsWords(unit) && script === undefined)
    notes.push(
      `${traditional} of ${files} lyrics files are in traditional Chinese characters, which the dictionary does not know; script: simplified (or traditional) segments them as well as simplified ones.`,
    );
  if (unspaced > 0 && unit === 'word')
    notes.push(
      `${unspaced} of ${files} lyrics files are in Japanese or another language without spaces, which the unit word cuts badly; unit: auto cuts them into words.`,
    );
  return notes;
}

function translationNote(choice: LineChoice | undefined, translated: number, files: number): string {
  const begin = `${translated} of ${files} lyrics files have a translation beside the original`;
  if (choice === undefined || choice === 'both')
    return `${begin}, and both are read; lines: original (--part original) reads the original alone.`;
  if (choice === 'original') return `${begin}, which is left out.`;
  return `${begin}, which alone is read; of the others every line is.`;
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

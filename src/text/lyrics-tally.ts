/** Counts what lyrics files were, for the output and a run's record. Runs in Node and the browser. */
import type { TextEncoding } from './decode.js';
import type { Lyrics } from './read-lyrics.js';

/** Collects what became of lyrics files. */
export interface LyricsTally {
  /**
   * Counts a file.
   *
   * @param path - where it lies
   * @param lyrics - what was read of it
   */
  add(path: string, lyrics: Lyrics): void;
  /** Sentences about what is not plain UTF-8 text; none where every file is. */
  notes(): string[];
}

const NAMES: Record<Exclude<TextEncoding, 'utf-8'>, string> = {
  'utf-16le': 'UTF-16',
  'utf-16be': 'UTF-16',
  gb18030: 'GB18030',
  'latin-1': 'Latin-1',
};

/**
 * Starts to count lyrics files.
 *
 * @returns an empty tally
 */
export function tallyLyrics(): LyricsTally {
  const encodings = new Map<string, number>();
  const problems: string[] = [];
  let files = 0;
  let timed = 0;
  let brokenStamps = 0;
  let damaged = 0;
  return {
    add(path, { encoding, lines, problem, replaced, brokenStamps: broken }) {
      files++;
      if (problem !== null) problems.push(`${path} (${problem})`);
      if (encoding !== null && encoding !== 'utf-8')
        encodings.set(NAMES[encoding], (encodings.get(NAMES[encoding]) ?? 0) + 1);
      if (lines !== null) timed++;
      if (replaced > 0) damaged++;
      brokenStamps += broken;
    },
    notes() {
      const notes: string[] = [];
      if (encodings.size > 0) {
        const counts = [...encodings].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, n]) => `${n} ${name}`);
        notes.push(`Of ${files} lyrics files, these are not UTF-8 and were decoded: ${counts.join(', ')}.`);
      }
      if (timed > 0) {
        const stamps =
          brokenStamps > 0 ? `; ${brokenStamps} of their stamps name no time and were left out` : '';
        notes.push(`${timed} of ${files} lyrics files are LRC${stamps}.`);
      }
      if (damaged > 0)
        notes.push(`${damaged} of ${files} lyrics files have broken bytes, which count as no letters.`);
      if (problems.length > 0)
        notes.push(
          `${problems.length} of ${files} lyrics files were not read and count as no lyrics; the first is ${problems[0]}.`,
        );
      return notes;
    },
  };
}

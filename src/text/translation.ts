/** Original and translation, interleaved in one lyrics file. */

/** Which lines of a text with a translation are read. */
export const LINE_CHOICES = ['original', 'translation', 'both'] as const;
export type LineChoice = (typeof LINE_CHOICES)[number];

/** A line, with its stamp where it has one. */
export interface ChoosableLine {
  /** Null without a stamp. */
  seconds: number | null;
  text: string;
}

/** Which part of the text a line, or a piece of one, is. */
interface Piece {
  part: 'original' | 'translation' | 'other';
  text: string;
}

/** Pairs without stamps are a translation where they hold at least this share of the lines, and this many pairs. */
const PAIRED_SHARE = 0.8;
const LEAST_PAIRS = 3;

/** `Hello / 你好`, `Hello／你好`. */
const ON_ONE_LINE = /^(.*\S)(?:\s+[/|]\s+|\s*[／｜]\s*)(\S.*)$/u;

/**
 * Chooses the original or the translation of lines in order of time: of lines with one stamp the first is the original
 * and the last its translation (a romanisation between them is neither); on one line a slash between two scripts
 * divides them; lines without such marks count as pairs where the scripts take turns nearly throughout. A line without
 * a translation belongs to the original. `translated` is false where there is none, and every line is kept.
 */
export function chooseLines(
  lines: readonly ChoosableLine[],
  choice: LineChoice,
): { texts: string[]; translated: boolean } {
  const pieces = byStamps(lines) ?? byTurns(lines);
  if (pieces === null || choice === 'both')
    return { texts: lines.map(({ text }) => text), translated: pieces !== null };
  const wanted = (part: Piece['part']): boolean =>
    choice === 'translation' ? part === 'translation' : part === 'original';
  return { texts: pieces.filter(({ part }) => wanted(part)).map(({ text }) => text), translated: true };
}

/** By equal stamps and slashes; null where no line is translated so. */
function byStamps(lines: readonly ChoosableLine[]): Piece[] | null {
  const filled = lines.filter(({ text }) => text.trim() !== '');
  const groups: string[][] = [];
  let last: number | null = null;
  for (const { seconds, text } of filled) {
    if (seconds !== null && seconds === last) groups.at(-1)!.push(text);
    else groups.push([text]);
    last = seconds;
  }
  // Two voices at once share a stamp too, but now and then, and in one script.
  const mostPaired = 2 * groups.filter(({ length }) => length > 1).length >= groups.length;
  let found = false;
  const pieces = groups.flatMap((group): Piece[] => {
    if (group.length > 1 && (mostPaired || differ(group[0], group.at(-1)!))) {
      found = true;
      return group.map((text, i) => ({ part: partAt(i, group.length), text }));
    }
    return group.flatMap((text): Piece[] => {
      const parts = ON_ONE_LINE.exec(text);
      if (!parts || !differ(parts[1], parts[2])) return [{ part: 'original', text }];
      found = true;
      return [
        { part: 'original', text: parts[1] },
        { part: 'translation', text: parts[2] },
      ];
    });
  });
  return found ? pieces : null;
}

function partAt(i: number, length: number): Piece['part'] {
  if (i === 0) return 'original';
  return i === length - 1 ? 'translation' : 'other';
}

/** By scripts that take turns, always in the same order; null where they do not. */
function byTurns(lines: readonly ChoosableLine[]): Piece[] | null {
  const texts = lines.map(({ text }) => text).filter((text) => text.trim() !== '');
  const scripts = texts.map(scriptOf);
  const first = texts.findIndex((_, i) => i + 1 < texts.length && isTurn(scripts[i], scripts[i + 1]));
  if (first < 0) return null;
  const pieces: Piece[] = [];
  let pairs = 0;
  for (let i = 0; i < texts.length; ) {
    if (scripts[i] === scripts[first] && scripts[i + 1] === scripts[first + 1]) {
      pieces.push({ part: 'original', text: texts[i] }, { part: 'translation', text: texts[i + 1] });
      pairs++;
      i += 2;
    } else pieces.push({ part: 'original', text: texts[i++] });
  }
  return pairs >= LEAST_PAIRS && 2 * pairs >= PAIRED_SHARE * texts.length ? pieces : null;
}

const isTurn = (a: string | null, b: string | null): boolean => a !== null && b !== null && a !== b;
const differ = (a: string, b: string): boolean => isTurn(scriptOf(a), scriptOf(b));

const SCRIPTS = {
  latin: /\p{Script=Latin}/gu,
  han: /\p{Script=Han}/gu,
  kana: /[\p{Script=Hiragana}\p{Script=Katakana}]/gu,
  hangul: /\p{Script=Hangul}/gu,
  cyrillic: /\p{Script=Cyrillic}/gu,
  thai: /\p{Script=Thai}/gu,
  arabic: /\p{Script=Arabic}/gu,
} as const;

/** Japanese lines have at least this share of kana among Han and kana. */
const KANA_SHARE = 0.2;

/** The script of most letters, Japanese as `kana`; null without letters of a script that is told apart. */
function scriptOf(text: string): string | null {
  const counts = new Map(
    Object.entries(SCRIPTS).map(([name, letters]) => [name, text.match(letters)?.length ?? 0]),
  );
  const [kana, han] = [counts.get('kana')!, counts.get('han')!];
  if (kana > 0 && kana >= KANA_SHARE * (kana + han)) {
    counts.set('kana', kana + han);
    counts.set('han', 0);
  }
  const [name, most] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a));
  return most > 0 ? name : null;
}

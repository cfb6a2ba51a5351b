/**
 * Lines with times, and those of the karaoke formats of Chinese players, with a time for every syllable: KRC (Kugou), QRC (QQ Music) and YRC
 * (NetEase).
 */

/** A word with the time at which it is sung. */
export interface TimedWord {
  /** From the recording's start, in seconds. */
  seconds: number;
  text: string;
}

/** A line of lyrics. */
export interface TimedLine {
  /** From the recording's start, in seconds; null for a line without a readable stamp. */
  seconds: number | null;
  text: string;
  /** The stamped words, of enhanced LRC and the formats with syllables. Empty where the line has none. */
  words: TimedWord[];
}

/** `[start,duration]` in milliseconds. */
const LINE = /^\s*\[(\d{1,9}),(\d{1,9})\]/;

/** A syllable's stamp: KRC's counts from the start of its line, the others from that of the recording. */
const STAMPS = {
  krc: /<(\d{1,9}),\d{1,9}(?:,-?\d{1,9})?>/g,
  yrc: /\((\d{1,9}),\d{1,9},-?\d{1,9}\)/g,
  qrc: /\((\d{1,9}),\d{1,9}\)/g,
} as const;

/** Credits of YRC: `{"t":0,"c":[{"tx":"作词: "},{"tx":"…"}]}`. */
const OBJECT = /^\s*\{"t":\s*(-?\d{1,9}),\s*"c":.*\}\s*$/;
const OBJECT_TEXT = /"tx":\s*("(?:[^"\\]|\\.)*")/g;

/**
 * Reads a line such as `[1000,900]<0,300,0>昨<300,600,0>天` (KRC), `[1000,900]昨(1000,300)天(1300,600)` (QRC) or
 * `[1000,900](1000,300,0)昨(1300,600,0)天` (YRC), and the objects that YRC begins with. Null for any other line.
 */
export function parseMillisecondLine(raw: string): TimedLine | null {
  const object = OBJECT.exec(raw);
  if (object) return { seconds: toSeconds(object[1]), text: objectText(raw), words: [] };
  const stamp = LINE.exec(raw);
  if (!stamp) return null;
  const rest = raw.slice(stamp[0].length);
  const start = Number(stamp[1]);
  const syllables = syllablesOf(rest, start);
  if (syllables === null) return { seconds: start / 1000, text: tidy(rest), words: [] };
  return {
    seconds: start / 1000,
    text: tidy(syllables.map(({ text }) => text).join('')),
    words: syllables.flatMap(({ seconds, text }) =>
      text.trim() === '' ? [] : [{ seconds, text: text.trim() }],
    ),
  };
}

/** The syllables of a line, in order; null where none has a stamp. The stamp stands before them, but for QRC's. */
function syllablesOf(line: string, start: number): TimedWord[] | null {
  const krc = /^\s*<\d{1,9},\d/.test(line);
  const yrc = /^\s*\(\d{1,9},\d{1,9},/.test(line);
  const stamps = [...line.matchAll(krc ? STAMPS.krc : yrc ? STAMPS.yrc : STAMPS.qrc)];
  if (stamps.length === 0) return null;
  const from = krc ? start : 0;
  return stamps.map((stamp, i) => {
    const end = stamp.index + stamp[0].length;
    const before = i === 0 ? 0 : stamps[i - 1].index + stamps[i - 1][0].length;
    const text = krc || yrc ? line.slice(end, stamps[i + 1]?.index) : line.slice(before, stamp.index);
    return { seconds: (from + Number(stamp[1])) / 1000, text };
  });
}

const toSeconds = (milliseconds: string): number => Math.max(0, Number(milliseconds)) / 1000;
const tidy = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** The pieces of an object's text; a broken escape is left as it is. */
function objectText(line: string): string {
  const pieces = Array.from(line.matchAll(OBJECT_TEXT), ([, quoted]) => {
    try {
      return JSON.parse(quoted) as string;
    } catch {
      return quoted.slice(1, -1);
    }
  });
  return tidy(pieces.join(''));
}

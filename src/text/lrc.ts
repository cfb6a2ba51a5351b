/** Lyrics with times in the LRC format, plain and enhanced, and as players write it. */

import { parseMillisecondLine, type TimedLine, type TimedWord } from './millisecond-lines.js';
import { unwrapQrc } from './qrc-xml.js';

export type { TimedLine, TimedWord };

/** Content of an LRC file. */
export interface LrcLyrics {
  /** In order of time; a line without a time stays after the one that it followed in the file. */
  lines: TimedLine[];
  /** Metadata by its key in lower case: `ti`, `ar`, `al`, `by`, `length`, … */
  metadata: Record<string, string>;
  /** Stamps that name no time (`[xx:12]`, `[01:75]`) and were left out. */
  broken: number;
}

/** Keys of metadata lines; any other word in brackets, such as `[Chorus: all]`, belongs to the text. */
const METADATA_KEYS =
  'ti|ar|al|au|by|re|ve|lr|tool|length|offset|id|la|lang|language|hash|sign|qq|total|kana|version|encoding|#|' +
  'title|artists?|album|albumartist|author|editor|creator|program|composer|lyricist|relyricist|songwriter|arranger|' +
  'producer|writer|genre|year|date|comment|duration|isrc';
const METADATA = new RegExp(`^\\[(${METADATA_KEYS})\\s*:(.*)\\]\\s*$`, 'i');
/** Such a tag before the stamps of a line. */
const METADATA_BEFORE = new RegExp(`^\\s*\\[(?:${METADATA_KEYS})\\s*:[^\\[\\]]*\\](?=\\s*\\[)`, 'i');

/** What stands in brackets (also full-width ones) before a line, and in angles or brackets before a word; short. */
const LINE_STAMP = /^\s*[[［【]([^[\]［］【】]{1,16})[\]］】]/;
const WORD_STAMP = /<([^<>]{1,16})>|[[［【]([^[\]［］【】]{1,16})[\]］】]/g;

/** A stamp whose bracket was never closed. */
const OPEN_STAMP = /^\s*[[［【]-?\d{1,4}:\d{1,2}(?:[.:,]\d{1,3})?(?![\d\].:,])/;

/** `mm:ss`, `mm:ss.xx`, and `mm:ss:xx` of some writers. */
const TIME = /^\s*(\d{1,4}):(\d{1,2})(?:[.:,](\d{1,3}))?\s*$/;
const TIME_WITH_HOURS = /^\s*(\d{1,3}):(\d{1,2}):(\d{1,2})[.,](\d{1,3})\s*$/;

/** A line is repeated at most so often; more stamps are damage, and would fill the memory. */
const MOST_REPETITIONS = 100;

/**
 * Reads LRC text: `[mm:ss.xx]` before a line, several for a repeated one, `<mm:ss.xx>` or `[mm:ss.xx]` before words,
 * metadata lines; `[offset:ms]` brings every time forward. Stamps may be full-width (`［００：１０．００］`), and lines those
 * of KRC, QRC (also within its XML) and YRC. A broken stamp is counted, and its line kept. Never throws.
 */
export function parseLrc(text: string): LrcLyrics {
  const metadata: Record<string, string> = {};
  const found: { line: TimedLine; key: number }[] = [];
  let broken = 0;
  let latest = Number.NEGATIVE_INFINITY;
  for (const raw of unwrapQrc(text).split(/\r\n|\n|\r/)) {
    const entry = METADATA.exec(raw.trim());
    if (entry) {
      metadata[entry[1].toLowerCase()] = entry[2].trim();
      continue;
    }
    const exact = parseMillisecondLine(raw);
    if (exact) {
      if (exact.text !== '') found.push({ line: exact, key: exact.seconds! });
      latest = exact.seconds!;
      continue;
    }
    const stamps = takeStamps(raw.replace(METADATA_BEFORE, ''));
    const words = takeWords(stamps.rest);
    broken += stamps.broken + words.broken;
    if (stamps.times.length === 0 && words.text === '') continue;
    const [first] = stamps.times;
    for (const seconds of stamps.times.length > 0 ? stamps.times : [null]) {
      // The words' times are those of the first of several stamps; a repetition is sung at the same pace.
      const shift = seconds === null ? 0 : seconds - first;
      const shifted = words.words.map((word) => ({ ...word, seconds: word.seconds + shift }));
      found.push({ line: { seconds, text: words.text, words: shifted }, key: seconds ?? latest });
    }
    latest = stamps.times.at(-1) ?? latest;
  }
  found.sort((a, b) => (a.key === b.key ? 0 : a.key - b.key));
  const offset = offsetSeconds(metadata.offset);
  return { lines: found.map(({ line }) => bringForward(line, offset)), metadata, broken };
}

/** Stamps at the beginning of a line, and the text after them. */
function takeStamps(line: string): { times: number[]; rest: string; broken: number } {
  const times: number[] = [];
  let broken = 0;
  let rest = line;
  for (;;) {
    const closed = LINE_STAMP.exec(rest);
    const match = closed && isStampLike(closed[1]) ? closed : OPEN_STAMP.exec(rest);
    if (!match) break;
    const time = match === closed ? secondsOf(closed[1]) : null;
    if (time === null || times.length === MOST_REPETITIONS) broken++;
    else times.push(time);
    rest = rest.slice(match[0].length);
  }
  return { times, rest, broken };
}

function takeWords(line: string): { text: string; words: TimedWord[]; broken: number } {
  const words: TimedWord[] = [];
  let broken = 0;
  let text = '';
  let from = 0;
  let seconds: number | null = null;
  const close = (until: number): void => {
    const piece = line.slice(from, until);
    text += piece;
    if (seconds !== null && piece.trim() !== '') words.push({ seconds, text: piece.trim() });
  };
  for (const match of line.matchAll(WORD_STAMP)) {
    const stamp = match[1] ?? match[2];
    if (!isStampLike(stamp)) continue;
    close(match.index);
    from = match.index + match[0].length;
    seconds = secondsOf(stamp);
    if (seconds === null) broken++;
  }
  close(line.length);
  return { text: text.replace(/\s+/g, ' ').trim(), words, broken };
}

/** A stamp, if perhaps a mistyped one: a digit beside a colon and little else than digits. */
function isStampLike(given: string): boolean {
  const content = given.normalize('NFKC');
  // [副歌:1] marks a part.
  if (/[\p{Script=Han}\p{Script=Hangul}\p{Script=Katakana}]/u.test(content)) return false;
  const letters = content.match(/\p{Letter}/gu)?.length ?? 0;
  return letters <= 2 && /^[-\d.:,\s\p{Letter}]+$/u.test(content) && /\d\s*:|:\s*\d/.test(content);
}

function secondsOf(given: string): number | null {
  const stamp = given.normalize('NFKC');
  const long = TIME_WITH_HOURS.exec(stamp);
  const short = TIME.exec(stamp);
  if (!long && !short) return null;
  const [hours, minutes, seconds, fraction = '0'] = long ? long.slice(1) : ['0', ...short!.slice(1)];
  if (Number(seconds) >= 60 || (long && Number(minutes) >= 60)) return null;
  // One division: 12.34 s must be the number 12.34, not a sum that is near it.
  const scale = 10 ** fraction.length;
  const whole = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return (whole * scale + Number(fraction)) / scale;
}

function offsetSeconds(text: string | undefined): number {
  const milliseconds = /^[+-]?\d{1,9}$/.test(text ?? '') ? Number(text) : 0;
  return milliseconds / 1000;
}

/** A positive offset lets lyrics appear sooner; nothing appears before the beginning. */
function bringForward(line: TimedLine, offset: number): TimedLine {
  if (offset === 0) return line;
  const move = (seconds: number): number => Math.max(0, seconds - offset);
  return {
    ...line,
    seconds: line.seconds === null ? null : move(line.seconds),
    words: line.words.map((word) => ({ ...word, seconds: move(word.seconds) })),
  };
}

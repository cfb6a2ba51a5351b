/** Lyrics files: found, decoded, and counted. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../base/errors.js';
import type { TextEncoding } from '../encodings.js';
import { parseLrc, type TimedLine } from '../lrc.js';
import { decodeText } from './decode.js';

/** Endings of lyrics files; the first one found is read. */
export const LYRICS_ENDINGS = ['.txt', '.lrc'] as const;

/** Lyrics are shorter than this; a longer file is something else. */
export const LONGEST_BYTES = 2 ** 20;

/** A lyrics file's content. */
export interface Lyrics {
  /** Lines joined by a line feed; empty for an empty file, one that cannot be read and an instrumental's. */
  text: string;
  /** With their times; null where the file is not LRC. */
  lines: TimedLine[] | null;
  /** Null where nothing was decoded. */
  encoding: TextEncoding | null;
  /** Characters that replace broken bytes. */
  replaced: number;
  /** False where the bytes are as likely text in another encoding. */
  sure: boolean;
  /** Stamps of an LRC file that name no time. */
  brokenStamps: number;
  /** Whether the file states that nothing is sung ("Instrumental", "纯音乐，请欣赏"). */
  instrumental: boolean;
  /** Why the file was not read, in a few words; else null. */
  problem: string | null;
}

/**
 * Reads a lyrics file, in `given` where its encoding is known and else in the one that is found out; `.lrc` with times.
 * One without lyrics (binary data, more than 1 MiB, a folder) gives an empty text and the reason. Throws the system's
 * error when it is missing.
 */
export async function readLyrics(path: string, given: TextEncoding | null = null): Promise<Lyrics> {
  const { bytes, problem } = await readShort(path);
  if (problem !== null) return unread(problem);
  const { text, encoding, replaced, sure } = await decodeText(bytes, given);
  if (text === null) return unread('binary data');
  if (!path.toLowerCase().endsWith('.lrc'))
    return { ...sungText(text), lines: null, encoding, replaced, sure, brokenStamps: 0, problem: null };
  const { lines, broken } = parseLrc(text);
  const sung = lines.map((line) => line.text).filter((line) => line !== '');
  return {
    ...sungText(sung.join('\n')),
    lines,
    encoding,
    replaced,
    sure,
    brokenStamps: broken,
    problem: null,
  };
}

/** The sung part of a text: nothing of an instrumental's. */
function sungText(text: string): Pick<Lyrics, 'text' | 'instrumental'> {
  return isInstrumental(text) ? { text: '', instrumental: true } : { text, instrumental: false };
}

const unread = (problem: string): Lyrics => ({
  text: '',
  lines: null,
  encoding: null,
  replaced: 0,
  sure: true,
  brokenStamps: 0,
  instrumental: false,
  problem,
});

type Short = { bytes: Uint8Array; problem: null } | { bytes: null; problem: string };

async function readShort(path: string): Promise<Short> {
  try {
    const file = await open(path, 'r');
    try {
      const found = await file.stat();
      if (!found.isFile()) return { bytes: null, problem: 'no file' };
      if (found.size > LONGEST_BYTES) return { bytes: null, problem: 'longer than 1 MiB' };
      return { bytes: await file.readFile(), problem: null };
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EISDIR') return { bytes: null, problem: 'no file' };
    if (code === 'EACCES' || code === 'EPERM') return { bytes: null, problem: 'not readable by this user' };
    throw error;
  }
}

/**
 * The path of a recording's lyrics file in a folder, `.txt` before `.lrc`, or null. `name`: without ending; `present`:
 * names in the folder.
 */
export function lyricsFileOf(folder: string, name: string, present: ReadonlySet<string>): string | null {
  const ending = LYRICS_ENDINGS.find((candidate) => present.has(`${name}${candidate}`));
  return ending ? join(folder, `${name}${ending}`) : null;
}

/** The whole text of such a file: `Instrumental`, `[纯音乐，请欣赏]`, `此歌曲为没有填词的纯音乐，请您欣赏`. */
const MARK =
  /^[^\p{Letter}]*(?:(?:this (?:song|track) is (?:an )?)?instrumental(?: (?:track|music|version))?|(?:此歌曲为)?(?:没有填词的)?(?:纯音乐|純音樂|轻音乐)[，,、。 ]*(?:请您?欣赏|請您?欣賞|无歌词)?|インストゥルメンタル|inst)[^\p{Letter}]*$/iu;

/** A line that names who made the song, as services put before the text. */
const CREDIT =
  /^\s*(?:作词|作詞|作曲|编曲|編曲|制作人|词|曲|lyrics by|lyricist|composer|composed by|arranger|producer)\s*[:：]/iu;

/** A text that says no more than that is short. */
const LONGEST = 1000;

/**
 * Whether a text is only the remark that there are no lyrics, perhaps below the names of those who made the song; false
 * for an empty text.
 */
export function isInstrumental(text: string): boolean {
  if (text.length > LONGEST) return false;
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !CREDIT.test(line));
  return lines.length > 0 && lines.every((line) => MARK.test(line));
}

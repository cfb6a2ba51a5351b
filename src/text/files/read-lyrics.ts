/** Lyrics files: found, decoded, and counted. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../base/errors.js';
import type { TextEncoding } from '../encodings.js';
import { parseLrc, type TimedLine } from '../lrc.js';
import { isQrcXml } from '../qrc-xml.js';
import { type LyricsReading, type SungText, sungText } from '../sung-text.js';
import { decodeText } from './decode.js';

/** Endings of lyrics files; the first one found is read. */
export const LYRICS_ENDINGS = ['.txt', '.lrc'] as const;

/** Lyrics are shorter than this; a longer file is something else. */
export const LONGEST_BYTES = 2 ** 20;

/** A lyrics file's content; the text is empty for an empty file, one that cannot be read and an instrumental's. */
export interface Lyrics extends SungText {
  /** With their times, credits and translation included; null where the file is not LRC. */
  lines: TimedLine[] | null;
  /** Null where nothing was decoded. */
  encoding: TextEncoding | null;
  /** Characters that replace broken bytes. */
  replaced: number;
  /** False where the bytes are as likely text in another encoding. */
  sure: boolean;
  /** Stamps of an LRC file that name no time. */
  brokenStamps: number;
  /** Why the file was not read, in a few words; else null. */
  problem: string | null;
}

/** A lyrics file, decoded and, where it is LRC, parsed; what is read of it is chosen by `chooseLyrics`. */
export type DecodedLyrics =
  | (Pick<Lyrics, 'encoding' | 'replaced' | 'sure' | 'lines' | 'brokenStamps'> & {
      text: string;
      problem: null;
    })
  | { problem: string };

/**
 * Reads a lyrics file, in `given` where its encoding is known and else in the one that is found out; `.lrc` with times.
 * One without lyrics (binary data, more than 1 MiB, a folder, or none there) gives an empty text and the reason.
 * `reading`: what of the text is wanted. Default: all of it.
 */
export async function readLyrics(
  path: string,
  reading: LyricsReading = {},
  given: TextEncoding | null = null,
): Promise<Lyrics> {
  return chooseLyrics(await decodeLyrics(path, given), reading);
}

/** The first half of `readLyrics`, for a file of which several inputs read different parts. */
export async function decodeLyrics(path: string, given: TextEncoding | null = null): Promise<DecodedLyrics> {
  const { bytes, problem } = await readShort(path);
  if (problem !== null) return { problem };
  const { text, encoding, replaced, sure } = await decodeText(bytes, given);
  if (text === null) return { problem: 'binary data' };
  const isTimed = path.toLowerCase().endsWith('.lrc') || isQrcXml(text);
  const { lines, broken } = isTimed ? parseLrc(text) : { lines: null, broken: 0 };
  return { text, lines, encoding, replaced, sure, brokenStamps: broken, problem: null };
}

/** The second half of `readLyrics`. */
export function chooseLyrics(decoded: DecodedLyrics, reading: LyricsReading = {}): Lyrics {
  if (decoded.problem !== null) return unread(decoded.problem);
  return { ...decoded, ...sungText(decoded.lines ?? decoded.text, reading) };
}

const unread = (problem: string): Lyrics => ({
  text: '',
  lines: null,
  encoding: null,
  replaced: 0,
  sure: true,
  brokenStamps: 0,
  credits: 0,
  sections: 0,
  translated: false,
  instrumental: false,
  problem,
});

/** Problem of a file that is not there. */
export const MISSING = 'missing';

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
    if (code === 'ENOENT' || code === 'ENOTDIR') return { bytes: null, problem: MISSING };
    if (code === 'EACCES' || code === 'EPERM') return { bytes: null, problem: 'not readable by this user' };
    throw error;
  }
}

/** The names that a lyrics file can have: `.txt` before `.lrc`, each also as `.TXT` and `.Txt`. `name`: without ending. */
export const lyricsNames = (name: string): string[] =>
  LYRICS_ENDINGS.flatMap((ending) =>
    [ending, ending.toUpperCase(), `.${ending[1].toUpperCase()}${ending.slice(2)}`].map((one) => name + one),
  );

/**
 * The path of a recording's lyrics file in a folder, `.txt` before `.lrc`, or null. `name`: without ending; `present`:
 * names in the folder.
 */
export function lyricsFileOf(folder: string, name: string, present: ReadonlySet<string>): string | null {
  const found = lyricsNames(name).find((candidate) => present.has(candidate));
  return found === undefined ? null : join(folder, found);
}

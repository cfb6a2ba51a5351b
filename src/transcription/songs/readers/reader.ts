/** What a reader of songs is given and gives. */
import type { MelodyNote } from '../song.js';

/** A song of a file: notes of each part, in any unit of time. */
export interface ReadSong {
  /** Of a book of tunes: its number there, as it is written. Null for a file that is one song. */
  number: string | null;
  title: string | null;
  parts: MelodyNote[][];
}

/** Text of a file: UTF-8, or where it is not that, Windows-1252, in which older books of tunes are written. */
export function fileText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** Decodes a file of text. */
export type DecodeText = (bytes: Uint8Array) => string | Promise<string>;

/**
 * Reads the songs of a file. Throws Error in a few words for a file that is not of its kind.
 *
 * @param decode - decodes a file of text. Default: `fileText`
 */
export type ReadSongs = (bytes: Uint8Array, decode?: DecodeText) => Promise<ReadSong[]>;

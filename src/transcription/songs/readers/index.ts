/** Readers of songs by file name ending; a new one is a file and a line. */
import { readAbc } from './abc.js';
import { readMidi } from './midi.js';
import { readMusicXml } from './musicxml.js';
import { readNotesCsv, readNotesJson } from './notes.js';
import type { ReadSongs } from './reader.js';

export const songReaders = {
  '.mid': readMidi,
  '.midi': readMidi,
  '.musicxml': readMusicXml,
  '.xml': readMusicXml,
  '.abc': readAbc,
  '.json': readNotesJson,
  '.csv': readNotesCsv,
} as const satisfies Record<string, ReadSongs>;

/** Endings of the files that hold songs. */
export const SONG_ENDINGS: readonly string[] = Object.keys(songReaders);

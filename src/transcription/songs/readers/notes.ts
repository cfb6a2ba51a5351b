/** Songs as lists of notes: what `polytag transcribe` writes, and lists of other programs. */
import { noteListOfCsv, noteListOfJson } from '../../../data/note-list.js';
import { type DecodeText, fileText, type ReadSongs } from './reader.js';

export const readNotesJson: ReadSongs = async (bytes, decode: DecodeText = fileText) => {
  const { title, tune, notes } = noteListOfJson(await decode(bytes));
  return [{ number: null, title: title ?? tune ?? null, parts: [notes] }];
};

export const readNotesCsv: ReadSongs = async (bytes, decode: DecodeText = fileText) => [
  { number: null, title: null, parts: [noteListOfCsv(await decode(bytes)).notes] },
];

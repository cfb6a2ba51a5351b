/** Songs of MusicXML files: a part for each staff's voice, tied notes as one; repeats are not played. */
import type { MelodyNote } from '../song.js';
import { type DecodeText, fileText, type ReadSongs } from './reader.js';
import { type ReadPart, readScore } from './score.js';

/** The notes of a part by voice, in quarters; drums have no melody. */
function voicesOf({ notes }: ReadPart): MelodyNote[][] {
  const voices = new Map<string, MelodyNote[]>();
  for (const { onset, offset, pitch, voice } of notes) {
    if (pitch === null) continue;
    const own = voices.get(voice) ?? [];
    voices.set(voice, own);
    own.push({ onset, offset, pitch });
  }
  return [...voices.values()];
}

export const readMusicXml: ReadSongs = async (bytes, decode: DecodeText = fileText) => {
  const { title, parts } = readScore(await decode(bytes));
  return [{ number: null, title, parts: parts.flatMap(voicesOf) }];
};

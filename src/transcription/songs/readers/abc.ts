/** Songs of ABC files, which may be books of many tunes: a part for each voice, with repeats played. */
import type { MelodyNote } from '../song.js';
import { type DecodeText, fileText, type ReadSong, type ReadSongs } from './reader.js';

/** What abcjs plays a tune as; its types leave it open. */
interface Played {
  tracks: { cmd: string; start: number; duration: number; pitch: number }[][];
}

interface Tune {
  metaText: { title?: unknown };
  setUpAudio(options: object): Played;
}

export const readAbc: ReadSongs = async (bytes, decode: DecodeText = fileText) => {
  const { default: abcjs } = await import('abcjs');
  const text = await decode(bytes);
  const book = new abcjs.TuneBook(text);
  const isBook = book.tunes.length > 1;
  const songs = book.tunes.flatMap(({ abc, id, title }): ReadSong[] => {
    const [tune] = abcjs.parseOnly(abc) as unknown as Tune[];
    const { tracks } = tune.setUpAudio({});
    const parts = tracks.map((track) =>
      track
        .filter(({ cmd }) => cmd === 'note')
        .map(({ start, duration, pitch }): MelodyNote => ({ onset: start, offset: start + duration, pitch })),
    );
    return [{ number: isBook ? String(id) : null, title: title || null, parts }];
  });
  if (!/^X:/m.test(text)) throw new Error('it has no tune that begins with "X:"');
  return songs;
};

/** A tune is the same from every kind of score. */
import { describe, expect, it } from 'vitest';
import { songReaders } from '../../../src/transcription/songs/readers/index.js';
import { melodyOf } from '../../../src/transcription/songs/song.js';
import { TUNE, TUNE_ABC, TUNE_CSV, TUNE_JSON, TUNE_MUSICXML, tuneMidi } from './made-tunes.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** By ending, so that a new reader needs a file here. */
const files: Record<keyof typeof songReaders, Uint8Array> = {
  '.mid': tuneMidi(),
  '.midi': tuneMidi(),
  '.musicxml': bytesOf(TUNE_MUSICXML),
  '.xml': bytesOf(TUNE_MUSICXML),
  '.abc': bytesOf(TUNE_ABC),
  '.json': bytesOf(TUNE_JSON),
  '.csv': bytesOf(TUNE_CSV),
};

const endings = Object.keys(songReaders) as (keyof typeof songReaders)[];

describe.each(endings)('%s', (ending) => {
  it('gives the notes, and the title where the file has one', async () => {
    const [song] = await songReaders[ending](files[ending]);
    expect(song.title).toBe(ending === '.csv' ? null : 'Stars');
    const melody = melodyOf(song.parts[0])!;
    const wanted = melodyOf(TUNE)!;
    expect(melody.pitches).toEqual(wanted.pitches);
    const unit = melody.onsets[1];
    expect(melody.onsets.map((onset) => onset / unit)).toEqual(wanted.onsets);
    expect(melody.end / unit).toBeCloseTo(wanted.end, 6);
  });

  it('refuses bytes of another kind in a few words', async () => {
    for (const bytes of [new Uint8Array(0), Uint8Array.of(0xff, 0, 1, 2), bytesOf('nothing of the kind')])
      await expect(songReaders[ending](bytes)).rejects.toThrow();
  });
});

it('a book of tunes gives each with its number, repeats played', async () => {
  const book = `${TUNE_ABC}\nX:7\nT:Again\nL:1/4\nK:G\n|:G A F:|\n`;
  const songs = await songReaders['.abc'](bytesOf(book));
  expect(songs.map(({ number, title }) => [number, title])).toEqual([
    ['1', 'Stars'],
    ['7', 'Again'],
  ]);
  // F is sharp in G, and a repeat comes twice.
  expect(songs[1].parts[0].map(({ pitch }) => pitch)).toEqual([67, 69, 66, 67, 69, 66]);
});

it('titles that are not UTF-8 are read as Windows-1252', async () => {
  const bytes = Uint8Array.from(TUNE_ABC.replace('Stars', 'Sch\u00fctz'), (letter) => letter.charCodeAt(0));
  expect((await songReaders['.abc'](bytes))[0].title).toBe('Schütz');
});

describe('the melody of notes', () => {
  it('is their highest line', () => {
    const accompanied = [
      ...TUNE,
      { onset: 0, offset: 4, pitch: 48 },
      { onset: 0, offset: 4, pitch: 52 },
      { onset: 4.5, offset: 6, pitch: 40 },
    ];
    expect(melodyOf(accompanied)).toEqual(melodyOf(TUNE));
  });

  it('is none of fewer than four notes, and of notes without a length', () => {
    expect(melodyOf(TUNE.slice(0, 3))).toBeNull();
    expect(melodyOf(TUNE.map((note) => ({ ...note, offset: note.onset })))).toBeNull();
    expect(melodyOf(TUNE.map((note) => ({ ...note, pitch: Number.NaN })))).toBeNull();
  });
});

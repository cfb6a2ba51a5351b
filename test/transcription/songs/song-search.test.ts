/** Which song a hum is of. */

import { describe, expect, it } from 'vitest';
import { randomGenerator } from '../../../src/base/random.js';
import { type MelodyNote, melodyOf, type Song } from '../../../src/transcription/songs/song.js';
import { SongSearch } from '../../../src/transcription/songs/song-search.js';
import fc from '../../fast-check.js';
import { randomTune, TUNE } from './made-tunes.js';

const SONGS = 300;
const songOf = (id: string, ...parts: MelodyNote[][]): Song => ({
  id,
  title: null,
  melodies: parts.map((notes) => melodyOf(notes)!),
});
const tunes = Array.from({ length: SONGS }, (_, i) => randomTune(i));
const search = new SongSearch(tunes.map((tune, i) => songOf(String(i), tune)));

/** A hum of some notes: at another pitch and tempo, and with errors. */
function hummed(
  notes: readonly MelodyNote[],
  { shift = 0, tempo = 1, pitchError = 0, timeError = 0, seed = 1 } = {},
): MelodyNote[] {
  const random = randomGenerator(seed, 'hum');
  const begin = notes[0].onset;
  return notes.map(({ onset, offset, pitch }) => ({
    onset: (onset - begin) * tempo + timeError * random.uniform(),
    offset: (offset - begin) * tempo - 0.05 * tempo,
    pitch: pitch + shift + pitchError * (2 * random.uniform() - 1),
  }));
}

describe('a hum', () => {
  it('without errors is found at a distance near 0 from its song, at any pitch and tempo, from any note', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: SONGS - 1 }),
        fc.integer({ min: 0, max: 25 }),
        fc.integer({ min: 8, max: 14 }),
        fc.double({ min: -15, max: 15, noNaN: true }),
        fc.double({ min: 0.3, max: 3, noNaN: true }),
        (song, first, count, shift, tempo) => {
          const [found] = search.find(hummed(tunes[song].slice(first, first + count), { shift, tempo }));
          expect([found.song.id, found.start]).toEqual([String(song), first]);
          expect(found.distance).toBeLessThan(0.15);
          expect(found.transposition).toBeCloseTo(shift, 4);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('has the notes of the song where they are hummed', () => {
    const notes = hummed(tunes[3].slice(4, 14), { shift: 2, tempo: 0.5 });
    const [{ sung }] = search.find(notes);
    expect(sung.map(({ isHummed }) => isHummed)).toEqual(notes.map(() => true));
    for (const [i, { onset, pitch }] of sung.entries()) {
      expect(onset).toBeCloseTo(notes[i].onset, 6);
      expect(pitch).toBeCloseTo(notes[i].pitch, 2);
    }
    // A note that is left out lies between its neighbours, where the song has it.
    const [{ sung: whole }] = search.find(notes.filter((_, i) => i !== 4));
    expect(whole.map(({ isHummed }) => isHummed)).toEqual(notes.map((_, i) => i !== 4));
    expect(whole[4].onset).toBeGreaterThan(notes[3].onset);
    expect(whole[4].offset).toBeLessThanOrEqual(notes[5].onset + 1e-9);
    expect(whole[4].pitch).toBeCloseTo(notes[4].pitch, 1);
  });

  it('with wrong pitches, times, and a note more or fewer is found too', () => {
    let first = 0;
    for (let song = 0; song < 40; song++) {
      const notes = hummed(tunes[song].slice(0, 14), {
        ...{ shift: 0.4, tempo: 0.7, pitchError: 0.6, timeError: 0.1, seed: song },
      });
      if (song % 3 === 0) notes.splice(5, 1);
      if (song % 3 === 1)
        notes.push({ onset: notes[13].offset + 0.5, offset: notes[13].offset + 1, pitch: 30 });
      if (search.find(notes)[0].song.id === String(song)) first++;
    }
    expect(first).toBeGreaterThanOrEqual(38);
  });

  it('is looked for in every part of a song, and at beginnings alone where that is asked', () => {
    const parts = new SongSearch([songOf('one', tunes[0], tunes[1]), songOf('other', tunes[2])]);
    expect(parts.find(hummed(tunes[1].slice(0, 10)))[0]).toMatchObject({ song: { id: 'one' }, start: 0 });
    const later = hummed(tunes[7].slice(12, 24));
    expect(search.find(later)[0]).toMatchObject({ song: { id: '7' }, start: 12 });
    expect(search.find(later, { fromStart: true }).every(({ start }) => start === 0)).toBe(true);
  });

  it('gives each song once, in order, and of equal ones the first', () => {
    const twice = new SongSearch([songOf('b', TUNE), songOf('a', TUNE), songOf('c', tunes[3])]);
    const found = twice.find(hummed(TUNE), { count: 3 });
    expect(found.map(({ song }) => song.id)).toEqual(['b', 'a', 'c']);
    expect(found[0].distance).toBe(found[1].distance);
    expect(search.find(hummed(TUNE), { count: 2 })).toHaveLength(2);
  });

  it('of fewer than four notes is refused, and of no song finds none', () => {
    expect(() => search.find(TUNE.slice(0, 3))).toThrow('at least 4 notes');
    expect(new SongSearch([]).find(TUNE)).toEqual([]);
  });
});

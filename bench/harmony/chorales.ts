/** Bach's chorales: four voices, whose key, chords and instruments are those of the score and of a seed. */
import { buffer } from 'node:stream/consumers';
import { fromBufferPromise } from 'yauzl';
import { randomGenerator } from '../../src/base/random.js';
import type { ReferenceChord } from '../../src/eval/harmony/chord-overlap.js';
import { CHORD_QUALITIES, type Chord, QUALITY_NAMES } from '../../src/features/harmony/chord.js';
import type { Key } from '../../src/features/harmony/key.js';
import { readMusicXml } from '../../src/transcription/songs/readers/musicxml.js';
import type { MelodyNote } from '../../src/transcription/songs/song.js';
import type { Part, Piece } from './piece.js';

/** Piano, harpsichord, organs, string ensemble, choir, brass, and mixed quartets. */
const PLAYERS = [[0], [6], [16], [19], [48], [52], [61], [73, 71, 69, 70], [40, 40, 41, 42]];
/** Shorter slices are rounding. */
const SHORTEST = 1e-3;
/** Steps of the notes of a signature above its major tonic, and the share of a piece that they make at least. */
const [SCALE, LEAST_IN_SCALE] = [[0, 2, 4, 5, 7, 9, 11], 0.85];
/** Seconds that the last chord rings. */
const TAIL = 1;

const pitchClass = (pitch: number): number => ((pitch % 12) + 12) % 12;

/** The chord of these pitch classes exactly; `other` for a set that is none. */
export function chordOf(classes: ReadonlySet<number>): Chord | 'other' {
  for (const quality of QUALITY_NAMES)
    for (let root = 0; root < 12; root++) {
      const notes = CHORD_QUALITIES[quality];
      if (notes.length === classes.size && notes.every((step) => classes.has((root + step) % 12)))
        return { root, quality };
    }
  return 'other';
}

/** Chords of the notes that sound together, with those in a row that are equal as one; null where none sounds. */
function chordsOf(notes: readonly MelodyNote[]): ReferenceChord[] {
  const borders = [...new Set(notes.flatMap(({ onset, offset }) => [onset, offset]))].sort((a, b) => a - b);
  const chords: ReferenceChord[] = [];
  for (let i = 0; i + 1 < borders.length; i++) {
    const [begin, end] = [borders[i], borders[i + 1]];
    if (end - begin < SHORTEST) continue;
    const middle = (begin + end) / 2;
    const classes = new Set(
      notes
        .filter(({ onset, offset }) => onset < middle && offset > middle)
        .map(({ pitch }) => pitchClass(pitch)),
    );
    const chord = classes.size === 0 ? null : chordOf(classes);
    const last = chords.at(-1);
    if (last && JSON.stringify(last.chord) === JSON.stringify(chord)) last.end = end;
    else chords.push({ begin, end, chord });
  }
  return chords;
}

/**
 * The key by signature and final chord: major or minor by whose tonic the last bass note is; null for a piece that ends
 * elsewhere, as those that end on the dominant, and for one whose notes are not those of the signature, as some in a
 * church mode.
 */
function keyOf(xml: string, notes: readonly MelodyNote[], bass: readonly MelodyNote[]): Key | null {
  const fifths = /<fifths>(-?\d+)<\/fifths>/.exec(xml);
  if (!fifths || bass.length === 0) return null;
  const major = pitchClass(7 * Number(fifths[1]));
  const length = (own: readonly MelodyNote[]): number =>
    own.reduce((sum, { onset, offset }) => sum + offset - onset, 0);
  const inScale = notes.filter(({ pitch }) => SCALE.includes(pitchClass(pitch - major)));
  if (length(inScale) < LEAST_IN_SCALE * length(notes)) return null;
  const last = pitchClass(bass.reduce((a, b) => (b.onset >= a.onset ? b : a)).pitch);
  if (last === major) return { tonic: major, mode: 'major' };
  return last === (major + 9) % 12 ? { tonic: last, mode: 'minor' } : null;
}

/** The score of a compressed MusicXML file. */
async function scoreOf(mxl: Uint8Array): Promise<Uint8Array> {
  const zip = await fromBufferPromise(Buffer.from(mxl), { lazyEntries: true });
  for await (const entry of zip.eachEntry())
    if (/^[^/]+\.(musicxml|xml)$/.test(entry.fileName)) return buffer(await zip.openReadStreamPromise(entry));
  throw new Error('It holds no score.');
}

/** A chorale as it is played; null for a score that is not of four voices. */
export async function readChorale(name: string, mxl: Uint8Array): Promise<Piece | null> {
  const xml = await scoreOf(mxl);
  const [{ parts }] = await readMusicXml(xml);
  if (parts.length !== 4 || parts.some((notes) => notes.length < 8)) return null;
  const random = randomGenerator(1, 'chorale', name);
  const quarter = 60 / random.between(60, 96);
  const players = PLAYERS[random.integer(PLAYERS.length)];
  const inSeconds = parts.map((notes) =>
    notes.map(({ onset, offset, pitch }) => ({ onset: onset * quarter, offset: offset * quarter, pitch })),
  );
  const chords = chordsOf(inSeconds.flat());
  const end = chords[chords.length - 1].end;
  return {
    name,
    seconds: end + TAIL,
    parts: inSeconds.map(
      (notes, voice): Part => ({
        program: players[voice % players.length],
        notes: notes.map(({ onset, offset, pitch }) => ({
          ...{ start: onset, end: offset, pitch },
          velocity: Math.round(random.between(70, 95)),
        })),
      }),
    ),
    key: keyOf(new TextDecoder().decode(xml), inSeconds.flat(), inSeconds[3]),
    chords,
    melody: null,
  };
}

/** Tunes in ABC as projects. */
import { UsageError } from '../../base/errors.js';
import type { Key } from '../../features/harmony/key.js';
import { QUARTER_TICKS } from '../project/schema.js';
import { type FilePart, type Imported, importedProject } from './imported.js';

/** Ticks of the unit in which abcjs counts: a whole note. */
const WHOLE = 4 * QUARTER_TICKS;

/** A quarter as part of a whole note. */
const QUARTER = 0.25;

const TONICS: Record<string, number> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };

/** Modes that are nearer to minor than to major, as their third is. */
const MINOR = /^(m$|min|dor|phr|aeo|loc)/i;

/** What abcjs plays of a tune; its types leave it open. */
interface Played {
  tracks: {
    cmd: string;
    channel?: number;
    instrument?: number;
    start: number;
    duration: number;
    pitch: number;
    volume: number;
  }[][];
}

interface Tune {
  metaText: { title?: unknown };
  getMeterFraction(): { num: number; den: number };
  getKeySignature(): { root: string; acc: string; mode: string };
  getPickupLength(): number;
  getBeatLength(): number;
  getBpm(): number;
  setUpAudio(options: object): Played;
}

/** The channel on which abcjs plays drums, from 0. */
const DRUMS = 9;

function keyOf({ root, acc, mode }: ReturnType<Tune['getKeySignature']>): Key | null {
  if (!(root in TONICS)) return null;
  const altered = { sharp: 1, '#': 1, flat: 11, b: 11 }[acc] ?? 0;
  return { tonic: (TONICS[root] + altered) % 12, mode: MINOR.test(mode) ? 'minor' : 'major' };
}

function partOf(track: Played['tracks'][number]): FilePart {
  const program = track.find(({ cmd }) => cmd === 'program');
  return {
    ...{ name: '', program: (program?.instrument ?? 0) & 127, drums: program?.channel === DRUMS },
    ...{ volume: null, pan: null },
    notes: track
      .filter(({ cmd }) => cmd === 'note')
      .map(({ start, duration, pitch, volume }) => ({
        ...{ start: WHOLE * start, length: WHOLE * duration, pitch, velocity: volume },
      })),
  };
}

/**
 * Reads a tune in ABC as a project of one passage, a track for each voice, with repeats played, by abcjs. Modes with a minor
 * third are taken for minor, others for major. A tune without a tempo has the 180 beats a minute of abcjs.
 *
 * @param name - the file, for messages and for the title of a tune that has none
 * @param place - of the tune in a book, from 0. Default: the first, with a sentence where there are others
 * @throws UsageError for text without tunes, or without the one that was asked for
 */
export async function importAbc(text: string, name: string, place?: number): Promise<Imported> {
  const { default: abcjs } = await import('abcjs');
  if (!/^X:/m.test(text)) throw new UsageError(`${name} is not ABC: it has no tune that begins with "X:".`);
  const { tunes } = new abcjs.TuneBook(text);
  const own = tunes[place ?? 0];
  if (!own)
    throw new UsageError(`${name} has ${tunes.length} tunes, and so none of number ${(place ?? 0) + 1}.`);
  const warnings: string[] = [];
  if (place === undefined && tunes.length > 1)
    warnings.push(
      `The file has ${tunes.length} tunes; the project is the first of them, ${own.title || 'without a title'}.`,
    );
  const [tune] = abcjs.parseOnly(own.abc) as unknown as Tune[];
  const { num, den } = tune.getMeterFraction();
  const { tracks } = tune.setUpAudio({});
  return importedProject(
    {
      title: String(tune.metaText.title ?? '') || name.replace(/\.[^.]*$/, ''),
      tempo: (tune.getBpm() * tune.getBeatLength()) / QUARTER,
      meter: (4 * num) / den,
      pickup: Math.round(WHOLE * tune.getPickupLength()),
      key: keyOf(tune.getKeySignature()),
      parts: tracks.map(partOf),
      ...{ marks: [], end: 0 },
    },
    name,
    warnings,
  );
}

/** The pitch that is sung in a recording, from a curve or from its own notes. */
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { messageOf, UsageError } from '../../../base/errors.js';
import { exists } from '../../../base/files.js';
import { countText } from '../../../base/format.js';
import { NOTE_LIST_ENDINGS, noteListOfCsv, noteListOfJson } from '../../note-list.js';
import { CURVE_ENDING, curveOfNotes, type PitchCurve, parsePitchCurve } from '../../pitch-curve.js';
import type { Hum } from './recordings.js';

/** Folder of curves below the root, in which they have the paths of their recordings. */
export const CURVE_FOLDER = 'f0';

/** A recording whose pitch is known. */
export interface HumWithPitch extends Hum {
  pitch: PitchCurve;
}

const withoutEnding = (path: string): string => path.slice(0, path.length - extname(path).length);

async function firstThatExists(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) if (await exists(path)) return path;
  return null;
}

/** The curve of a recording: what its table names, `NAME.f0.csv` beside it, or its path in the folder `f0`. */
const curveFileOf = async (root: string, { id, audio, f0 }: Hum): Promise<string | null> =>
  f0 ??
  firstThatExists([
    withoutEnding(audio) + CURVE_ENDING,
    join(root, CURVE_FOLDER, withoutEnding(id) + CURVE_ENDING),
    join(root, CURVE_FOLDER, `${withoutEnding(id)}.csv`),
  ]);

const isList = (path: string): boolean =>
  (NOTE_LIST_ENDINGS as readonly string[]).includes(extname(path).toLowerCase());

/** Notes of the very recording: those of its song have other times. */
const noteFileOf = async ({ audio, notes, areOfSong }: Hum): Promise<string | null> =>
  notes !== null && !areOfSong && isList(notes)
    ? notes
    : firstThatExists(NOTE_LIST_ENDINGS.map((ending) => withoutEnding(audio) + ending));

async function read<Content>(path: string, parse: (text: string) => Content): Promise<Content> {
  try {
    return parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`${path} cannot be read as the pitch of a recording: ${messageOf(error)}.`);
  }
}

const readNotes = (path: string): Promise<PitchCurve> =>
  read(path, (text) => {
    const list = extname(path).toLowerCase() === '.json' ? noteListOfJson(text) : noteListOfCsv(text);
    return curveOfNotes(list.notes);
  });

/**
 * Reads the pitch of recordings, and says where it comes from. Recordings without any are left out, with a sentence.
 * Throws UsageError when none is left, or a file is not what its name says.
 */
export async function readPitch(
  root: string,
  hums: readonly Hum[],
): Promise<{ hums: HumWithPitch[]; notes: string[] }> {
  const known: HumWithPitch[] = [];
  const without: string[] = [];
  let curves = 0;
  for (const hum of hums) {
    const curveFile = await curveFileOf(root, hum);
    const noteFile = curveFile === null ? await noteFileOf(hum) : null;
    if (curveFile !== null) curves++;
    if (curveFile !== null) known.push({ ...hum, pitch: await read(curveFile, parsePitchCurve) });
    else if (noteFile !== null) known.push({ ...hum, pitch: await readNotes(noteFile) });
    else without.push(hum.id);
  }
  const wanted = `a curve (NAME${CURVE_ENDING} beside it or in the folder ${CURVE_FOLDER}) nor notes of its own (NAME.csv or NAME.json beside it, or in the table)`;
  if (known.length === 0)
    throw new UsageError(
      `data.target: no recording of ${root} has the pitch that is to be learned, neither ${wanted}; give one for each.`,
    );
  const sources = [
    curves > 0 && `from curves for ${countText(curves, 'recording')}`,
    curves < known.length && `from notes for ${countText(known.length - curves, 'recording')}`,
  ].filter((text) => text !== false);
  const steps = curves < known.length ? '; notes have no vibrato and no glides' : '';
  return {
    hums: known,
    notes: [
      `The true pitch comes ${sources.join(', and ')}${steps}.`,
      ...(without.length > 0
        ? [
            `${without.length} of ${countText(hums.length, 'recording')} have neither ${wanted} and are left out; the first is ${without[0]}.`,
          ]
        : []),
    ],
  };
}

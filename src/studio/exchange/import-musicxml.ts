/** Scores in MusicXML as projects. */
import { messageOf, UsageError } from '../../base/errors.js';
import type { Key } from '../../features/harmony/key.js';
import { FORTE } from '../../transcription/outputs/score-notes.js';
import { type ReadPart, type ReadScore, readScore } from '../../transcription/songs/readers/score.js';
import { QUARTER_TICKS } from '../project/schema.js';
import { type FileNote, type FilePart, type Imported, importedProject } from './imported.js';
import { DRUM_CHANNEL } from './played-parts.js';

/** The drum that is played where a file does not say which: the snare. */
const USUAL_DRUM = 38;

/** Degrees of a place to the right. */
const RIGHT = 90;

function keyOf({ fifths, mode }: { fifths: number; mode: string }): Key | null {
  if (!(Number.isInteger(fifths) && Math.abs(fifths) <= 7)) return null;
  const isMinor = mode === 'minor' || mode === 'aeolian';
  return { tonic: (((7 * fifths + (isMinor ? 9 : 0)) % 12) + 12) % 12, mode: isMinor ? 'minor' : 'major' };
}

function partOf({ name, instruments, notes }: ReadPart): FilePart {
  const [first] = instruments;
  const drumOf = new Map(instruments.map(({ id, unpitched }) => [id, unpitched]));
  const drums =
    first?.channel === DRUM_CHANNEL + 1 || (notes.length > 0 && notes.every(({ pitch }) => pitch === null));
  return {
    ...{ name, drums, program: ((first?.program ?? 1) - 1) & 127 },
    volume: first?.volume == null ? null : first.volume / 100,
    pan: first?.pan == null ? null : first.pan / RIGHT,
    notes: notes.map(({ onset, offset, pitch, instrument, dynamics }): FileNote => {
      const drum = drumOf.get(instrument ?? '');
      return {
        ...{ start: QUARTER_TICKS * onset, length: QUARTER_TICKS * (offset - onset) },
        pitch: pitch ?? (drum == null ? USUAL_DRUM : drum - 1),
        velocity: (FORTE * (dynamics ?? 100)) / 100,
      };
    }),
  };
}

/** Ticks of the first bar where it is shorter than the meter, else 0. */
function pickupOf({ parts }: ReadScore, meter: number | undefined): number {
  const longest = Math.max(0, ...parts.map(({ bars }) => bars[0] ?? 0));
  const isPickup = meter !== undefined && longest < meter && parts.some(({ bars }) => bars.length > 1);
  return isPickup ? Math.round(QUARTER_TICKS * longest) : 0;
}

/**
 * Reads a score in MusicXML as a project: a track for each part, with its name, program, volume and place, and a passage for each
 * rehearsal mark; tied notes are one, and transposing instruments as they sound. A first bar that is shorter than the meter is a pickup. Tempo,
 * meter and key are the first of the file; repeats are not played.
 *
 * @param name - the file, for messages and for the title of a score that has none
 * @throws UsageError for text that is not a score of parts
 */
export function importMusicXml(text: string, name: string): Imported {
  let score: ReadScore;
  try {
    score = readScore(text);
  } catch (error) {
    const reason = messageOf(error).replace(/[.;]+$/, '');
    throw new UsageError(`${name} cannot be read as MusicXML: ${reason}; export it again as MusicXML.`);
  }
  const warnings: string[] = [];
  const differs = (values: readonly unknown[]): boolean =>
    new Set(values.map((value) => JSON.stringify(value))).size > 1;
  const [tempos, meters, keys] = [score.tempos, score.meters, score.keys].map((changes) =>
    changes.map(({ value }) => value),
  ) as [number[], number[], { fifths: number; mode: string }[]];
  if (differs(tempos)) warnings.push('The tempo changes; the project keeps the first.');
  if (differs(meters))
    warnings.push('The meter changes; the project keeps the first, so bar lines may lie elsewhere.');
  if (differs(keys)) warnings.push('The key signature changes; the project keeps the first.');
  if (score.repeats) warnings.push('Repeats are not played; repeat passages in the studio.');
  const lengths = score.parts.map(({ bars }) => bars.reduce((sum, length) => sum + length, 0));
  return importedProject(
    {
      title: score.title ?? name.replace(/\.[^.]*$/, ''),
      ...{ tempo: tempos[0] ?? null, meter: meters[0] ?? null, pickup: pickupOf(score, meters[0]) },
      ...{ key: keys.length > 0 ? keyOf(keys[0]) : null, parts: score.parts.map(partOf) },
      marks: score.marks.map(({ at, value }) => ({ at: QUARTER_TICKS * at, name: value })),
      end: QUARTER_TICKS * Math.max(0, ...lengths),
    },
    name,
    warnings,
  );
}

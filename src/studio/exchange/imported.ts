/** Music of a file as a project. */

import { UsageError } from '../../base/errors.js';
import { PROGRAMS } from '../../data/synth/instruments/programs.js';
import type { Key } from '../../features/harmony/key.js';
import { keyOfNotes } from '../../transcription/melody.js';
import { type Note, PROJECT_VERSION, type Project, QUARTER_TICKS, type Role } from '../project/schema.js';
import { divideAtMarks, type FileMark } from './marked-passages.js';

/** A note of a file, in ticks of a project, not rounded. */
export interface FileNote {
  start: number;
  length: number;
  pitch: number;
  velocity: number;
}

/** A part of a file. */
export interface FilePart {
  /** Empty where the file has no name. */
  name: string;
  program: number;
  drums: boolean;
  /** From 0 to 1, and from -1 to 1; null where the file does not say. */
  volume: number | null;
  pan: number | null;
  notes: readonly FileNote[];
}

/** What a reader finds in a file. */
export interface FilePiece {
  title: string;
  /** Quarters per minute; null where the file does not say. */
  tempo: number | null;
  /** Quarters in a bar, perhaps not a whole number of them; null where the file does not say. */
  meter: number | null;
  /** Ticks before the first bar line. */
  pickup: number;
  key: Key | null;
  parts: readonly FilePart[];
  /** Where passages begin. */
  marks: readonly FileMark[];
  /** Ticks of the whole; notes may end later. */
  end: number;
}

/** A project, and a sentence on each thing that it could not keep. */
export interface Imported {
  project: Project;
  warnings: string[];
}

/** What is taken where a file does not say. The volume is General MIDI's. */
const USUAL = { tempo: 120, meter: 4, volume: 100 / 127, pan: 0 };

/** Bounds of the schema of a project. */
const BOUNDS = { tempo: [20, 400], beats: 16, bars: 10_000, title: 500, name: 200 } as const;

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

const decimals = (value: number, count: number): number => Number(value.toFixed(count));

/** Quarters in a bar of a project, a whole number: bars of another length are put together, or four are taken. */
function beatsOf(meter: number, warnings: string[]): number {
  for (const bars of [1, 2, 4, 8]) {
    const beats = meter * bars;
    if (!Number.isInteger(beats) || beats < 1 || beats > BOUNDS.beats) continue;
    if (bars > 1)
      warnings.push(
        `Bars of ${meter} quarters are put together to bars of ${beats}, as a project has whole quarters in a bar.`,
      );
    return beats;
  }
  warnings.push(
    `Bars of ${meter} quarters do not fit a project, which has ${USUAL.meter} quarters in a bar instead.`,
  );
  return USUAL.meter;
}

function tempoOf(tempo: number, warnings: string[]): number {
  const [low, high] = BOUNDS.tempo;
  const taken = clamp(decimals(tempo, 2), low, high);
  if (Math.abs(taken - tempo) > 0.01)
    warnings.push(`The tempo of ${decimals(tempo, 2)} quarters a minute is brought to ${taken}.`);
  return taken;
}

/** The first part with pitches is the melody; accompaniment that polytag makes never replaces what a file brought. */
const roleOf = (part: FilePart, melody: FilePart | undefined): Role => (part === melody ? 'melody' : 'other');

/** The key of the notes, for a file that names none. */
function keyOfParts(parts: readonly FilePart[]): Key | null {
  const notes = parts
    .filter(({ drums }) => !drums)
    .flatMap((part) => part.notes)
    .map(({ start, length, pitch }) => ({ onset: start, offset: start + length, pitch, confidence: 1 }));
  return keyOfNotes(notes, 0);
}

/**
 * Makes a project of what a reader found: a track for each part, times rounded to ticks, and passages where the file has marks,
 * else one. Tempo, meter and key are those of the piece; without a key, it is that of the notes.
 *
 * @param name - the file, for messages
 * @param warnings - those of the reader; those of this step are added
 * @throws UsageError for more bars than a project may have
 */
export function importedProject(piece: FilePiece, name: string, warnings: string[]): Imported {
  const { parts } = piece;
  if (parts.every(({ notes }) => notes.length === 0)) warnings.push(`${name} has no notes.`);
  const beats = beatsOf(piece.meter ?? USUAL.meter, warnings);
  const bar = beats * QUARTER_TICKS;
  let next = 1;
  const id = (kind: string): string => `${kind}${next++}`;
  const passage = id('p');
  let last = 0;
  const melody = parts.find(({ drums }) => !drums);
  const tracks = parts.map((part): Project['tracks'][number] => {
    const track = id('t');
    const clip = id('c');
    const notes = part.notes
      .map(({ start, length, pitch, velocity }): Omit<Note, 'id'> => {
        const from = Math.max(0, Math.round(start));
        const to = Math.max(from + 1, Math.round(start + length));
        last = Math.max(last, to);
        return {
          ...{ start: from, length: to - from },
          ...{ pitch: clamp(Math.round(pitch), 0, 127), velocity: clamp(Math.round(velocity), 1, 127) },
        };
      })
      .sort((a, b) => a.start - b.start || a.pitch - b.pitch)
      .map((note): Note => ({ id: id('n'), ...note }));
    const title = part.name.trim() || (part.drums ? 'Drums' : PROGRAMS[part.program].name);
    return {
      ...{ id: track, name: title.slice(0, BOUNDS.name), role: roleOf(part, melody) },
      tone: { program: part.program, drums: part.drums },
      volume: clamp(decimals(part.volume ?? USUAL.volume, 3), 0, 1),
      pan: clamp(decimals(part.pan ?? USUAL.pan, 3), -1, 1),
      ...{ mute: false, solo: false, clips: [{ id: clip, passage, notes }] },
    };
  });
  const most = BOUNDS.bars * bar;
  if (last > most)
    throw new UsageError(
      `${name} has more than the ${BOUNDS.bars} bars of a project; cut it, or look whether its times are damaged.`,
    );
  const whole = Math.max(last, Math.min(most, Math.round(piece.end)));
  const project: Project = {
    ...{ format: 'polytag-project', version: PROJECT_VERSION, title: piece.title.slice(0, BOUNDS.title) },
    ...{
      tempo: tempoOf(piece.tempo ?? USUAL.tempo, warnings),
      beats,
      pickup: Math.round(piece.pickup) % bar,
    },
    key: piece.key ?? keyOfParts(parts),
    style: { name: 'folk', chosen_by: 'default', tags: [] },
    ...{ source: null, tuning_cents: 0, f0: null, timbre: null, songs: [] },
    passages: [{ id: passage, name: 'A', bars: Math.max(1, Math.ceil(whole / bar)) }],
    ...{ order: [passage], tracks, next_id: next },
  };
  return { project: divideAtMarks(project, piece.marks), warnings };
}

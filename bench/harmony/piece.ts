/** A piece of music whose key, chords and melody are known, as it is played. */
import type { ReferenceChord } from '../../src/eval/harmony/chord-overlap.js';
import type { Key } from '../../src/features/harmony/key.js';

/** A note; times in seconds. */
export interface PlayedNote {
  start: number;
  end: number;
  /** MIDI number. */
  pitch: number;
  /** From 1 to 127. */
  velocity: number;
}

/** What one instrument plays. */
export interface Part {
  /** Program of General MIDI from 0; `drums` for the kit, whose pitches are its instruments. */
  program: number | 'drums';
  notes: PlayedNote[];
}

/** A piece with its truth. */
export interface Piece {
  name: string;
  seconds: number;
  parts: Part[];
  /** Null where the source does not tell it. */
  key: Key | null;
  /** From 0 s to the end. */
  chords: ReferenceChord[];
  /** Null where no part leads. */
  melody: PlayedNote[] | null;
}

/** Seconds between the values of a melody's truth. */
const MELODY_HOP = 0.01;

/** The melody as frequencies every 10 ms, 0 between its notes. */
export function melodyTruth({ melody, seconds }: Piece): { times: number[]; hertz: number[] } {
  const times = Array.from({ length: Math.floor(seconds / MELODY_HOP) }, (_, i) => i * MELODY_HOP);
  const hertz = times.map(() => 0);
  for (const { start, end, pitch } of melody ?? [])
    for (let i = Math.ceil(start / MELODY_HOP); i < hertz.length && i * MELODY_HOP < end; i++)
      hertz[i] = 440 * 2 ** ((pitch - 69) / 12);
  return { times, hertz };
}

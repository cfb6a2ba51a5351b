/** A hum that was transcribed, as a project with one passage and one track. */

import { placeOnGrid } from '../../transcription/grid.js';
import type { NoteValue } from '../../transcription/grid-notes.js';
import { QUARTER } from '../../transcription/grid-notes.js';
import { semitoneOf } from '../../transcription/melody.js';
import { fitMeter, type MeterSettings } from '../../transcription/meter.js';
import { DEFAULT_TEMPO, velocityOf } from '../../transcription/outputs/midi.js';
import type { Transcription } from '../../transcription/transcribe.js';
import { type Note, PROJECT_VERSION, type Project, QUARTER_TICKS } from './schema.js';

/** How notes come onto the grid of a project; the names are those of the command line. */
export interface ProjectGrid extends MeterSettings {
  /** The shortest note: 16 for sixteenths. Default: 16. */
  grid?: NoteValue;
  /** Share of the way from where a note was sung to the grid. Default: 1. */
  strength?: number;
}

/** Program of a melody that was hummed: Acoustic Grand Piano. */
const PROGRAM = 0;

/** Ticks of a project in a tick of the grid. */
const SCALE = QUARTER_TICKS / QUARTER;

/** A new, empty project with one passage of some bars and a melody track. */
export function emptyProject(title: string, bars = 8): Project {
  return {
    ...{ format: 'polytag-project', version: PROJECT_VERSION, title },
    ...{ tempo: DEFAULT_TEMPO, beats: 4, pickup: 0, key: null },
    style: { name: 'folk', chosen_by: 'default', tags: [] },
    ...{ source: null, tuning_cents: 0, f0: null, timbre: null, songs: [] },
    passages: [{ id: 'p1', name: 'A', bars }],
    order: ['p1'],
    tracks: [
      {
        ...{ id: 't2', name: 'Melody', role: 'melody', tone: { program: PROGRAM, drums: false } },
        ...{ volume: 0.8, pan: 0, mute: false, solo: false },
        clips: [{ id: 'c3', passage: 'p1', notes: [] }],
      },
    ],
    next_id: 4,
  };
}

/**
 * The notes of a transcription as a project: on the grid by `strength`, in whole semitones of the singer's own tuning, each
 * with how it was sung. The first note begins at tick 0, and bar lines lie where the meter has them.
 *
 * @throws RangeError for a strength outside 0 to 1
 */
export function fromTranscription(
  transcription: Transcription,
  source: NonNullable<Project['source']>,
  { grid = 16, strength = 1, ...meterSettings }: ProjectGrid = {},
): Project {
  if (!(strength >= 0 && strength <= 1))
    throw new RangeError(`strength must be a number from 0 to 1, not ${strength}.`);
  const { notes: sung, tuningCents, key, f0 } = transcription;
  const tempo = Math.min(400, Math.max(20, transcription.tempo ?? DEFAULT_TEMPO));
  const placed = placeOnGrid(sung, tempo, { shortest: grid });
  const { beats, pickup } = fitMeter(placed, meterSettings);
  const first = placed[0]?.begin ?? 0;
  const ticksPerSecond = (tempo * QUARTER_TICKS) / 60;
  const empty = emptyProject(source.name.replace(/\.[a-z0-9]{2,4}$/i, ''));
  let next = empty.next_id;
  const towards = (sungTicks: number, gridTicks: number): number =>
    Math.round(sungTicks + strength * (gridTicks - sungTicks));
  const notes = placed.map(({ note, begin, length }): Note => {
    const { onset, offset, pitch, confidence } = sung[note];
    return {
      id: `n${next++}`,
      start: towards((onset - sung[0].onset) * ticksPerSecond, (begin - first) * SCALE),
      length: Math.max(1, towards((offset - onset) * ticksPerSecond, length * SCALE)),
      pitch: Math.min(127, Math.max(0, semitoneOf({ pitch }, tuningCents))),
      velocity: velocityOf({ confidence }),
      sung: { onset, offset, pitch, confidence },
    };
  });
  const bar = beats * QUARTER_TICKS;
  const end = notes.reduce((latest, { start, length }) => Math.max(latest, start + length), 1);
  const bars = Math.ceil(end / bar);
  return {
    ...empty,
    ...{ tempo, beats, pickup: pickup * QUARTER_TICKS, key, source, tuning_cents: tuningCents },
    f0: {
      hop: f0.hop,
      hz: Array.from(f0.hz, (hz) => (Number.isFinite(hz) ? Number(hz.toFixed(3)) : null)),
      voiced: [...f0.voiced],
    },
    passages: [{ ...empty.passages[0], bars }],
    tracks: empty.tracks.map((track) => ({ ...track, clips: [{ ...track.clips[0], notes }] })),
    next_id: next,
  };
}

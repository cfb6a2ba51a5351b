/** Projects for tests: by hand and at random. */

import {
  type Note,
  PROJECT_VERSION,
  type Project,
  projectSchema,
  QUARTER_TICKS,
  type Track,
} from '../../src/studio/project/schema.js';
import fc from '../fast-check.js';

/** A note without an id: start and length in quarters, then pitch. */
export type PlainNote = readonly [start: number, length: number, pitch: number, velocity?: number];

/** A track of a project, its notes by passages. */
export interface PlainTrack extends Partial<Omit<Track, 'id' | 'clips'>> {
  notes: Record<string, readonly PlainNote[]>;
}

/** A project of passages, named by their ids, and tracks. */
export function madeProject(
  passages: Record<string, number>,
  tracks: readonly PlainTrack[],
  more: Partial<Project> = {},
): Project {
  let next = 1;
  const made = tracks.map(({ notes, ...track }): Track => {
    const id = `t${next++}`;
    return {
      ...{ id, name: 'Track', role: 'other', tone: { program: 0, drums: false } },
      ...{ volume: 0.8, pan: 0, mute: false, solo: false },
      ...track,
      clips: Object.entries(notes).map(([passage, own]) => ({
        ...{ id: `c${next++}`, passage },
        notes: own.map(
          ([start, length, pitch, velocity = 90]): Note => ({
            id: `n${next++}`,
            start: Math.round(QUARTER_TICKS * start),
            length: Math.round(QUARTER_TICKS * length),
            ...{ pitch, velocity },
          }),
        ),
      })),
    };
  });
  return projectSchema.parse({
    ...{
      format: 'polytag-project',
      version: PROJECT_VERSION,
      title: 'Made',
      tempo: 120,
      beats: 4,
      pickup: 0,
    },
    key: { tonic: 0, mode: 'major' },
    style: { name: 'folk', chosen_by: 'default', tags: [] },
    ...{ source: null, tuning_cents: 0, f0: null, timbre: null, songs: [] },
    passages: Object.entries(passages).map(([id, bars]) => ({ id, name: id.toUpperCase(), bars })),
    order: Object.keys(passages),
    tracks: made,
    ...more,
    next_id: next,
  });
}

/** What random projects may have. */
export interface RandomSettings {
  /** Starts and ends of notes are multiples of this many ticks. */
  step: number;
  /** Whether several notes may sound at once in a track. */
  chords: boolean;
}

const clipNotes = (
  bars: number,
  beats: number,
  { step, chords }: RandomSettings,
): fc.Arbitrary<PlainNote[]> => {
  const steps = (bars * beats * QUARTER_TICKS) / step;
  return fc
    .array(
      fc.record({
        start: fc.integer({ min: 0, max: steps - 1 }),
        length: fc.integer({ min: 1, max: Math.max(1, Math.ceil((2.5 * QUARTER_TICKS) / step)) }),
        pitch: fc.integer({ min: 36, max: 81 }),
        velocity: fc.integer({ min: 1, max: 127 }),
      }),
      { maxLength: 14 },
    )
    .map((notes) => {
      const sorted = [...notes].sort((a, b) => a.start - b.start || a.pitch - b.pitch);
      // No two notes of a pitch at once, and without chords no two at all.
      const free = new Map<number, number>();
      return sorted.flatMap(({ start, length, pitch, velocity }): PlainNote[] => {
        const voice = chords ? pitch : 0;
        if (start < (free.get(voice) ?? 0)) return [];
        const end = Math.min(steps, start + length);
        free.set(voice, end);
        const quarters = step / QUARTER_TICKS;
        return [[start * quarters, (end - start) * quarters, pitch, velocity]];
      });
    });
};

/** Projects of one to three passages, played in any order, and one to four tracks. */
export const randomProjects = (settings: RandomSettings): fc.Arbitrary<Project> =>
  fc
    .record({
      bars: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
      beats: fc.integer({ min: 1, max: 5 }),
      tempo: fc.integer({ min: 2000, max: 40_000 }).map((hundredths) => hundredths / 100),
      title: fc.string({ unit: 'grapheme', maxLength: 12 }),
      key: fc.option(
        fc.record({
          tonic: fc.integer({ min: 0, max: 11 }),
          mode: fc.constantFrom('major' as const, 'minor' as const),
        }),
      ),
    })
    .chain(({ bars, beats, tempo, title, key }) => {
      const ids = bars.map((_, i) => 'abc'[i]);
      const track = fc.record({
        name: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 8 }),
        tone: fc.record({ program: fc.integer({ min: 0, max: 127 }), drums: fc.boolean() }),
        volume: fc.integer({ min: 0, max: 127 }).map((value) => value / 127),
        pan: fc.integer({ min: -63, max: 63 }).map((value) => value / 63),
        mute: fc.constantFrom(false, false, false, true),
        solo: fc.constantFrom(false, false, false, false, true),
        notes: fc.record(Object.fromEntries(ids.map((id, i) => [id, clipNotes(bars[i], beats, settings)]))),
      });
      const stepsOfBar = (beats * QUARTER_TICKS) / settings.step;
      return fc
        .record({
          tracks: fc.array(track, { minLength: 1, maxLength: 4 }),
          order: fc.array(fc.constantFrom(...ids), { minLength: 1, maxLength: 4 }),
          pickup: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: stepsOfBar - 1 })),
        })
        .map(({ tracks, order, pickup }) =>
          madeProject(Object.fromEntries(ids.map((id, i) => [id, bars[i]])), tracks, {
            ...{ beats, tempo, title, key, order },
            pickup: pickup * settings.step,
          }),
        );
    });

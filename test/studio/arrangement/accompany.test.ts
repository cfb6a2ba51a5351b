/** Chords of melodies, and accompaniment in the four styles. */

import { beforeAll, describe, expect, it } from 'vitest';
import { accompany } from '../../../src/studio/arrangement/accompany.js';
import { chordsOfMelody } from '../../../src/studio/arrangement/chords-of-melody.js';
import { chordClasses, chordsOfKey } from '../../../src/studio/arrangement/harmony.js';
import { barsOfPassage, melodyTrack, strongestNote } from '../../../src/studio/arrangement/melody.js';
import { presets } from '../../../src/studio/arrangement/presets.js';
import {
  type Note,
  type Project,
  projectSchema,
  QUARTER_TICKS,
  STYLES,
} from '../../../src/studio/project/schema.js';
import fc from '../../fast-check.js';
import { folkTunes } from '../folk-tunes.js';
import { madeProject, randomProjects } from '../made-projects.js';

let tunes: Project[];
beforeAll(async () => {
  tunes = await folkTunes();
});

/** The pitches that the tracks of a role begin to play or hold in a stretch of a passage. */
const pitchesIn = (project: Project, role: string, from: number, to: number): number[] =>
  project.tracks
    .filter((track) => track.role === role)
    .flatMap(({ clips }) => clips[0].notes)
    .filter(({ start, length }) => start < to && start + length > from)
    .map(({ pitch }) => pitch % 12);

/** How many bars have a melody, and in how many the chord that is played contains the strongest note of the bar. */
function barsThatFit(project: Project): { fit: number; all: number } {
  const [passage] = project.passages;
  const notes = melodyTrack(project)!.clips[0].notes;
  const chords = chordsOfMelody(project).get(passage.id)!;
  let [fit, all] = [0, 0];
  for (const bar of barsOfPassage(project, passage)) {
    const strongest = strongestNote(notes, bar, project.beats);
    if (!strongest) continue;
    all++;
    const chord = chords.find(({ start, end }) => start <= strongest.from && strongest.from < end)!;
    const isIn = chordClasses(chord).includes(strongest.note.pitch % 12);
    // What is played is the chord, nothing else.
    const played = [
      ...pitchesIn(project, 'chords', chord.start, chord.end),
      ...pitchesIn(project, 'bass', chord.start, chord.end),
    ];
    expect(played.every((pitch) => chordClasses(chord).includes(pitch))).toBe(true);
    if (isIn) fit++;
  }
  return { fit, all };
}

describe.each(STYLES)('%s', (style) => {
  it('has the strongest note of the bar in its chord in 90 % of the bars of the folk tunes', () => {
    let [fit, all] = [0, 0];
    const shares = tunes.map((tune) => {
      const own = barsThatFit(accompany(tune, style));
      fit += own.fit;
      all += own.all;
      return `${tune.title} ${own.fit}/${own.all}`;
    });
    process.stdout.write(`${style}: ${fit} of ${all} bars (${shares.join(', ')})\n`);
    expect(fit / all).toBeGreaterThanOrEqual(0.9);
  });

  it('has every note on the grid of eighths from the bar line, within the passage', () => {
    for (const tune of tunes) {
      const project = projectSchema.parse(accompany(tune, style));
      const end = project.passages[0].bars * project.beats * QUARTER_TICKS;
      const made = project.tracks.filter(({ role }) => role !== 'melody');
      expect(made.map(({ role }) => role)).toEqual(['chords', 'bass', 'drums']);
      for (const { clips, tone, role } of made) {
        expect(tone.drums).toBe(role === 'drums');
        expect(clips[0].notes.length).toBeGreaterThan(0);
        for (const { start, length } of clips[0].notes) {
          expect((start - project.pickup) % (QUARTER_TICKS / 2)).toBe(0);
          expect(start).toBeGreaterThanOrEqual(project.pickup);
          expect(start + length).toBeLessThanOrEqual(end);
        }
      }
    }
  });

  it('keeps the chords below the melody, and the bass below the chords', () => {
    for (const tune of tunes) {
      const project = accompany(tune, style);
      const means = ['melody', 'chords', 'bass'].map((role) => {
        const pitches = project.tracks
          .find((track) => track.role === role)!
          .clips[0].notes.map(({ pitch }) => pitch);
        return pitches.reduce((sum, pitch) => sum + pitch, 0) / pitches.length;
      });
      expect(means[0]).toBeGreaterThan(means[1]);
      expect(means[1]).toBeGreaterThan(means[2]);
    }
  });

  it('has patterns as long as their bars', () => {
    for (const [beats, { chords, bass, drums }] of Object.entries(presets[style].patterns))
      for (const line of [chords, bass, ...Object.values(drums)])
        expect(line).toHaveLength(2 * Number(beats));
  });
});

describe('a piece of two passages with a pickup of a quarter', () => {
  /** A C major tune in bars of three: passages of four bars that begin a quarter before the bar line. */
  const piece = (order: string[]): Project => {
    const line = (root: number): [number, number, number][] => [
      [0, 1, root + 7],
      ...Array.from({ length: 3 }, (_, i): [number, number, number] => [1 + 3 * i, 3, root + [0, 4, 7][i]]),
      [10, 2, root],
    ];
    return madeProject({ a: 4, b: 4 }, [{ role: 'melody', notes: { a: line(60), b: line(60) } }], {
      ...{ beats: 3, pickup: QUARTER_TICKS, order, key: { tonic: 0, mode: 'major' as const } },
    });
  };
  const clipOf = (project: Project, role: string, passage: string): Note[] =>
    project.tracks
      .find((track) => track.role === role)!
      .clips.find((clip) => project.passages.find(({ id }) => id === clip.passage)!.name === passage)!.notes;

  it.each(STYLES)('has no hole between them, and nothing before the first bar line: %s', (style) => {
    const project = projectSchema.parse(accompany(piece(['a', 'b']), style));
    const [first, second] = project.passages.map(({ name }) => name);
    const parts = ['chords', 'bass', 'drums'];
    for (const role of parts)
      expect(clipOf(project, role, first)[0].start).toBeGreaterThanOrEqual(QUARTER_TICKS);
    expect(parts.some((role) => clipOf(project, role, second)[0].start < QUARTER_TICKS)).toBe(true);
  });

  it.each(STYLES)('ends on one chord that is held: %s', (style) => {
    const project = accompany(piece(['a', 'b']), style);
    const [first, second] = project.passages.map(({ name }) => name);
    const last = 10 * QUARTER_TICKS;
    const endOf = (role: string, name: string): Note[] =>
      clipOf(project, role, name).filter(({ start }) => start >= last);
    for (const role of ['chords', 'bass'])
      expect(endOf(role, second).every(({ start, length }) => start === last && length === 960)).toBe(true);
    expect(endOf('drums', second).length).toBeLessThanOrEqual(1);
    expect(endOf('drums', first)).not.toEqual(endOf('drums', second));
    // A passage that is played before goes on there.
    const again = accompany(piece(['b', 'a', 'b']), style);
    expect(clipOf(again, 'drums', second).filter(({ start }) => start >= last).length).toBeGreaterThan(0);
    expect(clipOf(again, 'chords', second).filter(({ start }) => start >= last)).not.toEqual(
      endOf('chords', second),
    );
  });
});

it('replaces what it made and leaves all else alone, the same way each time', () => {
  fc.assert(
    fc.property(randomProjects({ step: 60, chords: true }), (project) => {
      const before = JSON.stringify(project);
      const once = projectSchema.parse(accompany(project, 'folk'));
      const again = projectSchema.parse(accompany(once, 'waltz'));
      expect(JSON.stringify(project)).toBe(before);
      expect(accompany(project, 'folk')).toEqual(once);
      expect(again.tracks.slice(0, project.tracks.length)).toEqual(project.tracks);
      expect(again.tracks.slice(project.tracks.length).map(({ role }) => role)).toEqual([
        'chords',
        'bass',
        'drums',
      ]);
      // Chords follow from the melody, not from what accompanied it before.
      expect(chordsOfMelody(again)).toEqual(chordsOfMelody(project));
    }),
    { numRuns: 60 },
  );
});

describe('chords', () => {
  const numerals = (project: Project): string[] =>
    [...chordsOfMelody(project).values()].map((chords) => chords.map(({ numeral }) => numeral).join(' '));

  it('of Twinkle are those that it is sung with, two in a bar where the melody asks for it', () => {
    expect(numerals(tunes[0])).toEqual(['I IV I V7 I V I']);
  });

  it('end the piece on the tonic, and passages before on the tonic or the dominant', () => {
    const phrase = [
      [0, 1, 60],
      [1, 1, 64],
      [2, 2, 67],
      [4, 2, 65],
      [6, 2, 62],
    ] as const;
    const [first, last] = numerals(
      madeProject({ a: 2, b: 2 }, [
        { role: 'melody', notes: { a: phrase, b: [...phrase.slice(0, 3), [4, 2, 71], [6, 2, 72]] } },
      ]),
    );
    expect(first).toMatch(/ V7?$/);
    expect(last).toMatch(/ I$/);
  });

  it('of a key are named by degree, and dominants of other degrees by what they lead to', () => {
    expect(chordsOfKey({ tonic: 7, mode: 'major' }).map(({ numeral }) => numeral)).toEqual([
      ...['I', 'V', 'V7', 'IV', 'ii', 'vi', 'iii'],
      ...['V7/V', 'V7/IV', 'V7/ii', 'V7/vi', 'V7/iii'],
    ]);
    const minor = chordsOfKey({ tonic: 9, mode: 'minor' }).find(({ numeral }) => numeral === 'V7/III');
    expect(minor).toMatchObject({ root: 7, quality: 'seventh', leadsTo: 0 });
  });

  it('are the tonic where there is no melody', () => {
    expect(numerals(madeProject({ a: 2 }, []))).toEqual(['I I']);
  });
});

it('the strongest note is the longest, then the one on the strongest place, then the first', () => {
  const strongest = (notes: [number, number, number][], beats = 4): number | undefined => {
    const project = madeProject({ a: 2 }, [{ role: 'melody', notes: { a: notes } }], { beats });
    return strongestNote(
      melodyTrack(project)!.clips[0].notes,
      barsOfPassage(project, project.passages[0])[0],
      beats,
    )?.note.pitch;
  };
  expect(
    strongest([
      [0, 1, 60],
      [1, 2, 62],
      [3, 1, 64],
    ]),
  ).toBe(62);
  expect(
    strongest([
      [0.5, 1, 60],
      [2, 1, 62],
      [3, 1, 64],
    ]),
  ).toBe(62);
  expect(
    strongest([
      [0, 1, 60],
      [2, 1, 62],
    ]),
  ).toBe(60);
  // Of what lasts beyond the bar only what is in it counts.
  expect(
    strongest([
      [0, 2, 60],
      [3, 4, 62],
    ]),
  ).toBe(60);
  expect(strongest([[4, 1, 60]])).toBeUndefined();
});

/** Projects to scores in MusicXML: read by another library, and back. */

import { parse } from 'musicxml-io';
import { describe, expect, it } from 'vitest';
import { importMusicXml } from '../../../src/studio/exchange/import-musicxml.js';
import { projectMusicXml } from '../../../src/studio/exchange/project-musicxml.js';
import { type Project, projectSchema, type Track } from '../../../src/studio/project/schema.js';
import {
  audibleTracks,
  pieceTicks,
  placedPassages,
  playedNotes,
} from '../../../src/studio/project/timeline.js';
import fc from '../../fast-check.js';
import { madeProject, randomProjects } from '../made-projects.js';
import { DIVISION, readNotes, type SoundNote } from '../read-score.js';

const notesOf = (project: Project, track: Track): SoundNote[] =>
  playedNotes(project, [track]).map(({ start, end, note }) => [start, end, note.pitch, note.velocity]);

const hasSound = (project: Project): boolean => audibleTracks(project).length > 0;

describe('what another library reads', () => {
  it.each([
    ['thirty-seconds', 60],
    ['triplets', 160],
  ])('is the notes of the project on a grid of %s', (_, step) => {
    fc.assert(
      fc.property(randomProjects({ step, chords: true }).filter(hasSound), (project) => {
        // A pickup is on the grid of thirty-seconds.
        const made = { ...project, pickup: 60 * Math.floor(project.pickup / 60) };
        const before = made.pickup % 480 === 0 || step === 60 ? made : { ...made, pickup: 0 };
        const score = parse(projectMusicXml(before));
        const tracks = audibleTracks(before);
        expect(score.parts.map((part) => readNotes(score, part))).toEqual(
          tracks.map((track) => notesOf(before, track)),
        );
        const bar = 24 * before.beats;
        for (const part of score.parts) {
          const lengths = part.measures.map((measure) =>
            measure.entries.reduce(
              (sum, entry) =>
                entry.type === 'note' && entry.voice === '1' && !entry.chord ? sum + entry.duration : sum,
              0,
            ),
          );
          expect(lengths.slice(before.pickup > 0 ? 1 : 0, -1).every((length) => length === bar)).toBe(true);
          expect(DIVISION * lengths.reduce((sum, length) => sum + length, 0)).toBe(pieceTicks(before));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('has a note that begins at the very end near there, though its beat is otherwise one of triplets', () => {
    const last = [3 + 1 / 3, 3 + 2 / 3, 4 - 3 / 480];
    const project = madeProject({ a: 1 }, [{ notes: { a: last.map((start) => [start, 2 / 480, 60]) } }]);
    const score = parse(projectMusicXml(project));
    const starts = readNotes(score, score.parts[0]).map(([start]) => start);
    expect(starts).toEqual([1620, 1740, 1860]);
  });

  it('is within a sixty-fourth of notes that are on no grid', () => {
    fc.assert(
      fc.property(randomProjects({ step: 1, chords: false }).filter(hasSound), (project) => {
        const score = parse(projectMusicXml(project));
        for (const [i, track] of audibleTracks(project).entries()) {
          const starts = readNotes(score, score.parts[i]).map(([start]) => start);
          for (const [start] of notesOf(project, track)) {
            const nearest = Math.min(...starts.map((one) => Math.abs(one - start)));
            // A triplet is a third of a beat, and a pickup off the grid moves bar lines by less than a sixty-fourth.
            expect(nearest).toBeLessThanOrEqual(80 + 30);
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('the way back', () => {
  it('gives notes, bars, tempo, key, names, instruments, volumes and places', () => {
    fc.assert(
      fc.property(randomProjects({ step: 60, chords: true }).filter(hasSound), (project) => {
        const { project: back, warnings } = importMusicXml(projectMusicXml(project), 'piece.musicxml');
        projectSchema.parse(back);
        const isSilent = playedNotes(project, audibleTracks(project)).length === 0;
        expect(warnings).toEqual(isSilent ? ['piece.musicxml has no notes.'] : []);
        const { beats, tempo, pickup } = project;
        expect(back.beats).toBe(beats);
        expect(back.tempo).toBe(tempo);
        if (pieceTicks(project) > 480 * beats) expect(back.pickup).toBe(pickup);
        const placed = ({ name, start }: { name: string; start: number }): unknown => [name, start];
        expect(placedPassages(back).map(placed)).toEqual(placedPassages(project).map(placed));
        const tracks = audibleTracks(project);
        // Parts of drums have no key.
        if (project.key && tracks.some(({ tone }) => !tone.drums)) expect(back.key).toEqual(project.key);
        expect(back.tracks.map((track) => notesOf(back, track))).toEqual(
          tracks.map((track) => notesOf(project, track)),
        );
        for (const [i, track] of tracks.entries()) {
          // Instruments of drums are those that play.
          if (notesOf(project, track).length === 0) continue;
          expect(back.tracks[i].tone).toEqual(track.tone);
          expect(back.tracks[i].volume).toBeCloseTo(track.volume, 2);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('refuses what is not a score in one sentence', () => {
    for (const text of ['', 'no xml', '<score-timewise/>', '<score-partwise><part>', '\u0000\u0001'])
      expect(() => importMusicXml(text, 'x.musicxml')).toThrow(
        /^x\.musicxml cannot be read as MusicXML: .+; export it again/,
      );
  });
});

describe('the score', () => {
  const project = madeProject(
    { a: 1, b: 1 },
    [
      {
        name: 'Melody',
        notes: {
          a: [
            [0, 1, 67],
            [1, 4, 66],
          ],
          b: [
            [0, 2, 61],
            [2, 1, 61],
            [3, 1, 60],
          ],
        },
      },
      { name: 'Bass & co', notes: { a: [[1, 3, 36]] }, tone: { program: 32, drums: false } },
      {
        name: 'Drums',
        notes: {
          a: [
            [1, 0.5, 36],
            [1, 0.5, 42],
          ],
        },
        tone: { program: 0, drums: true },
      },
    ],
    { order: ['a', 'b', 'a'], pickup: 480, title: 'Rain < sun', key: { tonic: 7, mode: 'major' } },
  );
  const text = projectMusicXml(project);

  it('has an implicit bar for the pickup, rehearsal marks where passages begin, and clefs by pitch', () => {
    expect(text).toContain('<work-title>Rain &lt; sun</work-title>');
    expect(text.match(/<measure number="0" implicit="yes">/g)).toHaveLength(3);
    const score = parse(text);
    expect(score.parts[0].measures.map(({ number }) => number)).toEqual(['0', '1', '2', '3']);
    const marks = [
      ...text.matchAll(/<rehearsal>(.)<\/rehearsal><\/direction-type>(?:<offset>(\d+)<\/offset>)?/g),
    ];
    expect(marks.map(([, name, offset]) => [name, offset])).toEqual([
      ['A', undefined],
      ['B', '72'],
      ['A', '72'],
    ]);
    expect([...text.matchAll(/<sign>(\w+)<\/sign>/g)].map(([, sign]) => sign)).toEqual([
      'G',
      'F',
      'percussion',
    ]);
  });

  it('writes accidentals once a bar, and a tied note without one', () => {
    // F sharp is in the signature of G. C sharp is not: it is tied over the bar line, and then new in that bar.
    expect([...text.matchAll(/<accidental>([a-z-]+)</g)].map(([, name]) => name)).toEqual([
      'sharp',
      'sharp',
      'natural',
    ]);
  });

  it('joins the notes of a beat by beams, and no others', () => {
    const beamed = madeProject({ a: 1 }, [
      {
        notes: {
          a: [
            [0, 0.5, 60],
            [0.5, 0.25, 62],
            [0.75, 0.25, 64],
            [1, 0.75, 65],
            [1.75, 0.25, 64],
            [2.5, 0.5, 62],
            [3, 0.5, 60],
          ],
        },
      },
    ]);
    const beams = [...projectMusicXml(beamed).matchAll(/<beam number="(\d)">([a-z ]+)</g)];
    expect(beams.map(([, level, step]) => `${level} ${step}`)).toEqual([
      ...['1 begin', '1 continue', '2 begin', '1 end', '2 end'],
      ...['1 begin', '1 end', '2 backward hook'],
    ]);
  });

  it('needs a track that sounds', () => {
    const muted = madeProject({ a: 1 }, [{ notes: { a: [[0, 1, 60]] }, mute: true }]);
    expect(() => projectMusicXml(muted)).toThrow('A score needs a track that sounds');
  });

  it('with more voices at once than programs read has one, tied', () => {
    const cluster = madeProject({ a: 1 }, [
      { notes: { a: Array.from({ length: 6 }, (_, i) => [i / 4, 3 - i / 4, 50 + i] as const) } },
    ]);
    const score = parse(projectMusicXml(cluster));
    expect(readNotes(score, score.parts[0])).toEqual(notesOf(cluster, cluster.tracks[0]));
    expect(projectMusicXml(cluster)).not.toContain('<backup>');
  });
});

/** Projects to MIDI files and back. */

import { type MidiEvent, parseMidi, writeMidi } from 'midi-file';
import { describe, expect, it } from 'vitest';
import { importMidi } from '../../../src/studio/exchange/import-midi.js';
import { projectMidi } from '../../../src/studio/exchange/project-midi.js';
import { type Project, projectSchema, type Track } from '../../../src/studio/project/schema.js';
import { audibleTracks, placedPassages, playedNotes } from '../../../src/studio/project/timeline.js';
import fc from '../../fast-check.js';
import { madeProject, randomProjects } from '../made-projects.js';

/** Passages as played: name, beginning, end. */
const formOf = (project: Project): [string, number, number][] =>
  placedPassages(project).map(({ name, start, end }) => [name, start, end]);

/** Notes of a track as played: start, end, pitch, velocity. */
const notesOf = (project: Project, track: Track): number[][] =>
  playedNotes(project, [track]).map(({ start, end, note }) => [start, end, note.pitch, note.velocity]);

const tracksOf = (bytes: Uint8Array): MidiEvent[][] =>
  parseMidi(bytes as unknown as ArrayLike<number>).tracks;

const melody = {
  a: [
    [0, 1, 60],
    [1, 1, 64],
    [2, 2, 67],
  ],
} as const;

describe('the round trip', () => {
  it('is exact: notes, tempo, meter, pickup, key, names, programs, volumes and places', () => {
    fc.assert(
      fc.property(randomProjects({ step: 1, chords: true }), (project) => {
        const { project: back, warnings } = importMidi(projectMidi(project), 'piece.mid');
        const isSilent = playedNotes(project, audibleTracks(project)).length === 0;
        expect(warnings).toEqual(isSilent ? ['piece.mid has no notes.'] : []);
        projectSchema.parse(back);
        const { beats, pickup, tempo } = project;
        expect({ beats: back.beats, pickup: back.pickup, tempo: back.tempo }).toEqual({
          beats,
          pickup,
          tempo,
        });
        if (project.key) expect(back.key).toEqual(project.key);
        expect(back.title).toBe(project.title.trim() || 'piece');
        expect(formOf(back)).toEqual(formOf(project));
        expect(back.passages.length).toBeLessThanOrEqual(new Set(project.order).size);
        const written = audibleTracks(project).filter((track) => notesOf(project, track).length > 0);
        expect(back.tracks.map((track) => notesOf(back, track))).toEqual(
          written.map((track) => notesOf(project, track)),
        );
        for (const [i, track] of written.entries()) {
          const own = back.tracks[i];
          expect(own.tone).toEqual(track.tone);
          expect(own.volume).toBeCloseTo(track.volume, 2);
          expect(own.pan).toBeCloseTo(track.pan, 2);
          if (track.name.trim() !== '') expect(own.name).toBe(track.name.trim());
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('the file', () => {
  it('has a track for each part, with channel, program, volume and pan, and markers in the order played', () => {
    const project = madeProject(
      { a: 1, b: 1 },
      [
        { notes: { a: melody.a }, tone: { program: 73, drums: false }, volume: 0.5, pan: -1, name: 'Flöte' },
        { notes: { b: [[0, 1, 36]] }, tone: { program: 0, drums: true }, pan: 1 },
        { notes: melody, mute: true },
      ],
      { order: ['a', 'b', 'a'] },
    );
    const [conductor, flute, drums, ...others] = tracksOf(projectMidi(project));
    expect(others).toEqual([]);
    const markers = conductor.filter((event) => event.type === 'marker');
    expect(markers.map(({ text, deltaTime }) => [text, deltaTime])).toEqual([
      ['A', 0],
      ['B', 1920],
      ['A', 1920],
    ]);
    expect(flute.filter((event) => event.type === 'controller')).toMatchObject([
      { channel: 0, controllerType: 7, value: 64 },
      { channel: 0, controllerType: 10, value: 1 },
    ]);
    expect(flute).toContainEqual(expect.objectContaining({ type: 'programChange', programNumber: 73 }));
    expect(flute.filter((event) => event.type === 'noteOn')).toHaveLength(6);
    expect(drums.filter((event) => event.type === 'noteOn')).toMatchObject([{ channel: 9, noteNumber: 36 }]);
    expect(importMidi(projectMidi(project), 'x').project.tracks[0].name).toBe('Flöte');
  });

  it('puts the sixteenth pitched track on a further port', () => {
    const tracks = Array.from({ length: 17 }, (_, i) => ({
      notes: melody,
      tone: { program: i, drums: i === 3 },
    }));
    const [, ...written] = tracksOf(projectMidi(madeProject({ a: 1 }, tracks)));
    const places = written.map((events) => [
      events.find((event) => event.type === 'portPrefix')!.port,
      events.find((event) => event.type === 'programChange')!.channel,
    ]);
    expect(places.map(([port]) => port)).toEqual([...Array(16).fill(0), 1]);
    expect(places.filter(([, channel]) => channel === 9)).toEqual([[0, 9]]);
    expect(new Set(places.map(String)).size).toBe(17);
  });
});

describe('files of others', () => {
  const header = { format: 1, numTracks: 1, ticksPerBeat: 96 } as const;
  const file = (events: object[], more: object = {}): Uint8Array =>
    Uint8Array.from(
      writeMidi({
        header: { ...header, ...more },
        tracks: [[...events, { deltaTime: 0, meta: true, type: 'endOfTrack' }] as MidiEvent[]],
      }),
    );
  const note = (delta: number, length: number, channel = 0): object[] => [
    { deltaTime: delta, type: 'noteOn', channel, noteNumber: 60, velocity: 80 },
    { deltaTime: length, type: 'noteOff', channel, noteNumber: 60, velocity: 0 },
  ];
  const tempo = (deltaTime: number, microsecondsPerBeat: number): object => ({
    ...{ deltaTime, meta: true, type: 'setTempo', microsecondsPerBeat },
  });
  const meter = (deltaTime: number, numerator: number, denominator: number): object => ({
    ...{ deltaTime, meta: true, type: 'timeSignature', numerator, denominator },
    ...{ metronome: 24, thirtyseconds: 8 },
  });

  it('are brought to 480 ticks, a track for each channel of a file of one track', () => {
    const { project } = importMidi(
      file([...note(48, 96), ...note(0, 24, 9), ...note(0, 96, 2)], { format: 0 }),
      'a.mid',
    );
    expect(project.title).toBe('a');
    expect(project.tracks.map(({ tone, role }) => [tone.drums, role])).toEqual([
      [false, 'melody'],
      [true, 'other'],
      [false, 'other'],
    ]);
    expect(project.tracks.map((track) => notesOf(project, track)[0].slice(0, 2))).toEqual([
      [240, 720],
      [720, 840],
      [840, 1320],
    ]);
  });

  it('become passages at markers, but not where a note would be cut', () => {
    const project = madeProject(
      { a: 4 },
      [
        {
          notes: {
            a: [
              [0, 4, 60],
              [4, 8, 62],
              [12, 4, 60],
            ],
          },
        },
      ],
      { title: 'Marked' },
    );
    const [conductor, ...tracks] = tracksOf(projectMidi(project));
    const marker = (deltaTime: number, text: string): MidiEvent => ({
      ...{ deltaTime, meta: true, type: 'marker', text },
    });
    const events = [
      ...conductor.filter(({ type }) => type !== 'marker' && type !== 'endOfTrack'),
      marker(1920, 'Verse'),
      marker(1920, 'in a note'),
      marker(1920, 'Chorus'),
      { deltaTime: 0, meta: true, type: 'endOfTrack' } as MidiEvent,
    ];
    const header = { format: 1, numTracks: 1 + tracks.length, ticksPerBeat: 480 } as const;
    const bytes = Uint8Array.from(writeMidi({ header, tracks: [events, ...tracks] }));
    const { project: back } = importMidi(bytes, 'marked.mid');
    projectSchema.parse(back);
    expect(formOf(back)).toEqual([
      ['Intro', 0, 1920],
      ['Verse', 1920, 5760],
      ['Chorus', 5760, 7680],
    ]);
    expect(notesOf(back, back.tracks[0])).toEqual(notesOf(project, project.tracks[0]));
  });

  it('keep the first tempo and meter, and say so', () => {
    const { project, warnings } = importMidi(
      file([tempo(0, 500_000), meter(0, 3, 8), ...note(0, 960), tempo(0, 600_000), meter(0, 4, 4)]),
      'a.mid',
    );
    expect([project.tempo, project.beats, project.pickup]).toEqual([120, 3, 0]);
    expect(warnings).toEqual([
      'The tempo changes once; the project keeps the first, 120 quarters a minute.',
      'The meter changes; the project keeps 3/8, so bar lines may lie elsewhere.',
      'Bars of 1.5 quarters are put together to bars of 3, as a project has whole quarters in a bar.',
    ]);
  });

  it('that are damaged are refused in one sentence', () => {
    const whole = projectMidi(madeProject({ a: 1 }, [{ notes: melody }]));
    for (let length = 0; length < whole.length; length++)
      expect(() => importMidi(whole.subarray(0, length), 'cut.mid')).toThrow(
        /^cut\.mid is [^.]+\.$|ends in \.mid\.$/,
      );
    expect(() => importMidi(new TextEncoder().encode('X:1\nK:C\nCDEF and more of it'), 'a.mid')).toThrow(
      'a.mid is not a MIDI file; choose one that ends in .mid.',
    );
  });

  it('with any byte changed give a project or one sentence', () => {
    const whole = projectMidi(madeProject({ a: 2 }, [{ notes: melody }, { notes: melody }]));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const bytes = whole.slice();
          for (const [at, value] of changes) bytes[at] = value;
          try {
            projectSchema.parse(importMidi(bytes, 'odd.mid').project);
          } catch (error) {
            expect((error as Error).name).toBe('UsageError');
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

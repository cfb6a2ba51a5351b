/** Projects from transcriptions, and project files as they are read. */
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/base/errors.js';
import { emptyProject, fromTranscription } from '../../src/studio/project/from-transcription.js';
import { projectText, readProject } from '../../src/studio/project/migrations.js';
import { type Project, projectJsonSchema, projectSchema } from '../../src/studio/project/schema.js';
import { barStarts, playedNotes, secondsOf } from '../../src/studio/project/timeline.js';
import { transcribe } from '../../src/transcription/transcribe.js';
import { sing, VOICE_RATE } from '../transcription/voice.js';

const source = { name: 'hum.wav', sha256: 'a'.repeat(64), seconds: 9, settings: null, warnings: [] };

/** Frère Jacques at 120, 30 cents sharp: quarters, then a half. */
const TUNE = [60, 62, 64, 60, 60, 62, 64, 60, 64, 65, 67].map((pitch, i) => ({
  onset: 0.5 + i / 2,
  offset: 0.5 + i / 2 + (i === 10 ? 0.95 : 0.42),
  pitch: pitch + 0.3,
}));

const hum = async (): ReturnType<typeof transcribe> =>
  transcribe({ samples: sing(TUNE, 8, { glide: 0.04 }), sampleRate: VOICE_RATE }, { tempo: 120 });

describe('a transcription as a project', () => {
  it('has the notes on the grid, in whole semitones of the singer’s tuning, with how they were sung', async () => {
    const transcription = await hum();
    const project = fromTranscription(transcription, source, { beats: 4 });
    expect(projectSchema.safeParse(project).error).toBeUndefined();
    const notes = playedNotes(project);
    expect(notes.map(({ note }) => note.pitch)).toEqual(TUNE.map(({ pitch }) => pitch - 0.3));
    expect(notes.map(({ start }) => start)).toEqual(TUNE.map((_, i) => 480 * i));
    expect(notes.at(-1)!.note.length).toBe(960);
    expect(project.tuning_cents).toBeCloseTo(30, -0.5);
    expect(notes[3].note.sung!.onset).toBeCloseTo(2, 1);
    expect(project.f0!.hz).toHaveLength(transcription.f0.hz.length);
    expect([project.beats, project.passages[0].bars]).toEqual([4, 3]);
  });

  it('keeps the times as they were sung with strength 0', async () => {
    const transcription = await hum();
    const project = fromTranscription(transcription, source, { strength: 0 });
    const [first, ...others] = playedNotes(project);
    expect(first.start).toBe(0);
    for (const { start, note } of others)
      expect(secondsOf(project, start)).toBeCloseTo(note.sung!.onset - first.note.sung!.onset, 2);
  });

  it('of silence has no notes and one bar', async () => {
    const silence = await transcribe({ samples: new Float32Array(VOICE_RATE), sampleRate: VOICE_RATE });
    const project = fromTranscription(silence, source);
    expect(projectSchema.safeParse(project).error).toBeUndefined();
    expect([playedNotes(project).length, project.passages[0].bars, project.tempo]).toEqual([0, 1, 120]);
  });

  it('does not take a strength out of range', async () => {
    const transcription = await hum();
    expect(() => fromTranscription(transcription, source, { strength: 2 })).toThrow(RangeError);
  });
});

it('bar lines lie a pickup after the beginning, through all passages', () => {
  const project: Project = { ...emptyProject('', 2), beats: 3, pickup: 480, order: ['p1', 'p1'] };
  expect(barStarts(project)).toEqual([0, 480, 1920, 3360, 4800]);
});

describe('a project file', () => {
  const good = JSON.parse(projectText(emptyProject('Song'))) as Record<string, unknown>;

  it('is read as it was written', () => {
    expect(projectText(readProject(good, 'p.json'))).toBe(projectText(emptyProject('Song')));
  });

  it.each([
    [null, /not a project of polytag/],
    [{ notes: [] }, /not a project of polytag/],
    [{ ...good, version: 3 }, /version 3, and this polytag reads versions up to 2; update polytag/],
    [{ ...good, version: 'x' }, /version must be a whole number/],
    [{ ...good, tempo: 0 }, /p.json is not a valid project: tempo/],
    [{ ...good, order: ['p9'] }, /order: there is no passage "p9"/],
    [{ ...good, pickup: 1920 }, /pickup: 1920 ticks are not less than a bar/],
    [
      { ...good, tracks: [...(good.tracks as object[]), ...(good.tracks as object[])] },
      /"t2" is given twice/,
    ],
    [{ ...good, extra: 1 }, /extra/],
  ])('that is not one is a sentence (%#)', (json, message) => {
    expect(() => readProject(json, 'p.json')).toThrow(UsageError);
    expect(() => readProject(json, 'p.json')).toThrow(message);
  });

  it.each([
    [null, null],
    [
      { name: 'hum.wav', sha256: 'a'.repeat(64), seconds: 9 },
      { name: 'hum.wav', sha256: 'a'.repeat(64), seconds: 9, settings: null, warnings: [] },
    ],
  ])('of version 1 is brought into the present form (%#)', (before, after) => {
    const read = readProject({ ...good, version: 1, source: before }, 'p.json');
    expect(read).toEqual({ ...emptyProject('Song'), source: after });
  });

  it('has a published schema of every key', () => {
    const schema = projectJsonSchema() as { properties: object; required: string[] };
    expect(Object.keys(schema.properties)).toEqual(Object.keys(good));
    expect(schema.required).toEqual(Object.keys(good));
  });
});

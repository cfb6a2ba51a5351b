/** Editing commands: each by its effect, and any 200 of them undone and redone. */

import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/base/errors.js';
import { EditHistory } from '../../src/studio/editing/history.js';
import { applyEdit, commands, type Edit } from '../../src/studio/editing/index.js';
import { strayNotes } from '../../src/studio/editing/stray-notes.js';
import { emptyProject } from '../../src/studio/project/from-transcription.js';
import { projectText, readProject } from '../../src/studio/project/migrations.js';
import { type Note, type Project, projectSchema } from '../../src/studio/project/schema.js';
import { playedNotes } from '../../src/studio/project/timeline.js';
import fc from '../fast-check.js';
import { drawEdit } from './edits.js';

/** C D E F, G A B C in quarters, two bars of passage A; how the first four were sung. */
function scale(): Project {
  const empty = emptyProject('Scale', 2);
  const notes = [60, 62, 64, 65, 67, 69, 71, 72].map(
    (pitch, i): Note => ({
      ...{ id: `n${i + 1}`, start: i * 480, length: 480, pitch, velocity: 90 },
      ...(i < 4 && {
        sung: { onset: i / 2, offset: i / 2 + 0.45, pitch: pitch + 0.1, confidence: 0.9 - 0.2 * i },
      }),
    }),
  );
  const [melody] = empty.tracks;
  return {
    ...empty,
    key: { tonic: 0, mode: 'major' },
    tracks: [{ ...melody, clips: [{ id: 'c30', passage: 'p1', notes }] }],
    next_id: 40,
  };
}

const notesOf = (project: Project): Note[] =>
  project.tracks.flatMap(({ clips }) => clips.flatMap((c) => c.notes));
const find = (project: Project, id: string): Note => notesOf(project).find((note) => note.id === id)!;
const run = (name: Edit['name'], args: object, project = scale()): Project =>
  applyEdit(project, { name, args } as Edit);

describe('notes', () => {
  it('are added in order, and cut at the end of their passage', () => {
    const project = run('add-note', { track: 't2', passage: 'p1', start: 3700, length: 960, pitch: 50 });
    expect(notesOf(project).at(-1)).toEqual({ id: 'n40', start: 3700, length: 140, pitch: 50, velocity: 90 });
  });

  it('lengthen their passage by whole bars where that is asked and they begin after its end', () => {
    const args = { track: 't2', passage: 'p1', start: 3840 + 1920 + 480, length: 9600, pitch: 50 };
    expect(() => run('add-note', args)).toThrow('The note begins after its passage ends');
    const project = run('add-note', { ...args, lengthen: true });
    expect(project.passages.map(({ bars }) => bars)).toEqual([4]);
    expect(notesOf(project).at(-1)).toMatchObject({ start: 6240, length: 1440 });
    expect(() => run('add-note', { ...args, start: 1e8, lengthen: true })).toThrow('at most 10000 bars');
    const within = run('add-note', { ...args, start: 3700, lengthen: true });
    expect(within.passages).toEqual(scale().passages);
  });

  it('move together, as far as all of them can', () => {
    const project = run('move-notes', { notes: ['n1', 'n2'], ticks: -700, semitones: 3 });
    expect([find(project, 'n1'), find(project, 'n2')].map(({ start, pitch }) => [start, pitch])).toEqual([
      [0, 63],
      [480, 65],
    ]);
    expect(find(run('move-notes', { notes: ['n7'], ticks: 9000, semitones: 99 }), 'n7')).toMatchObject({
      start: 3360,
      pitch: 127,
    });
  });

  it('are stretched at either end', () => {
    expect(find(run('stretch-notes', { notes: ['n2'], ticks: 240 }), 'n2').length).toBe(720);
    expect(find(run('stretch-notes', { notes: ['n2'], ticks: -9999 }), 'n2').length).toBe(30);
    expect(find(run('stretch-notes', { notes: ['n2'], ticks: 100, edge: 'start' }), 'n2')).toMatchObject({
      start: 580,
      length: 380,
    });
  });

  it('are split and joined again', () => {
    const split = run('split-note', { note: 'n3', at: 120 });
    expect(find(split, 'n3').length).toBe(120);
    expect(find(split, 'n40')).toMatchObject({ start: 1080, length: 360, pitch: 64 });
    const joined = run('join-notes', { notes: ['n3', 'n40'] }, split);
    expect(find(joined, 'n3')).toMatchObject({ start: 960, length: 480, pitch: 64 });
    expect(notesOf(joined)).toHaveLength(8);
  });

  it('are quantised on a grid that lies on bar lines, part of the way where asked', () => {
    const off = run('move-notes', { notes: ['n1'], ticks: 100, semitones: 0 });
    expect(find(run('quantise', { notes: ['n1'], grid: 8 }, off), 'n1').start).toBe(0);
    expect(find(run('quantise', { notes: ['n1'], grid: 8, strength: 0.5 }, off), 'n1').start).toBe(50);
    const shifted = { ...off, pickup: 200 };
    expect(find(run('quantise', { notes: ['n1'], grid: 4 }, shifted), 'n1').start).toBe(200);
  });

  it('are transposed with the key', () => {
    const project = run('transpose', { semitones: 2 });
    expect(notesOf(project).map(({ pitch }) => pitch)).toEqual([62, 64, 66, 67, 69, 71, 73, 74]);
    expect(project.key).toEqual({ tonic: 2, mode: 'major' });
  });

  it('snap to the key by how they were sung', () => {
    const sharp = run('move-notes', { notes: ['n2'], ticks: 0, semitones: -1 }); // C♯, sung a little above D
    expect(find(run('snap-to-key', { notes: ['n2'] }, sharp), 'n2').pitch).toBe(62);
    const { sung: _, ...written } = find(sharp, 'n2');
    const without: Project = {
      ...sharp,
      tracks: [
        {
          ...sharp.tracks[0],
          clips: [{ ...sharp.tracks[0].clips[0], notes: [written] }],
        },
      ],
    };
    expect(find(run('snap-to-key', { notes: ['n2'] }, without), 'n2').pitch).toBe(60);
  });

  it('that are stray are the least sure ones, and none that a person wrote', () => {
    expect(strayNotes(scale(), 0).size).toBe(0);
    expect([...strayNotes(scale(), 0.4)]).toEqual(['n4']);
    expect([...strayNotes(scale(), 1)]).toEqual(['n2', 'n3', 'n4']);
    expect(notesOf(run('remove-stray-notes', { amount: 0.4 })).map(({ id }) => id)).not.toContain('n4');
  });
});

describe('passages', () => {
  const played = (project: Project): number[][] =>
    playedNotes(project).map(({ start, note }) => [start, note.pitch]);

  it('are repeated with the same notes, and varied into notes of their own', () => {
    const twice = run('repeat-passage', { at: 0 });
    expect(twice.order).toEqual(['p1', 'p1']);
    expect(played(twice)).toHaveLength(16);
    const varied = run('vary-passage', { at: 1 }, twice);
    expect(varied.passages.map(({ name }) => name)).toEqual(['A', 'A′']);
    expect(played(varied)).toEqual(played(twice));
    const [, copy] = varied.tracks[0].clips;
    const moved = run('move-notes', { notes: [copy.notes[0].id], ticks: 0, semitones: 1 }, varied);
    expect(find(moved, 'n1').pitch).toBe(60);
  });

  it('are split at a bar line and joined again without a change in what is played', () => {
    const split = run('split-passage', { passage: 'p1', bars: 1 });
    expect(split.passages.map(({ name, bars }) => [name, bars])).toEqual([
      ['A', 1],
      ['B', 1],
    ]);
    expect(played(split)).toEqual(played(scale()));
    const joined = run('join-passages', { at: 0 }, split);
    expect(joined.passages.map(({ name, bars }) => [name, bars])).toEqual([['A', 2]]);
    expect(played(joined)).toEqual(played(scale()));
  });

  it('move, and take their notes with them when they are removed', () => {
    const split = run('split-passage', { passage: 'p1', bars: 1 });
    const swapped = run('move-passage', { at: 1, to: 0 }, split);
    expect(played(swapped).map(([, pitch]) => pitch)).toEqual([67, 69, 71, 72, 60, 62, 64, 65]);
    const removed = run('remove-passage', { at: 0 }, swapped);
    expect(notesOf(removed).map(({ pitch }) => pitch)).toEqual([60, 62, 64, 65]);
  });

  it('become shorter with the notes that do not fit', () => {
    expect(notesOf(run('set-bars', { passage: 'p1', bars: 1 }))).toHaveLength(4);
  });
});

it('a change of meter keeps the notes and at least their bars', () => {
  const project = run('set-meter', { beats: 3, pickup: 1 });
  expect([project.beats, project.pickup, project.passages[0].bars]).toEqual([3, 480, 3]);
  expect(notesOf(project)).toEqual(notesOf(scale()));
});

describe('what cannot be done is a sentence', () => {
  it.each([
    ['delete-notes', { notes: ['x'] }, /1 note of the command no longer exist/],
    ['set-track', { track: 'x', mute: true }, /no track "x"/],
    ['split-passage', { passage: 'p1', bars: 2 }, /has 2 bars/],
    ['remove-passage', { at: 0 }, /at least one passage/],
    ['repeat-passage', { at: 7 }, /none at place 8/],
    ['vary-passage', { at: 0 }, /played once/],
    ['split-note', { note: 'n1', at: 480 }, /too short/],
    ['transpose', { semitones: 100 }, /range of MIDI/],
    ['set-tempo', { tempo: 1 }, /set-tempo: tempo/],
    ['move-notes', { notes: ['n1'] }, /move-notes: ticks/],
    [
      'add-note',
      { track: 't2', passage: 'p1', start: 3840, length: 1, pitch: 1 },
      /begins after its passage/,
    ],
  ] as const)('%s %j', (name, args, message) => {
    expect(() => run(name, args)).toThrow(UsageError);
    expect(() => run(name, args)).toThrow(message);
  });
});

it('every command is undone and redone, 200 at random: the same bytes, and a valid project at each step', () => {
  // Of doubles, most that are drawn would be tiny.
  const share = fc.integer({ min: 0, max: 9999 }).map((value) => value / 10_000);
  const draw = fc.record({ command: share, which: share, more: share, a: share, b: share });
  const used = new Set<string>();
  fc.assert(
    fc.property(fc.array(draw, { minLength: 200, maxLength: 200 }), (draws) => {
      const history = new EditHistory(scale());
      const texts = [projectText(history.project)];
      for (const one of draws) {
        const edit = drawEdit(history.project, one);
        if (!edit) continue;
        try {
          if (!history.run(edit)) continue;
        } catch (error) {
          if (!(error instanceof UsageError)) throw error;
          expect(projectText(history.project)).toBe(texts.at(-1));
          continue;
        }
        used.add(edit.name);
        expect(projectSchema.safeParse(history.project).error).toBeUndefined();
        texts.push(projectText(history.project));
      }
      const end = texts.length - 1;
      for (let i = end - 1; i >= 0; i--) {
        expect(history.undo()).not.toBeNull();
        expect(projectText(history.project)).toBe(texts[i]);
      }
      expect(history.undo()).toBeNull();
      for (let i = 1; i <= end; i++) {
        history.redo();
        expect(projectText(history.project)).toBe(texts[i]);
      }
      expect(history.redo()).toBeNull();
      // The commands alone, done again from the beginning, give the same bytes.
      const again = history.edits.reduce(applyEdit, scale());
      expect(projectText(again)).toBe(texts[end]);
      expect(projectText(readProject(JSON.parse(texts[end]), 'p.json'))).toBe(texts[end]);
    }),
    { numRuns: 25, seed: 16 },
  );
  expect([...used].sort()).toEqual(Object.keys(commands).sort());
});

it('a new command after an undo leaves nothing to redo', () => {
  const history = new EditHistory(scale());
  history.run({ name: 'set-tempo', args: { tempo: 90 } });
  history.undo();
  history.run({ name: 'transpose', args: { semitones: 1 } });
  expect(history.titles).toEqual({ undo: 'Transpose by 1 semitone', redo: null });
  expect(history.run({ name: 'set-tempo', args: { tempo: history.project.tempo } })).toBe(false);
});

/** Files that are brought into the studio by their names. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { importAbc } from '../../../src/studio/exchange/import-abc.js';
import { IMPORT_ENDINGS, importFile } from '../../../src/studio/exchange/index.js';
import { projectMidi } from '../../../src/studio/exchange/project-midi.js';
import { projectMusicXml } from '../../../src/studio/exchange/project-musicxml.js';
import { projectText } from '../../../src/studio/project/migrations.js';
import { projectSchema } from '../../../src/studio/project/schema.js';
import { madeProject } from '../made-projects.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const ABC = 'X:1\nT:Stars\nM:4/4\nL:1/4\nQ:1/4=90\nK:D\nF | D E F2 | D4 |]\n';
const project = madeProject(
  { a: 3 },
  [
    {
      notes: {
        a: [
          [0, 1, 66],
          [1, 1, 62],
          [2, 1, 64],
          [3, 2, 66],
          [5, 4, 62],
        ],
      },
    },
  ],
  { pickup: 480, tempo: 90, title: 'Stars', key: { tonic: 2, mode: 'major' } },
);

const files: Record<(typeof IMPORT_ENDINGS)[number], Uint8Array> = {
  '.mid': projectMidi(project),
  '.midi': projectMidi(project),
  '.musicxml': bytesOf(projectMusicXml(project)),
  '.xml': bytesOf(projectMusicXml(project)),
  '.abc': bytesOf(ABC),
  '.json': bytesOf(projectText(project)),
};

describe.each(IMPORT_ENDINGS)('%s', (ending) => {
  it('gives the tune', async () => {
    const { project: read, warnings } = await importFile(files[ending], `some${ending}`);
    expect(warnings).toEqual([]);
    projectSchema.parse(read);
    const { title, tempo, beats, pickup, key } = read;
    expect({ title, tempo, beats, pickup, key }).toEqual({
      ...{ title: 'Stars', tempo: 90, beats: 4, pickup: 480 },
      key: { tonic: 2, mode: 'major' },
    });
    expect(read.tracks[0].clips[0].notes.map(({ start, length, pitch }) => [start, length, pitch])).toEqual(
      project.tracks[0].clips[0].notes.map(({ start, length, pitch }) => [start, length, pitch]),
    );
  });

  it('refuses what is not of its kind in one sentence', async () => {
    for (const bytes of [new Uint8Array(0), Uint8Array.of(0xff, 0, 1, 2), bytesOf('nothing of the kind')])
      await expect(importFile(bytes, `odd${ending}`)).rejects.toMatchObject({
        name: 'UsageError',
        message: expect.stringMatching(/^odd\.[a-z]+ .+\.$/),
      });
  });
});

it('another ending is refused with those that can be read', async () => {
  await expect(importFile(bytesOf('x'), 'song.pdf')).rejects.toThrow(
    'song.pdf cannot be brought in; choose a file of .mid, .midi, .musicxml, .xml, .abc, .json.',
  );
});

it('a book of tunes is read by place, with its first where none is given', async () => {
  const book = await readFile('configs/folk-tunes.abc', 'utf8');
  const { project: first, warnings } = await importAbc(book, 'folk-tunes.abc');
  expect(first.title).toBe('twinkle-twinkle');
  expect(warnings).toEqual(['The file has 10 tunes; the project is the first of them, twinkle-twinkle.']);
  const { project: grace } = await importAbc(book, 'folk-tunes.abc', 7);
  expect([grace.title, grace.beats, grace.pickup, grace.passages[0].bars]).toEqual([
    'amazing-grace',
    3,
    480,
    8,
  ]);
  await expect(importAbc(book, 'folk-tunes.abc', 10)).rejects.toThrow(
    'has 10 tunes, and so none of number 11',
  );
});

it('compound meters and minor modes of ABC are kept, and repeats played', async () => {
  const { project: jig } = await importAbc('X:1\nM:6/8\nL:1/8\nK:Ador\n|:ABc d2e|e6:|\n', 'jig.abc');
  expect([jig.beats, jig.key, jig.passages[0].bars]).toEqual([3, { tonic: 9, mode: 'minor' }, 4]);
});

/** A score of one bar with some elements in it. */
const scoreOf = (...elements: string[]): Uint8Array =>
  new TextEncoder().encode(
    `<score-partwise><part-list/><part id="P1"><measure>${elements.join('')}</measure></part></score-partwise>`,
  );
const noteOf = (octave: string, duration: string): string =>
  `<note><pitch><step>C</step><octave>${octave}</octave></pitch><duration>${duration}</duration></note>`;

/** Entities of entities: a gigabyte, if a reader replaced them. */
const LAUGHS = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "ha">${Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('')}]><score-partwise><movement-title>&l9;</movement-title></score-partwise>`;

it.each([
  ['a duration that is no number', scoreOf(noteOf('4', 'x')), /: <duration> is "x", which is not a number; /],
  ['a negative duration', scoreOf(noteOf('4', '-1')), /: <duration> is -1, which is negative; /],
  [
    'an octave that is no number',
    scoreOf(noteOf('NaN', '1')),
    /: <octave> is "NaN", which is not a number; /,
  ],
  [
    'a way back that is no number',
    scoreOf(noteOf('4', '1'), '<backup><duration>∞</duration></backup>'),
    /: <duration> is "∞", which is not a number; /,
  ],
  ['entities', new TextEncoder().encode(LAUGHS), /: entity not found:&l9; export it again/],
])('a score with %s is refused in one sentence', async (_, bytes, sentence) => {
  await expect(importFile(bytes, 'bad.musicxml')).rejects.toThrow(sentence);
});

it('a file without notes says so', async () => {
  const { project, warnings } = await importFile(scoreOf(), 'empty.musicxml');
  expect(projectSchema.parse(project).tracks.flatMap(({ clips }) => clips[0].notes)).toEqual([]);
  expect(warnings).toContain('empty.musicxml has no notes.');
});

it('a tempo of 0 in MIDI is passed over', async () => {
  const track = [0, 0xff, 0x51, 3, 0, 0, 0, 0, 0x90, 60, 64, 96, 0x80, 60, 0, 0, 0xff, 0x2f, 0];
  const head = [0x4d, 0x54, 0x68, 0x64, 0, 0, 0, 6, 0, 1, 0, 1, 0, 96, 0x4d, 0x54, 0x72, 0x6b, 0, 0, 0];
  const { project, warnings } = await importFile(Uint8Array.of(...head, track.length, ...track), 'still.mid');
  expect([project.tempo, warnings]).toEqual([120, []]);
});

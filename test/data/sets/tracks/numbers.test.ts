import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { examplesOf, SPLITS } from '../../../../src/data/dataset.js';
import { tracksOptions } from '../../../../src/data/sets/tracks/options.js';
import { tracks } from '../../../../src/data/sets/tracks.js';

type Given = Partial<z.input<typeof tracksOptions>>;

/** Loads a table of these rows below `id,valence,arousal,rating,name`. */
async function load(rows: readonly string[], given: Given) {
  const root = await mkdtemp(join(tmpdir(), 'polytag-numbers-'));
  await writeFile(join(root, 'tracks.csv'), `id,valence,arousal,rating,name\n${rows.join('\n')}\n`);
  return tracks.load(tracksOptions.parse({ set: 'tracks', root, ...given }));
}

/** Rows with decimals, whole ratings and names; `change` alters single ones. */
const made = (change: (cells: string[], i: number) => void = () => {}): string[] =>
  Array.from({ length: 40 }, (_, i) => {
    const cells = [
      `t${String(i).padStart(2, '0')}`,
      (i / 20 - 1).toFixed(2),
      `${i % 9}e-1`,
      `${i % 5}`,
      `n${i % 3}`,
    ];
    change(cells, i);
    return cells.join(',');
  });

describe('numbers as targets of a table', () => {
  it('are found in a column with decimals, said in a note, and kept in their unit', async () => {
    const data = await load(made(), { target: 'valence' });
    expect([data.task, data.labels]).toEqual(['regression', ['valence']]);
    expect(data.protocol).toMatch(/^valence as numbers, fold 0 of 5/);
    expect(data.notes[0]).toMatch(
      /^data\.target: "valence" holds numbers such as -0\.95, which are predicted/,
    );
    expect([...data.examples[3].targets]).toEqual([-0.85]);
  });

  it('are two for a list of columns', async () => {
    const data = await load(made(), { target: ['arousal', 'valence'] });
    expect([data.task, data.labels]).toEqual(['regression', ['arousal', 'valence']]);
    expect([...data.examples[12].targets]).toEqual([0.3, -0.4]);
  });

  it('give every split its share of low and high values', async () => {
    const data = await load(made(), { target: 'valence' });
    for (const split of SPLITS) {
      const values = examplesOf(data, split).map(({ targets }) => targets[0]);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(Math.abs(mean + 0.025), split).toBeLessThan(0.12);
    }
  });

  it('are masked and counted where they are missing, not numbers or infinite', async () => {
    const wrong = ['', 'NA', 'sad', 'inf', '1e999', '0x10', '0,5'];
    const rows = made((cells, i) => {
      if (i < wrong.length) cells[1] = wrong[i] === '0,5' ? '"0,5"' : wrong[i];
      if (i === 0) cells[2] = '';
    });
    const data = await load(rows, { target: ['valence', 'arousal'], target_kind: 'regression' });
    expect(data.examples.map(({ id }) => id)).not.toContain('t00');
    expect(data.examples.slice(0, 6).every(({ targets }) => Number.isNaN(targets[0]))).toBe(true);
    expect(data.notes.join('\n')).toContain(
      '"valence" has no number in 7 of 40 tracks (5 have something else; the first is t02: "sad")',
    );
    expect(data.notes.join('\n')).toContain('1 of 40 tracks have no number in any target');
  });

  it('are not guessed of whole numbers, which may be codes; a note says how to predict them', async () => {
    const codes = await load(made(), { target: 'rating' });
    expect([codes.task, codes.labels]).toEqual(['classification', ['0', '1', '2', '3', '4']]);
    expect(codes.notes[0]).toMatch(
      /"rating" holds whole numbers, and each of the 5 is a class; give data\.target_kind: regression/,
    );
    const numbers = await load(made(), { target: 'rating', target_kind: 'regression' });
    expect([numbers.task, [...numbers.examples[7].targets]]).toEqual(['regression', [2]]);
    const forced = await load(made(), { target: 'arousal', target_kind: 'classes' });
    expect([forced.task, forced.labels.length]).toEqual(['classification', 9]);
  });

  it('leave names, tags of 0 and 1 and quadrants what they are', async () => {
    expect((await load(made(), { target: 'name' })).task).toBe('classification');
    const binary = made((cells, i) => {
      cells[3] = String(i % 2);
    });
    expect((await load(binary, { target: ['rating'] })).task).toBe('tagging');
    expect((await load(made(), { quadrants: { valence: 0, arousal: 0.4 } })).task).toBe('classification');
  });

  const refused: [string, Given, (cells: string[], i: number) => void, RegExp][] = [
    [
      'a column of names',
      { target: 'name', target_kind: 'regression' },
      () => {},
      /data\.target: the column "name" has no number in any of 40 tracks \(t00: "n0"\)/,
    ],
    [
      'an empty column',
      { target: ['valence', 'arousal'], target_kind: 'regression' },
      (cells) => {
        cells[2] = '';
      },
      /the column "arousal" has no number in any of 40 tracks; give a column of decimal numbers/,
    ],
    [
      'a column that does not vary in training',
      { target: 'valence', target_kind: 'regression' },
      (cells) => {
        cells[1] = '0.5';
      },
      /data\.target: "valence" is 0\.5 in every training track, so there is nothing to learn/,
    ],
    ['a column twice', { target: ['valence', 'valence'] }, () => {}, /"valence" is named twice/],
    [
      'quadrants',
      { quadrants: { valence: 0, arousal: 0 }, target_kind: 'regression' },
      () => {},
      /data\.quadrants: quadrants are classes/,
    ],
    [
      'lists of tags',
      { target: 'valence', tag_separator: '|', target_kind: 'regression' },
      () => {},
      /data\.tag_separator/,
    ],
    [
      'a least number of tracks',
      { target: 'valence', min_tracks: 3 },
      () => {},
      /data\.min_tracks: only classes and tags are counted/,
    ],
    [
      'ratings as tags',
      { target: ['rating'] },
      (cells, i) => {
        cells[3] = String(2 + (i % 5));
      },
      /data\.target_kind: regression for numbers/,
    ],
  ];

  it.each(refused)('are refused for %s', async (_, given, change, message) => {
    await expect(load(made(change), given)).rejects.toThrow(message);
  });

  it('have a fingerprint of their values', async () => {
    const [one, same, other] = await Promise.all([
      load(made(), { target: 'valence' }),
      load(made(), { target: 'valence' }),
      load(
        made((cells, i) => {
          if (i === 5) cells[1] = '0.01';
        }),
        { target: 'valence' },
      ),
    ]);
    expect(same.fingerprint).toBe(one.fingerprint);
    expect(other.fingerprint).not.toBe(one.fingerprint);
  });
});
